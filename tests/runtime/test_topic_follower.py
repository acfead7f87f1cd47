"""Following a whole topic on the real broker: read to its end, kept up with, tombstones told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.topics import topics
from services.runtime.fact_writer import FactWriter
from services.runtime.health import Health
from services.runtime.topic_follower import TopicFollower
from services.runtime.topics_admin import Layout, apply_topics

pytestmark = pytest.mark.kafka
PEOPLE = next(t for t in topics() if t.name == "people.facts.v1")


async def made(bootstrap: str) -> str:
    topic = f"test-{uuid4()}.people.v1"
    await apply_topics(bootstrap, Layout(), [PEOPLE.model_copy(update={"name": topic})])
    return topic


@asynccontextmanager
async def following(
    bootstrap: str, topic: str, take: Callable[[Any], None], span: timedelta | None = None
) -> AsyncIterator[Health]:
    health = Health()
    follower = TopicFollower(bootstrap, topic, take, health, span)
    task = asyncio.create_task(follower.follow())
    try:
        async with asyncio.timeout(60):
            await follower.until_read()
        yield health
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # set by records that come from the broker
            await asyncio.sleep(0.02)


async def test_everything_on_the_topic_is_read_before_it_is_ready_and_what_comes_after(
    kafka: str,
) -> None:
    topic, known = await made(kafka), dict[str, bytes]()
    writer = FactWriter(kafka, topic)

    def take(record: Any) -> None:
        if record.value is None:
            known.pop(record.key.decode(), None)
        else:
            known[record.key.decode()] = record.value

    for number in range(40):
        await writer.put(f"p-{number}", b"%d" % number)
    async with following(kafka, topic, take) as health:
        assert len(known) == 40
        assert health.ready
        await writer.put("p-40", b"40")
        await writer.put("p-7", None)
        await until(lambda: "p-40" in known and "p-7" not in known)
    again = dict(known)
    known.clear()
    async with following(kafka, topic, take):
        assert known == again
    await writer.close()


async def test_a_topic_that_comes_later_is_waited_for_and_says_so(kafka: str) -> None:
    topic, seen = f"test-{uuid4()}.people.v1", list[Any]()
    health = Health()
    follower = TopicFollower(kafka, topic, seen.append, health)
    task = asyncio.create_task(follower.follow())
    await until(lambda: any("no such topic" in missing.what for missing in health.missing()))
    assert not follower.ready
    await apply_topics(kafka, Layout(), [PEOPLE.model_copy(update={"name": topic})])
    await until(lambda: follower.ready and health.ready)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
