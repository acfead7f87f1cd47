"""The watchdog: work that stands still ends the process, idleness does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.envelope import Record
from services.runtime import watchdog
from services.runtime.kafka_clients import transactional_producer
from services.runtime.watchdog import StoodStill, watch
from tests.runtime.toy_log import ends, write
from tests.runtime.toy_service import make_topics

pytestmark = pytest.mark.kafka
MESSAGE = Record(b"k", b"{}", ())


class LookedEnough(Exception):
    """The watchdog has looked as often as the test wants, and was content."""


def ending_after(looks: int) -> Callable[..., Awaitable[None]]:
    """Give the watchdog's look, which the next time ends the watch instead."""
    look, done = watchdog._look, list[int]()

    async def counted(*args: Any) -> None:
        if len(done) == looks:
            raise LookedEnough
        done.append(1)
        await look(*args)

    return counted


class Group:
    """A consumer group that does nothing by itself."""

    def __init__(self, kafka: str) -> None:
        self.kafka = kafka
        self.topic = f"case.{uuid4().hex[:12]}.events.v1"
        self.name = f"{self.topic}.group"
        self.tp = TopicPartition(self.topic, 0)

    async def commit(self, offset: int) -> None:
        async with AIOKafkaConsumer(
            bootstrap_servers=self.kafka, group_id=self.name, enable_auto_commit=False
        ) as consumer:
            consumer.assign([self.tp])
            await consumer.commit({self.tp: offset})

    async def transaction(self, *records: Record) -> None:
        producer = transactional_producer(self.kafka, self.name)
        await producer.start()
        async with producer.transaction():
            for r in records:
                await producer.send_and_wait(self.topic, r.value, r.key, partition=0)
        await producer.stop()


@pytest.fixture
async def group(kafka: str) -> Group:
    made = Group(kafka)
    await make_topics(kafka, {made.topic: 2})
    return made


async def test_work_that_nobody_does_ends_the_process(group: Group) -> None:
    await write(group.kafka, group.topic, MESSAGE, partition=0)
    with pytest.raises(StoodStill):
        async with asyncio.timeout(20):
            await watch(group.kafka, group.name, [group.topic], look=0.05, still=0.2)


async def test_a_group_that_falls_behind_after_its_first_commit_is_noticed(group: Group) -> None:
    await write(group.kafka, group.topic, MESSAGE, MESSAGE, partition=0)
    await group.commit(1)
    with pytest.raises(StoodStill, match=r"\[0\] at 1"):
        async with asyncio.timeout(20):
            await watch(group.kafka, group.name, [group.topic], look=0.05, still=0.2)


async def test_markers_behind_the_last_event_are_no_work(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pitfall A14: a transaction's marker stands where no event is."""
    await group.transaction(MESSAGE, MESSAGE)
    await group.commit(2)
    assert (await ends(group.kafka, group.topic))[group.tp] == 3
    monkeypatch.setattr(watchdog, "_look", ending_after(2))
    with pytest.raises(LookedEnough):
        await watch(group.kafka, group.name, [group.topic], look=0.0, still=0.0)


async def test_an_event_that_has_only_just_come_is_not_yet_standing_still(group: Group) -> None:
    seen: dict[TopicPartition, Any] = {}

    async def look() -> None:
        await watchdog._look(group.kafka, group.name, [group.topic], seen, still=0.0)

    await group.transaction(MESSAGE)
    await group.commit(1)
    await look()
    await group.transaction(MESSAGE)  # long idle, and work since a moment ago
    await look()
    await group.commit(3)
    await look()
    await group.transaction(MESSAGE)
    await look()
    with pytest.raises(StoodStill):
        await look()


async def test_a_broker_that_is_away_is_not_taken_for_standing_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watchdog, "_look", ending_after(3))
    with pytest.raises(LookedEnough):
        await watch("127.0.0.1:1", "nobody", ["nothing"], look=0.0, still=0.0)
