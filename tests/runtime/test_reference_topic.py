"""Facts on the real topic: what is published, what is refused, and who hears of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from schemas.facts import Account, Officer
from schemas.topics import topics
from services.cli import reference
from services.kernel.reference_book import Fact, encode_fact, fact_key
from services.runtime import metrics
from services.runtime.health import Health
from services.runtime.kafka_clients import plain_producer
from services.runtime.reference_files import read_county
from services.runtime.reference_topic import (
    REFERENCE_TOPIC,
    Publication,
    ReferenceFollower,
    ReferenceUnavailable,
    VersionsAltered,
    publish,
    publish_facts,
    read_facts,
)
from services.runtime.topics_admin import Layout, apply_topics
from tests.support.broker import TestBroker
from tests.support.builders import item, organisation

OFFICER = Officer.model_validate(
    {
        "officer_id": "o-001",
        "name": "王秀英",
        "organisation": "/qingyun",
        "posts": [{"organisation": "/qingyun", "role": "leader"}],
    }
)
ACCOUNT = Account(login="leader", officer_id="o-001", password_hash="$argon2id$x", demo=True)
FACTS: tuple[Fact, ...] = (item(), organisation("/qingyun"), OFFICER, ACCOUNT)
DECLARED = next(t for t in topics() if t.name == REFERENCE_TOPIC)


async def made(bootstrap: str) -> str:
    """Make a topic like the real one under a name of its own."""
    topic = f"test-{uuid4()}.facts.v1"
    await apply_topics(bootstrap, Layout(), [DECLARED.model_copy(update={"name": topic})])
    return topic


@asynccontextmanager
async def following(
    bootstrap: str, topic: str, health: Health | None = None
) -> AsyncIterator[ReferenceFollower]:
    follower = ReferenceFollower(bootstrap, health, topic)
    await follower.start()
    try:
        yield follower
    finally:
        await follower.stop()


async def until(condition: Callable[[], bool], limit: float = 60) -> None:
    async with asyncio.timeout(limit):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)


async def write(bootstrap: str, topic: str, key: bytes | None, value: bytes | None) -> None:
    producer = plain_producer(bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value, key)
    finally:
        await producer.stop()


def keyed(*facts: Fact) -> dict[str, bytes]:
    return {fact_key(f): encode_fact(f) for f in facts}


@pytest.mark.kafka
async def test_a_service_that_starts_knows_all_that_was_published(kafka: str) -> None:
    topic = await made(kafka)
    facts = read_county(Path("deploy/county")).facts
    await publish_facts(kafka, facts, topic)
    async with following(kafka, topic) as follower:
        assert follower.ready
        assert len(follower.book) == len(facts)
        assert follower.book.item("rural-house", 1).shape == "joint"


@pytest.mark.kafka
async def test_a_service_that_runs_hears_of_what_is_added_changed_and_retired(kafka: str) -> None:
    topic = await made(kafka)
    await publish_facts(kafka, FACTS, topic)
    health = Health()
    async with following(kafka, topic, health) as follower:
        assert health.ready
        renamed = organisation("/qingyun", name="青云县")
        second = item(version=2, valid_from=date(2026, 1, 1))
        await publish_facts(kafka, (item(), second, renamed), topic)
        await until(lambda: second in follower.book.items())
        assert follower.book.organisation("/qingyun") == renamed
        assert follower.book.account("leader") is None
        assert follower.book.officer("o-001") is None


@pytest.mark.kafka
async def test_publishing_the_same_again_writes_nothing(kafka: str) -> None:
    topic = await made(kafka)
    first = await publish_facts(kafka, FACTS, topic)
    assert len(first.added) == len(FACTS)
    assert (await publish_facts(kafka, FACTS, topic)).empty
    assert await read_facts(kafka, topic) == keyed(*FACTS)


@pytest.mark.kafka
async def test_nothing_at_all_is_published_where_a_version_would_change(kafka: str) -> None:
    topic = await made(kafka)
    await publish_facts(kafka, FACTS, topic)
    with pytest.raises(VersionsAltered) as refused:
        await publish_facts(kafka, (item(name="另一事项"),), topic)
    assert refused.value.keys == ("item/township-decides/1",)
    assert await read_facts(kafka, topic) == keyed(*FACTS)


@pytest.mark.kafka
async def test_an_unreadable_fact_is_dropped_and_counted_and_the_rest_goes_on(kafka: str) -> None:
    topic = await made(kafka)
    await write(kafka, topic, b"item/broken/1", b"{")
    await write(kafka, topic, b"\xff", b"{}")
    await publish_facts(kafka, FACTS[1:], topic)
    async with following(kafka, topic) as follower:
        await write(kafka, topic, b"weather/rain/1", b"{}")
        await write(kafka, topic, b"item/township-decides/1", encode_fact(item()))
        await until(lambda: item() in follower.book.items())
        assert len(follower.book) == len(FACTS)
    dropped = f'cunban_dead_letters_total{{topic="{topic}"}} 3.0'
    assert dropped in metrics.exposition().decode()


@pytest.mark.kafka
async def test_a_fact_made_unreadable_leaves_the_last_readable_one_in_force(kafka: str) -> None:
    topic = await made(kafka)
    await publish_facts(kafka, FACTS, topic)
    async with following(kafka, topic) as follower:
        await write(kafka, topic, b"officer/o-001/1", b"{")
        await write(kafka, topic, b"account/leader/1", None)
        await until(lambda: follower.book.account("leader") is None)
        assert follower.book.officer("o-001") == OFFICER


@pytest.mark.kafka
async def test_without_its_topic_a_service_is_not_ready_and_says_why(kafka: str) -> None:
    health = Health()
    follower = ReferenceFollower(kafka, health, f"test-{uuid4()}.facts.v1")
    with pytest.raises(ReferenceUnavailable, match="topics apply"):
        await follower.start(limit=1.5)
    assert not follower.ready
    assert "no such topic" in health.missing()[0].what


@pytest.mark.kafka
async def test_a_service_that_starts_first_waits_for_the_topic(kafka: str) -> None:
    topic = f"test-{uuid4()}.facts.v1"
    follower = ReferenceFollower(kafka, topic=topic)
    starting = asyncio.create_task(follower.start())
    await apply_topics(kafka, Layout(), [DECLARED.model_copy(update={"name": topic})])
    await starting
    assert follower.ready
    await follower.stop()


async def test_a_broker_that_is_away_is_told_with_the_cure() -> None:
    with pytest.raises(ReferenceUnavailable, match=r"127\.0\.0\.1:1 .*cunban topics apply"):
        await publish("127.0.0.1:1", Publication(added=(item(),)))


@pytest.mark.kafka
async def test_a_service_outlives_the_death_of_the_broker_and_hears_of_what_came_after(
    tmp_path: Path,
) -> None:
    broker = TestBroker(tmp_path)
    await broker.start()
    try:
        topic = await made(broker.bootstrap)
        await publish_facts(broker.bootstrap, FACTS[:1], topic)
        async with following(broker.bootstrap, topic) as follower:
            await broker.kill()
            assert follower.book.items() == (item(),)
            await broker.start()
            await publish_facts(broker.bootstrap, FACTS, topic)
            await until(lambda: follower.book.account("leader") == ACCOUNT)
            assert len(follower.book) == len(FACTS)
    finally:
        await broker.stop()


@pytest.mark.kafka
def test_demo_accounts_come_with_demo_and_go_without_it(tmp_path: Path) -> None:
    asyncio.run(_demo_accounts_come_and_go(tmp_path))


async def _demo_accounts_come_and_go(home: Path) -> None:
    broker = TestBroker(home)
    await broker.start()
    try:
        await apply_topics(broker.bootstrap, Layout(), [DECLARED])
        with_demo = ("apply", "deploy/county", "--demo", "--yes")
        assert "+ account/village.clerk/1" in await _told(broker, *with_demo)
        assert "Nothing to publish" in await _told(broker, *with_demo)
        before = await read_facts(broker.bootstrap)
        assert not any(b"cunban-demo" in value for value in before.values())
        assert "- account/village.clerk/1" in await _told(broker, "plan", "deploy/county")
        assert await read_facts(broker.bootstrap) == before
        await _told(broker, "apply", "deploy/county", answer="n\n", code=1)
        assert await read_facts(broker.bootstrap) == before
        await _told(broker, "apply", "deploy/county", answer="y\n")
        after = await read_facts(broker.bootstrap)
        assert before.keys() - after.keys() == {k for k in before if k.startswith("account/")}
        merged = _with_agriculture_abolished(home / "merged")
        told = await _told(broker, "plan", str(merged))
        assert "/qingyun/d-agri  自 2199-01-01 起撤销" in told
        assert "its open steps go to /qingyun/d-land" in told
    finally:
        await broker.stop()


def _with_agriculture_abolished(folder: Path) -> Path:
    shutil.copytree("deploy/county", folder)
    file = folder / "organisations.yaml"
    told = "{path: /qingyun/d-agri, closed_on: 2199-01-01, successor: /qingyun/d-land,"
    file.write_text(file.read_text("utf-8").replace("{path: /qingyun/d-agri,", told), "utf-8")
    return folder


async def _told(broker: TestBroker, *argv: str, answer: str = "", code: int = 0) -> str:
    """Run `cunban reference …` in a thread: it has an event loop of its own."""
    arguments = [*argv, "--bootstrap", broker.bootstrap]
    result = await asyncio.to_thread(CliRunner().invoke, reference.app, arguments, input=answer)
    assert result.exit_code == code, result.output
    return result.output
