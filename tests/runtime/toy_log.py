"""What tests write to Kafka and read from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.codec import Position, decode
from schemas.envelope import Envelope, Record
from schemas.events.base import REVIEW, Event
from services.kernel.decider import Reference
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.health import Health
from services.runtime.service import Service
from services.runtime.snapshots import from_bytes
from services.runtime.worker import Worker
from tests.runtime.toy_service import Desk, evolve
from tests.support.builders import county

LIMIT: Final = 30.0


async def until(
    condition: Callable[[], bool | Awaitable[bool]], limit: float = LIMIT, every: float = 0.02
) -> None:
    """Wait until `condition` holds; a TimeoutError after `limit` seconds."""
    async with asyncio.timeout(limit):
        while True:
            holds = condition()
            if await holds if isawaitable(holds) else holds:
                return
            await asyncio.sleep(every)


async def write(
    bootstrap: str, topic: str, *records: Record | CommandRecord, partition: int | None = None
) -> list[Any]:
    """Write records in order; give where each stands."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        sent = []
        for one in records:
            r = to_record(one) if isinstance(one, CommandRecord) else one
            sent.append(
                await producer.send(topic, r.value, r.key, partition, headers=list(r.headers))
            )
        return list(await asyncio.gather(*sent))


async def read(bootstrap: str, topic: str, committed_only: bool = True) -> list[Any]:
    """Give what stands on a topic now, partition by partition.

    Where a transaction is open, what comes after its beginning is not committed.
    """
    level = "read_committed" if committed_only else "read_uncommitted"
    found: list[Any] = []
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, isolation_level=level, auto_offset_reset="earliest"
    ) as consumer:
        await consumer.seek_to_beginning()
        for tp in sorted(consumer.assignment()):
            end = (await consumer.end_offsets([tp]))[tp]
            async with asyncio.timeout(LIMIT):
                while await consumer.position(tp) < end:
                    found += (await consumer.getmany(tp, timeout_ms=100)).get(tp, [])
    return found


async def offsets(bootstrap: str, group: str) -> dict[TopicPartition, int]:
    """Give the committed offsets of a group."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(group)
        return {tp: meta.offset for tp, meta in found.items()}
    finally:
        await admin.close()


async def ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    """Give the end offset of every partition."""
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap) as consumer:
        found: dict[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
        return found


async def carried_out(bootstrap: str, service: Service[Any]) -> bool:
    """Say whether the offset of every command is committed."""
    committed = await offsets(bootstrap, service.group)
    there = await ends(bootstrap, service.commands_topic)
    return all(committed.get(tp, 0) == end for tp, end in there.items())


async def envelopes(bootstrap: str, service: Service[Any]) -> list[Envelope[Event]]:
    """Give the events of a toy service."""
    return [
        decode(Position(REVIEW, r.partition, r.offset), r.key, r.value, r.headers)
        for r in await read(bootstrap, service.events_topic)
    ]


async def snapshots(bootstrap: str, service: Service[Desk]) -> dict[str, tuple[Desk, int]]:
    """Give the state and the sequence of each key as the snapshots topic tells them."""
    latest = {r.key: r.value for r in await read(bootstrap, service.snapshots_topic)}
    found = {key.decode(): from_bytes(value, service.state) for key, value in latest.items()}
    return {key: (snapshot.state, snapshot.sequence) for key, snapshot in found.items()}


def folded(log: Sequence[Envelope[Event]]) -> dict[str, tuple[Desk, int]]:
    """Fold events into the state of each key; sequences must be gapless from 1, ids unique."""
    found: dict[str, tuple[Desk, int]] = {}
    for envelope in log:
        state, sequence = found.get(envelope.key, (Desk(), 0))
        assert envelope.sequence == sequence + 1, f"gap or repeat in {envelope.key}"
        found[envelope.key] = (evolve(state, envelope.event), envelope.sequence)
    assert len({envelope.event_id for envelope in log}) == len(log)
    return found


@asynccontextmanager
async def working(
    bootstrap: str, service: Service[Any], reference: Reference | None = None
) -> AsyncIterator[Worker]:
    """Run a worker until the block ends; it has its partitions when the block begins."""
    health = Health()
    worker = Worker(service, reference or county(), bootstrap, health)
    running = asyncio.create_task(worker.run())
    try:
        await until(lambda: health.ready or running.done())
        yield worker
    finally:
        worker.stop()
        await running
