"""The bare copy: consume, produce, commit in one transaction a batch; no rule, no state.

`python -m tests.bench.loop_copy BOOTSTRAP NAME COUNT`. One producer and one task a partition and
batches of the same size, as the loop has them; each message is sent as it came.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from services.runtime.kafka_clients import group_consumer, transactional_producer
from services.runtime.pipeline import MAX_BATCH
from tests.bench.review_commands import review_under
from tests.bench.stopwatch import Stopwatch


@dataclass
class Copy:
    """One partition."""

    tp: TopicPartition
    producer: AIOKafkaProducer
    queue: asyncio.Queue[ConsumerRecord] = field(default_factory=asyncio.Queue)


async def copy(bootstrap: str, name: str, count: int) -> None:
    """Copy `count` messages and tell how long it took."""
    topic, group, watch = review_under(name).commands_topic, f"{name}.copy", Stopwatch()
    consumer = group_consumer(bootstrap, group)
    await consumer.start()
    consumer.subscribe([topic])
    while not consumer.assignment():  # noqa: ASYNC110  aiokafka sets no event
        await asyncio.sleep(0.01)
    copies: dict[TopicPartition, Copy] = {}
    for tp in sorted(consumer.assignment()):
        producer = transactional_producer(bootstrap, f"{name}-copy-{tp.partition}")
        await producer.start()
        copies[tp] = Copy(tp, producer)
    done = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_work(c, f"{name}.copied.v1", group, done)) for c in copies.values()]
    reading = asyncio.create_task(_read(consumer, copies, watch))
    copied = 0
    while copied < count:
        await done.acquire()
        copied += 1
    watch.tell(copied)
    for task in (*tasks, reading):
        task.cancel()
    await asyncio.gather(*tasks, reading, return_exceptions=True)
    for c in copies.values():
        await c.producer.stop()
    await consumer.stop()


async def _read(
    consumer: AIOKafkaConsumer, copies: dict[TopicPartition, Copy], watch: Stopwatch
) -> None:
    while True:
        for tp, records in (await consumer.getmany(timeout_ms=200, max_records=5000)).items():
            watch.start()
            for record in records:
                copies[tp].queue.put_nowait(record)


async def _work(mine: Copy, target: str, group: str, done: asyncio.Semaphore) -> None:
    while True:
        batch = [await mine.queue.get()]
        while len(batch) < MAX_BATCH and not mine.queue.empty():
            batch.append(mine.queue.get_nowait())
        async with mine.producer.transaction():
            sent = [
                await mine.producer.send(
                    target, r.value, r.key, mine.tp.partition, headers=list(r.headers)
                )
                for r in batch
            ]
            await mine.producer.send_offsets_to_transaction(
                {mine.tp: batch[-1].offset + 1}, group
            )
            await asyncio.gather(*sent)
        for _ in batch:
            done.release()


if __name__ == "__main__":
    uvloop.run(copy(sys.argv[1], sys.argv[2], int(sys.argv[3])))
