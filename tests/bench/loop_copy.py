"""The bare copy: consume, produce, commit in one transaction a batch; no rule, no state.

`python -m tests.bench.loop_copy BOOTSTRAP NAME COUNT [mended] [pipelines] [thrice]`. Batches are of
the same size as the loop's, each message is sent as it came. Plain it is aiokafka as it comes, with
one producer and one batch at a time, as one writes it down first. `mended` has our pause between
transactions (`kafka_clients.MARKERS_SECONDS`) instead of aiokafka's 20 ms; `pipelines` has a
producer and a task a partition, as the loop has them; `thrice` sends each message three times, as
many as the loop sends a command.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer import sender
from aiokafka.structs import ConsumerRecord

from services.runtime.collector import calm_collector
from services.runtime.kafka_clients import group_consumer, transactional_producer
from services.runtime.pipeline import MAX_BATCH
from tests.bench.review_commands import review_under
from tests.bench.stopwatch import Stopwatch

_AS_IT_COMES: Final = sender.BACKOFF_OVERRIDE


class Copying:
    """Copies one topic to another."""

    def __init__(self, bootstrap: str, name: str, *, mended: bool, times: int) -> None:
        self._bootstrap, self._name = bootstrap, name
        self._mended, self._times = mended, times
        self._group = f"{name}.copy"
        self.watch = Stopwatch()

    async def all_at_once(self, consumer: AIOKafkaConsumer, count: int) -> None:
        """One poll, one transaction, one after the other."""
        producer = await self._producer("all")
        copied = 0
        while copied < count:
            polled = await consumer.getmany(timeout_ms=200, max_records=MAX_BATCH)
            if not polled:
                continue
            self.watch.start()
            await self._copy(producer, polled)
            copied += sum(map(len, polled.values()))
        self.watch.tell(copied)
        await producer.stop()

    async def by_partition(self, consumer: AIOKafkaConsumer, count: int) -> None:
        """A queue, a task and a producer for each partition."""
        queues: dict[TopicPartition, asyncio.Queue[ConsumerRecord]] = {}
        producers = []
        for tp in sorted(consumer.assignment()):
            queues[tp] = asyncio.Queue()
            producers.append(await self._producer(f"{tp.partition}"))
        done: asyncio.Queue[int] = asyncio.Queue()
        tasks = [
            asyncio.create_task(self._work(tp, queues[tp], producer, done))
            for tp, producer in zip(queues, producers, strict=True)
        ]
        tasks.append(asyncio.create_task(self._fill(consumer, queues)))
        copied = 0
        while copied < count:
            copied += await done.get()
        self.watch.tell(copied)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for producer in producers:
            await producer.stop()

    async def _fill(
        self,
        consumer: AIOKafkaConsumer,
        queues: dict[TopicPartition, asyncio.Queue[ConsumerRecord]],
    ) -> None:
        while True:
            for tp, records in (await consumer.getmany(timeout_ms=200, max_records=5000)).items():
                self.watch.start()
                for record in records:
                    queues[tp].put_nowait(record)

    async def _work(
        self,
        tp: TopicPartition,
        queue: asyncio.Queue[ConsumerRecord],
        producer: AIOKafkaProducer,
        done: asyncio.Queue[int],
    ) -> None:
        while True:
            batch = [await queue.get()]
            while len(batch) < MAX_BATCH and not queue.empty():
                batch.append(queue.get_nowait())
            await self._copy(producer, {tp: batch})
            done.put_nowait(len(batch))

    async def _copy(
        self, producer: AIOKafkaProducer, polled: dict[TopicPartition, Sequence[ConsumerRecord]]
    ) -> None:
        target = f"{self._name}.copied.v1"
        async with producer.transaction():
            sent = [
                await producer.send(target, r.value, r.key, tp.partition, headers=list(r.headers))
                for tp, records in polled.items()
                for r in records
                for _ in range(self._times)
            ]
            offsets = {tp: records[-1].offset + 1 for tp, records in polled.items()}
            await producer.send_offsets_to_transaction(offsets, self._group)
            await asyncio.gather(*sent)

    async def _producer(self, part: str) -> AIOKafkaProducer:
        producer = transactional_producer(self._bootstrap, f"{self._group}-{part}")
        if not self._mended:
            sender.BACKOFF_OVERRIDE = _AS_IT_COMES
        await producer.start()
        return producer


async def copy(bootstrap: str, name: str, count: int, how: Sequence[str]) -> None:
    """Copy `count` messages and tell how long it took."""
    group = ".".join((name, "copy", *how))
    consumer = group_consumer(bootstrap, group)
    await consumer.start()
    consumer.subscribe([review_under(name).commands_topic])
    while not consumer.assignment():  # noqa: ASYNC110  aiokafka sets no event
        await asyncio.sleep(0.01)
    copying = Copying(bootstrap, name, mended="mended" in how, times=3 if "thrice" in how else 1)
    one_each = "pipelines" in how
    await (copying.by_partition if one_each else copying.all_at_once)(consumer, count)
    await consumer.stop()


if __name__ == "__main__":
    calm_collector()
    uvloop.run(copy(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]))
