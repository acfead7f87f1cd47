"""What verification is for: each way in which the log can be wrong is found, and named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.base import REVIEW, ROUTING
from schemas.events.review import StepClaimed, StepReceived
from schemas.events.routing import StepOpened
from services.review.core.commands import Claim
from services.review.shell.wiring import PARTS, SERVICE
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.results import Result
from services.runtime.snapshots import Snapshot, remembered_line, to_bytes
from services.runtime.topics_admin import Layout, apply_topics
from services.runtime.verify import Verifier
from tests.schemas.examples import examples_of
from tests.support.broker import TestBroker
from tests.support.builders import CASE, LAND, MONDAY, county, officer, term

pytestmark = pytest.mark.kafka
STEP = f"{CASE}.1"
ASKED = "11111111-1111-4111-8111-111111111111"
RECEIVED = StepReceived(step_id=STEP, organisation=LAND, duty="decide", term=term())


def event_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def written(sequence: int, event: StepReceived | StepClaimed) -> Record:
    return encode(
        Envelope(
            event_id=event_id(sequence),
            key=CASE,
            sequence=sequence,
            occurred_at=MONDAY,
            source=LAND,
            actor="o-li",
            causation_id=ASKED,
            correlation_id=ASKED,
            event=event,
        )
    )


def snapshot(*events: StepReceived | StepClaimed, sequence: int | None = None) -> bytes:
    rules = SERVICE.decider(county())
    state = rules.start
    for event in events:
        state = rules.evolve(state, event)
    line = remembered_line(ASKED, "", 0, Result(200, b"{}", 1))
    kept = Snapshot(sequence or len(events), len(events), "o-li", 0, state, (line,))
    return to_bytes(kept, SERVICE.state)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[tuple[str, AIOKafkaProducer]]:
    """A broker of its own: the topics must have their real names for their events to be read."""
    broker = TestBroker(tmp_path)
    await broker.start()
    await apply_topics(broker.bootstrap, Layout(stream_partitions=1))
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await producer.start()
    try:
        yield broker.bootstrap, producer
    finally:
        await producer.stop()
        await broker.stop()


async def put(producer: AIOKafkaProducer, topic: str, record: Record) -> None:
    await producer.send_and_wait(
        topic, record.value, record.key, headers=list(record.headers), partition=0
    )


async def found(bootstrap: str) -> set[str]:
    verifier = Verifier(bootstrap, county(), lambda _topic, _number: None)
    await verifier.service(SERVICE)
    assert PARTS.reactor is not None
    await verifier.reactions(PARTS.reactor, SERVICE)
    return {finding.kind for finding in verifier.verdict.findings}


async def commit(bootstrap: str, group: str, topic: str, offset: int) -> None:
    """Say for a group that everything below `offset` was done."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        tp = TopicPartition(topic, 0)
        consumer.assign([tp])
        await consumer.commit({tp: offset})
    finally:
        await consumer.stop()


async def test_every_way_to_be_wrong_is_named(log: tuple[str, AIOKafkaProducer]) -> None:
    bootstrap, producer = log
    claimed = StepClaimed(step_id=STEP, officer_id="o-li")
    await put(producer, REVIEW, written(1, RECEIVED))
    kept = Record(CASE.encode(), snapshot(RECEIVED), ())
    await put(producer, SERVICE.snapshots_topic, kept)
    assert await found(bootstrap) == set()

    await put(producer, REVIEW, written(1, RECEIVED))
    assert await found(bootstrap) == {"repeated"}

    await put(producer, REVIEW, written(3, claimed))
    assert await found(bootstrap) == {"repeated", "gap", "snapshot"}

    # As many events as the log has, of another state.
    other = Record(CASE.encode(), snapshot(RECEIVED, sequence=3), ())
    await put(producer, SERVICE.snapshots_topic, other)
    assert await found(bootstrap) == {"repeated", "gap", "snapshot"}

    await put(producer, REVIEW, Record(CASE.encode(), b"{", ()))
    assert "unreadable" in await found(bootstrap)


async def test_a_command_that_was_taken_and_came_to_nothing_is_lost(
    log: tuple[str, AIOKafkaProducer],
) -> None:
    bootstrap, producer = log
    claim = Claim(key=CASE, actor=officer("department_reviewer", LAND), at=MONDAY, step_id=STEP)
    body = SERVICE.commands["Claim"].dump_json(claim)
    await put(
        producer, SERVICE.commands_topic, to_record(CommandRecord("Claim", ASKED, CASE, body))
    )
    assert await found(bootstrap) == set()
    await commit(bootstrap, SERVICE.group, SERVICE.commands_topic, 1)
    assert await found(bootstrap) == {"lost"}


async def test_a_reaction_that_was_acknowledged_and_did_not_follow_is_found(
    log: tuple[str, AIOKafkaProducer],
) -> None:
    bootstrap, producer = log
    opened = examples_of(StepOpened)[0]
    await put(producer, ROUTING, Record(opened.key, opened.value, tuple(opened.headers)))
    assert await found(bootstrap) == set()
    assert PARTS.reactor is not None
    await commit(bootstrap, PARTS.reactor.group, ROUTING, 1)
    assert await found(bootstrap) == {"reaction"}
