"""Kafka clients with our settings. Each is made in a running loop, not yet started.

Whoever starts one stops it too, also where `start` failed: an aiokafka client keeps its sockets.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, KafkaTimeoutError
from aiokafka.producer import sender

from schemas.codec import MAX_VALUE_BYTES
from services.runtime.clock import now

REQUEST_MS: Final = 40_000
"""Above the longest stall seen when a broker was killed and came back, 18 s (pitfall A17)."""
MAX_MESSAGE_BYTES: Final = 2 * MAX_VALUE_BYTES
"""Value, key and headers, on the wire and on every topic."""
BATCH_BYTES: Final = 1 << 20
"""One batch of the loop is one request; the 16 KiB of the default would make it thirty."""
TRANSACTION_MS: Final = 10_000
"""How long a transaction that nobody ends holds up `read_committed` readers (pitfall A4)."""
MARKERS_SECONDS: Final = 0.001
"""Before a transaction is begun again while the broker still writes the end of the last one."""
STOP_SECONDS: Final = 2.0
SESSION_MS: Final = 10_000
HEARTBEAT_MS: Final = 2_000


def plain_producer(bootstrap: str) -> AIOKafkaProducer:
    """Idempotent, acknowledged by all in-sync replicas."""
    return _producer(bootstrap, max_batch_size=BATCH_BYTES)


def gateway_producer(bootstrap: str) -> AIOKafkaProducer:
    """As `plain_producer`, and without linger: somebody waits for each message (pitfall H4)."""
    return _producer(bootstrap, linger_ms=0)


def transactional_producer(bootstrap: str, transactional_id: str) -> AIOKafkaProducer:
    """Starting it fences the former holder of `transactional_id` and aborts what it left open."""
    # aiokafka waits 20 ms there, four times what a small transaction takes (`cunban bench
    # gateway`), and has no setting for it; it is pinned exactly.
    sender.BACKOFF_OVERRIDE = MARKERS_SECONDS
    return _producer(
        bootstrap,
        transactional_id=transactional_id,
        retry_backoff_ms=5,
        transaction_timeout_ms=TRANSACTION_MS,
        max_batch_size=BATCH_BYTES,
    )


def beyond_repair(fault: Exception) -> bool:
    """Say whether the producer that met `fault` will never send again, whatever one tries.

    One whose sequence is broken, or whose sender ended, stays so (pitfall A1): make a new one.
    """
    timed_out = isinstance(fault, KafkaTimeoutError)
    return isinstance(fault, KafkaError) and not fault.retriable and not timed_out


async def stop_producer(producer: AIOKafkaProducer, limit: float = STOP_SECONDS) -> None:
    """Leave Kafka; what is not acknowledged within `limit` seconds is given up.

    `AIOKafkaProducer.stop` alone waits for as long as the broker is away.
    """
    try:
        async with asyncio.timeout(limit):
            await producer.stop()
    except TimeoutError:
        # The rest of `stop` without its waiting. Private names: aiokafka is pinned exactly.
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await producer._sender.close()
        unsent = producer._message_accumulator
        unsent._pending_batches.update(chain.from_iterable(unsent._batches.values()))
        for batch in unsent._pending_batches:
            batch.future.cancel()
        await producer.client.close()


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Leave Kafka.

    `AIOKafkaConsumer.stop` can end in a CancelledError that nobody asked for, where a fetch that
    failed waits for its next try; who only catches faults would then be gone without a word.
    """
    stopping = asyncio.ensure_future(consumer.stop())
    await asyncio.wait([stopping])
    if stopping.cancelled():
        await consumer._client.close()
    else:
        stopping.result()


def reading_consumer(bootstrap: str, *topics: str) -> AIOKafkaConsumer:
    """Without a group, committed messages only, from the earliest on.

    With `topics` it has all their partitions once it is started; without, `assign` them.
    """
    return _consumer(bootstrap, *topics)


def group_consumer(bootstrap: str, group: str, instance: str | None = None) -> AIOKafkaConsumer:
    """A member of `group`, never committing by itself; static where `instance` is named."""
    return _consumer(
        bootstrap,
        group_id=group,
        group_instance_id=instance,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )


async def go_back(consumer: AIOKafkaConsumer, span: timedelta) -> None:
    """Seek to what was appended within `span`; to the end where nothing was."""
    tps = sorted(consumer.assignment())
    since = int((now() - span).timestamp() * 1000)
    found = await consumer.offsets_for_times(dict.fromkeys(tps, since))
    ends = await consumer.end_offsets(tps)
    for tp in tps:
        consumer.seek(tp, found[tp].offset if found.get(tp) else ends[tp])


def admin_client(bootstrap: str) -> AIOKafkaAdminClient:
    """For topics and their settings; ends with `close`."""
    return AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_MS)


def _producer(bootstrap: str, **settings: Any) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_MESSAGE_BYTES,
        request_timeout_ms=REQUEST_MS,
        **settings,
    )


def _consumer(bootstrap: str, *topics: str, **settings: Any) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        # The default `latest` can jump silently to the end after `seek_to_beginning` (pitfall A11).
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
        request_timeout_ms=REQUEST_MS,
        **settings,
    )
