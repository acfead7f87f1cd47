"""A stream folded in memory: what an API process must know at once, without asking the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope
from schemas.events.base import Event
from services.runtime.health import Health
from services.runtime.kafka_clients import go_back, reading_consumer, stop_consumer
from services.runtime.problems import Problem

RETRY_SECONDS: Final = 1.0
POLL_MS: Final = 500
log = structlog.get_logger()


class Fold(Protocol):
    """What is made of a stream."""

    def take(self, envelope: Envelope[Event]) -> None:
        """Take the next event in; those of one key come in their order."""


FoldT = TypeVar("FoldT", bound=Fold)


class FollowedEvents(Generic[FoldT]):
    """Follows a topic of one partition, from its beginning or so far back, into a fold.

    A few milliseconds behind the log. Where the broker was away the fold is made anew, and the
    old one answers until the new one has caught up.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        begin: Callable[[], FoldT],
        health: Health,
        span: timedelta | None = None,
    ) -> None:
        self._bootstrap, self._topic, self._begin = bootstrap, topic, begin
        self._tp = TopicPartition(topic, 0)
        self._health, self._span = health, span
        self._fold: FoldT | None = None
        health.expect(topic)

    @property
    def fold(self) -> FoldT:
        """The state as of a moment ago.

        Raises:
            Problem: 503 `server.unavailable`; the stream has not been read to its end once.
        """
        if self._fold is None:
            raise Problem("server.unavailable", headers={"Retry-After": "1"})
        return self._fold

    async def follow(self) -> None:
        """Follow the stream until cancelled; a broker that is away is waited for."""
        while True:
            try:
                await self._read()
            except (KafkaError, OSError) as fault:
                log.warning("stream not followed", topic=self._topic, code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _read(self) -> None:
        consumer = reading_consumer(self._bootstrap)
        try:
            await consumer.start()
            await self._topic_there(consumer)
            fold = self._begin()
            await self._catch_up(consumer, fold)
            self._fold = fold
            self._health.up(self._topic)
            while True:
                await self._poll(consumer, fold)
        finally:
            await stop_consumer(consumer)

    async def _topic_there(self, consumer: AIOKafkaConsumer) -> None:
        while self._topic not in await consumer.topics():
            self._health.down(self._topic, "不存在 no such topic")
            await asyncio.sleep(RETRY_SECONDS)

    async def _catch_up(self, consumer: AIOKafkaConsumer, fold: FoldT) -> None:
        consumer.assign([self._tp])
        end = (await consumer.end_offsets([self._tp]))[self._tp]
        if self._span is None:
            await consumer.seek_to_beginning(self._tp)
        else:
            await go_back(consumer, self._span)
        while await consumer.position(self._tp) < end:
            await self._poll(consumer, fold)

    async def _poll(self, consumer: AIOKafkaConsumer, fold: FoldT) -> None:
        polled = await consumer.getmany(timeout_ms=POLL_MS, max_records=5000)
        for records in polled.values():
            for record in records:
                self._take(record, fold)

    def _take(self, record: Any, fold: FoldT) -> None:
        position = Position(record.topic, record.partition, record.offset)
        try:
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable:
            return  # the projector puts it aside
        fold.take(envelope)
