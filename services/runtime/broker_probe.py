"""Whether a broker answers: a connection, then a round trip for the cluster's metadata."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

_SECONDS = 2.0


async def broker_ready(bootstrap: str) -> bool:
    """Ask the broker at `host:port` once, for two seconds at most; never raises.

    Yes means that it serves clients and counts itself among the live members of its cluster.
    """
    try:
        return await asyncio.wait_for(_serves(bootstrap), _SECONDS)
    except (OSError, TimeoutError, KafkaError):
        return False


async def _serves(bootstrap: str) -> bool:
    # First a bare connection: aiokafka writes an error to its log for every refused one.
    host, _, port = bootstrap.rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.close()
    await writer.wait_closed()
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=1000)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
        return bool(cluster["brokers"])
    finally:
        await admin.close()
