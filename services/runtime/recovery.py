"""Reading a compacted topic's partition to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from services.runtime.kafka_clients import reading_consumer, stop_consumer
from services.runtime.packed import Packed

POLL_MS: Final = 100
STALL_MS: Final = 20_000
"""Longer than a broker takes to come back; then the recovery is begun anew."""


class RecoveryIncomplete(RuntimeError):
    """The end was not reached: never go on from there."""


async def read_snapshots(bootstrap: str, topic: str, partition: int) -> Packed:
    """Give the latest value of every key of the partition, as of now; tombstones left out.

    Call it after the former owner is fenced: only then is the end final.

    Raises:
        RecoveryIncomplete, KafkaError: as `read_partition`.
    """
    latest = Packed()

    def take(record: ConsumerRecord) -> None:
        if record.value is None:
            latest.pop(record.key, None)
        else:
            latest[record.key] = record.value

    await read_partition(bootstrap, TopicPartition(topic, partition), take)
    return latest


async def read_partition(
    bootstrap: str, tp: TopicPartition, take: Callable[[ConsumerRecord], None]
) -> None:
    """Give every committed record of a partition to `take`, in order, up to the end as of now.

    Raises:
        RecoveryIncomplete: the position did not reach the end offset (pitfall A11).
        KafkaError: the broker is away.
    """
    consumer = reading_consumer(bootstrap)
    try:
        await consumer.start()
        consumer.assign([tp])
        end = (await consumer.end_offsets([tp]))[tp]
        await consumer.seek_to_beginning(tp)
        loop = asyncio.get_running_loop()
        moved_at = loop.time()
        while (position := await consumer.position(tp)) < end:
            # Short: what was aborted moves the position, but gives a poll nothing to return with.
            polled = await consumer.getmany(tp, timeout_ms=POLL_MS, max_records=5000)
            for record in polled.get(tp, ()):
                take(record)
            if await consumer.position(tp) > position:
                moved_at = loop.time()
            elif loop.time() - moved_at > STALL_MS / 1000:
                raise RecoveryIncomplete(f"{tp.topic}[{tp.partition}]: at {position}, end {end}")
    finally:
        await stop_consumer(consumer)
