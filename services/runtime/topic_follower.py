"""Following a topic in an API process: everything on it, or what was appended lately."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from services.runtime.health import Health
from services.runtime.kafka_clients import go_back, reading_consumer, stop_consumer

RETRY_SECONDS: Final = 1.0
POLL_RECORDS: Final = 1000
"""Few enough that other calls of the process get their turn between two polls."""
_FAULTS: Final = (KafkaError, OSError, TimeoutError)
log = structlog.get_logger()


class TopicFollower:
    """Gives every committed record of a topic to `take`, in order within a partition.

    From the beginning, or what was appended within `span`. `take` must not raise, and must bear a
    record twice. What was read stays read while the broker is away.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        take: Callable[[Any], None],
        health: Health,
        span: timedelta | None = None,
    ) -> None:
        self._bootstrap, self._topic, self._take = bootstrap, topic, take
        self._health, self._span = health, span
        self._next: dict[TopicPartition, int] = {}
        self._read = asyncio.Event()
        health.expect(topic)

    @property
    def ready(self) -> bool:
        """Whether the topic has been read once to the end that it had at the start."""
        return self._read.is_set()

    async def until_read(self) -> None:
        """Wait until `ready`."""
        await self._read.wait()

    async def follow(self) -> None:
        """Follow the topic until cancelled; a broker that is away is waited for."""
        while True:
            try:
                await self._topic_there()
                await self._go_on()
            except _FAULTS as fault:
                code = type(fault).__name__
                log.warning("topic not followed", topic=self._topic, code=code)
                self._health.down(self._topic, code)
            await asyncio.sleep(RETRY_SECONDS)

    async def _topic_there(self) -> None:
        """Wait for the topic: aiokafka asks for a missing one thousands of times a second."""
        consumer = reading_consumer(self._bootstrap)
        try:
            await consumer.start()
            while self._topic not in await consumer.topics():
                self._health.down(self._topic, "不存在 no such topic")
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await stop_consumer(consumer)

    async def _go_on(self) -> None:
        consumer = reading_consumer(self._bootstrap, self._topic)
        try:
            await consumer.start()
            tps = sorted(consumer.assignment())
            await self._seek(consumer, tps)
            ends = await consumer.end_offsets(tps)
            reached = False
            while True:
                await self._take_some(consumer)
                if not reached and await _at(consumer, ends):
                    reached = True
                    self._read.set()
                    self._health.up(self._topic)
                    log.info("topic read", topic=self._topic)
        finally:
            await stop_consumer(consumer)

    async def _take_some(self, consumer: Any) -> None:
        polled = await consumer.getmany(timeout_ms=200, max_records=POLL_RECORDS)
        for tp, records in polled.items():
            for record in records:
                self._take(record)
                self._next[tp] = record.offset + 1

    async def _seek(self, consumer: Any, tps: list[TopicPartition]) -> None:
        if self._span is not None and not self._next:
            await go_back(consumer, self._span)
            return
        await consumer.seek_to_beginning(*tps)
        for tp in tps:
            if tp in self._next:
                consumer.seek(tp, self._next[tp])


async def _at(consumer: Any, ends: dict[TopicPartition, int]) -> bool:
    for tp, end in ends.items():
        if await consumer.position(tp) < end:
            return False
    return True
