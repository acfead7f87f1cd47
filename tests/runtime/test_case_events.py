"""Events of one case, read back from the log about where they happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.base import Event
from schemas.events.intake import ApplicationWithdrawn
from services.runtime import clock
from services.runtime.case_events import CaseEvents
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import transactional_producer
from services.runtime.problems import Problem
from tests.runtime.toy_log import write
from tests.runtime.toy_service import make_topics
from tests.support.builders import VILLAGE

pytestmark = pytest.mark.kafka


def told(key: str, sequence: int, reason: str) -> Record:
    event = ApplicationWithdrawn(reason=reason)
    return encode(
        Envelope(
            event_id=new_case_id(),
            key=key,
            sequence=sequence,
            occurred_at=clock.now(),
            source=VILLAGE,
            actor="o-li",
            causation_id=key,
            correlation_id=key,
            event=event,
        )
    )


def says(reason: str) -> Callable[[Envelope[Event]], bool]:
    return lambda e: isinstance(e.event, ApplicationWithdrawn) and e.event.reason == reason


@pytest.fixture
async def topic(kafka: str, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"case.{uuid4().hex[:12]}.events.v1"
    monkeypatch.setattr(ApplicationWithdrawn, "topics", (name,))
    await make_topics(kafka, {name: 3})
    return name


async def test_an_event_is_found_among_those_of_other_cases(kafka: str, topic: str) -> None:
    mine, others = new_case_id(), [new_case_id() for _ in range(20)]
    before = [told(other, 1, "旁人") for other in others]
    junk = Record(mine.encode(), b"\xff", ())
    await write(kafka, topic, *before, told(mine, 1, "一"), junk, told(mine, 2, "二"), *before)
    events, now = CaseEvents(kafka), clock.now()
    found = await events.find(topic, mine, now, says("二"))
    assert found is not None
    assert (found.key, found.sequence) == (mine, 2)
    read = await events.read(topic, mine, now, lambda envelope: False)
    assert [envelope.sequence for envelope in read] == [1, 2]
    assert await events.find(topic, mine, now, says("三")) is None
    assert await events.read(topic, new_case_id(), now, lambda envelope: False) == []


async def test_what_is_being_committed_is_waited_for_a_little(kafka: str, topic: str) -> None:
    """A clerk who was just told that it is handed in prints the receipt at once."""
    mine, begun, read = new_case_id(), clock.now(), asyncio.Event()

    def wanted(envelope: Envelope[Event]) -> bool:
        read.set()
        return says("刚才")(envelope)

    await write(kafka, topic, told(mine, 1, "以前"))
    producer = transactional_producer(kafka, f"test-{uuid4().hex}")
    await producer.start()
    try:
        await producer.begin_transaction()
        record = told(mine, 2, "刚才")
        await producer.send_and_wait(topic, record.value, record.key, headers=list(record.headers))
        finding = asyncio.create_task(CaseEvents(kafka).find(topic, mine, begun, wanted))
        await read.wait()
        await producer.commit_transaction()
        found = await finding
    finally:
        await producer.stop()
    assert found is not None
    assert found.sequence == 2


async def test_what_was_written_long_before_is_not_read(kafka: str, topic: str) -> None:
    mine = new_case_id()
    await write(kafka, topic, told(mine, 1, "一"))
    later = clock.now() + timedelta(hours=1)
    assert await CaseEvents(kafka).read(topic, mine, later, lambda envelope: True) == []


async def test_a_topic_that_is_not_there_is_told_as_the_log_away(kafka: str) -> None:
    with pytest.raises(Problem, match=r"log\.unavailable"):
        await CaseEvents(kafka).read("no.such.events.v1", "k", clock.now(), lambda envelope: True)
