"""Reading the events of one case back from a topic: for a document, seldom, and to the point.

Kafka has no index by key. But every state knows about when something happened, and a topic can be
asked where it stood then: from there the partition of the case is read until the event is found.
A document costs no byte of a worker's memory that way (ADR 0011).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope
from schemas.events.base import Event
from services.runtime.kafka_clients import reading_consumer, stop_consumer
from services.runtime.problems import Problem

SKEW: Final = timedelta(minutes=5)
"""How far the broker's clock, which stamps the log, may be behind ours."""
AT_ONCE: Final = 4
SECONDS: Final = 15.0
POLL_MS: Final = 200
SETTLING: Final = 2.0
"""Seconds for which what is written and not yet committed is waited for."""
_FAULTS: Final = (KafkaError, OSError, TimeoutError)
log = structlog.get_logger()


class CaseEvents:
    """Finds events of cases. Opens a connection for each question, and few at once."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap, self._turn = bootstrap, asyncio.Semaphore(AT_ONCE)

    async def find(
        self, topic: str, case_id: str, since: datetime, wanted: Callable[[Envelope[Event]], bool]
    ) -> Envelope[Event] | None:
        """Give the first event of a case from about `since` on that is `wanted`; None where there
        is none as of now.

        Raises:
            Problem: 503 `log.unavailable`; try again.
        """
        read = await self.read(topic, case_id, since, wanted)
        return read[-1] if read and wanted(read[-1]) else None

    async def read(
        self, topic: str, case_id: str, since: datetime, enough: Callable[[Envelope[Event]], bool]
    ) -> list[Envelope[Event]]:
        """Give the events of a case on `topic`, in order, from about `since` up to the first that
        is `enough`; without one, up to the end of the log as of now.

        Raises:
            Problem: 503 `log.unavailable`; try again.
        """
        found: list[Envelope[Event]] = []
        try:
            async with self._turn, asyncio.timeout(SECONDS):
                async for envelope in self._from(topic, case_id, since - SKEW):
                    found.append(envelope)
                    if enough(envelope):
                        break
        except _FAULTS as fault:
            log.warning("events not read back", topic=topic, code=type(fault).__name__)
            raise Problem("log.unavailable", headers={"Retry-After": "2"}) from fault
        return found

    async def _from(
        self, topic: str, case_id: str, since: datetime
    ) -> AsyncIterator[Envelope[Event]]:
        consumer = reading_consumer(self._bootstrap)
        key = case_id.encode()
        try:
            await consumer.start()
            tp = await _partition_of(consumer, topic, key)
            consumer.assign([tp])
            asked = (await consumer.offsets_for_times({tp: int(since.timestamp() * 1000)}))[tp]
            end = (await consumer.end_offsets([tp]))[tp]
            # Where nothing is committed since, something may be on its way: an answer is told as
            # soon as its transaction is, a little before its events can be read.
            consumer.seek(tp, end if asked is None else asked.offset)
            async for record in _committed(consumer, tp, end):
                if record.key == key and (envelope := _decoded(record)) is not None:
                    yield envelope
        finally:
            await stop_consumer(consumer)


async def _committed(consumer: Any, tp: TopicPartition, end: int) -> AsyncIterator[Any]:
    """Give the records up to `end`, and what was written beyond by now, once it is committed; one
    that takes longer than `SETTLING` is not waited for."""
    settled = asyncio.get_running_loop().time() + SETTLING
    written: int | None = None
    while True:
        polled = (await consumer.getmany(tp, timeout_ms=POLL_MS, max_records=2000)).get(tp, ())
        if written is None:
            written = consumer.highwater(tp)
        for record in polled:
            yield record
        position = await consumer.position(tp)
        if written is not None and position >= max(end, written):
            return
        if position >= end and not polled and asyncio.get_running_loop().time() > settled:
            return


async def _partition_of(consumer: Any, topic: str, key: bytes) -> TopicPartition:
    await consumer._client.force_metadata_update()  # a consumer without topics knows of none
    known = consumer.partitions_for_topic(topic)
    if not known:
        consumer._client.add_topic(topic)
        await consumer._client.force_metadata_update()
        known = consumer.partitions_for_topic(topic)
    if not known:
        raise KafkaError(f"no topic {topic}")
    partitions = sorted(known)
    # Events stand where the commands stood, and those were placed by this rule.
    return TopicPartition(topic, DefaultPartitioner()(key, partitions, partitions))


def _decoded(record: Any) -> Envelope[Event] | None:
    position = Position(record.topic, record.partition, record.offset)
    try:
        return decode(position, record.key, record.value, record.headers)
    except Unreadable:
        return None  # the projector puts it aside
