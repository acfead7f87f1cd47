"""A service's reactions to another's events, by Faust on the real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import faust
import pytest

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.base import Event
from schemas.events.review import StepClaimed, StepReleased
from schemas.topics import commands_topic, dead_letter_topic
from services.kernel.decider import Reference
from services.kernel.reaction import Reaction
from services.runtime.command_record import CommandRecord, from_message
from services.runtime.dead_letters import DeadLetterLimit
from services.runtime.ids import derived_id, new_case_id
from services.runtime.kafka_clients import transactional_producer
from services.runtime.reactions import Reactions, Reactor, new_app
from services.runtime.service import adapters
from services.runtime.watchdog import StoodStill, watch
from tests.runtime.toy_log import ends, offsets, read, until, write
from tests.runtime.toy_service import SERVICE, Swap, make_topics
from tests.support.builders import LAND, MONDAY, County, county, item, system

pytestmark = pytest.mark.kafka
JUNK: Final = Record(b"k", b"\xff\x00", (("ce_id", b"x"),))


class Town:
    """Topics, reference and reactor of one test; a group of its own."""

    def __init__(self, kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kafka, self.name = kafka, f"toy-{uuid4().hex[:12]}"
        self.source = f"case.{self.name}.events.v1"
        for kind in (StepClaimed, StepReleased):
            monkeypatch.setattr(kind, "topics", (*kind.topics, self.source))
        self.items: dict[tuple[str, int], Any] = {}
        known = county()
        self.reference = County(self.items, known.organisations, known.calendars)
        self.reactor = Reactor(self.name, (self.source,), react, adapters([Swap]))

    async def make_topics(self) -> None:
        dead = dead_letter_topic(self.source)
        await make_topics(self.kafka, {self.source: 1, commands_topic(self.name): 1, dead: 1})

    @asynccontextmanager
    async def reacting(self) -> AsyncIterator[tuple[faust.App, Reactions]]:
        app = new_app(self.reactor.group, self.kafka)
        reactions = Reactions(app, self.reactor, self.reference)
        await app.start()
        try:
            yield app, reactions
        finally:
            await app.stop()

    async def happen(self, *records: Record) -> None:
        await write(self.kafka, self.source, *records)

    async def commands(self) -> list[CommandRecord]:
        found = await read(self.kafka, commands_topic(self.name))
        return [from_message(r.key, r.value, r.headers) for r in found]

    async def has_emitted(self, number: int) -> bool:
        return len(await self.commands()) >= number

    async def dead(self) -> list[tuple[int, str]]:
        letters = await read(self.kafka, dead_letter_topic(self.source))
        heads = [dict(letter.headers) for letter in letters]
        assert all(head["dlq-topic"] == self.source.encode() for head in heads)
        return [(int(h["dlq-offset"]), h["dlq-reason"].decode()) for h in heads]

    async def is_at(self, offset: int) -> bool:
        return list((await offsets(self.kafka, self.reactor.group)).values()) == [offset]


def react(envelope: Envelope[Event], reference: Reference) -> Sequence[Reaction]:
    match envelope.event:
        case StepReleased(reason="fault"):
            raise ZeroDivisionError
        case StepReleased(reason=code):
            reference.item(code, 1)
            return []
        case _:
            command = Swap(key=envelope.key, actor=system(LAND), at=envelope.occurred_at)
            return [Reaction("toy.swap", command)]


def claimed() -> Record:
    key = new_case_id()
    return event(StepClaimed(step_id=f"{key}.1", officer_id="o-li"), key)


def released(reason: str) -> Record:
    key = new_case_id()
    return event(StepReleased(step_id=f"{key}.1", officer_id="o-li", reason=reason), key)


def event(fact: Event, key: str) -> Record:
    ids = {"event_id": derived_id(key, "event"), "causation_id": key, "correlation_id": key}
    return encode(
        Envelope(
            key=key, sequence=1, occurred_at=MONDAY, source=LAND, actor="o-li", event=fact, **ids
        )
    )


async def abort(kafka: str, topic: str, *records: Record) -> None:
    producer = transactional_producer(kafka, f"{topic}-aborting")
    await producer.start()
    try:
        await producer.begin_transaction()
        for r in records:
            await producer.send_and_wait(topic, r.value, r.key, headers=list(r.headers))
        await producer.abort_transaction()
    finally:
        await producer.stop()


async def test_committed_events_become_commands_and_nothing_else_does(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(kafka, monkeypatch)
    await town.make_topics()
    await town.happen(claimed())
    async with town.reacting():
        await until(lambda: town.has_emitted(1))
        # F13: aborted events are not seen, and do not stand in the way of the next.
        await abort(kafka, town.source, *(claimed() for _ in range(60)))
        seen = claimed()
        await town.happen(seen)
        await until(lambda: town.has_emitted(2))
        command = (await town.commands())[1]
        assert command.key == seen.key.decode()
        assert command.name == "Swap"
        # F15: delivered twice, the same id.
        event_id = derived_id(command.key, "event")
        assert command.command_id == derived_id(event_id, "toy.swap")
        assert command.correlation_id == command.key
        await town.happen(seen)
        await until(lambda: town.has_emitted(3))
        assert (await town.commands())[2] == command
        assert SERVICE.commands["Swap"].validate_json(command.body).actor == system(LAND)

        # What cannot be read or fails is put aside with its exact place, and the rest flows.
        (end,) = (await ends(kafka, town.source)).values()
        unknown = event(StepClaimed(step_id=f"{command.key}.1", officer_id="o-li"), command.key)
        heads = [("ce_type", b"cn.cunban.nothing.v9") if n == "ce_type" else (n, v)
                 for n, v in unknown.headers]  # fmt: skip
        await town.happen(
            JUNK, claimed(), Record(unknown.key, unknown.value, tuple(heads)), released("fault")
        )
        # Reference facts that are late are waited for.
        await town.happen(released("fishing"), claimed())
        await until(lambda: town.has_emitted(4))
        town.items["fishing", 1] = item(code="fishing")
        await until(lambda: town.has_emitted(5))
        assert await town.dead() == [
            (end, "envelope.not-cloudevents-1.0"),
            (end + 2, "envelope.unknown-type"),
            (end + 3, "event.fault.ZeroDivisionError"),
        ]
        await until(lambda: town.is_at(end + 6))
    assert await read(kafka, commands_topic(town.name), committed_only=False)


async def test_an_event_under_way_when_the_process_stops_is_reacted_to_by_the_next(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1, F9: Faust acknowledges the event of a cancelled agent, were it left to it."""
    town = Town(kafka, monkeypatch)
    await town.make_topics()
    waiting = released("fishing")
    await town.happen(claimed(), waiting, claimed())
    async with town.reacting():
        await until(lambda: town.has_emitted(1))
        await until(lambda: town.is_at(1))
    assert await town.is_at(1)

    # Nor may it end as a crash: what is behind it would be committed, and it with that.
    monkeypatch.setattr("services.runtime.reactions.REFERENCE_WAIT_SECONDS", 0.3)
    async with town.reacting() as (app, reactions):
        reactions._limit = DeadLetterLimit(count=0, share=0.0)
        await until(lambda: app.crashed)
    assert await town.dead() == [(1, "event.unknown-item")]
    assert await town.is_at(1)
    assert not await town.has_emitted(2)

    town.items["fishing", 1] = item(code="fishing")
    async with town.reacting():
        await until(lambda: town.has_emitted(2))
        await until(lambda: town.is_at(3))
        still = asyncio.create_task(
            watch(kafka, town.reactor.group, [town.source], look=0.05, still=0.1)
        )
        await until(lambda: town.is_at(3))
        assert not still.done()
    # Nobody reacts any more: there is work, and it stands still.
    await town.happen(claimed())
    with pytest.raises(StoodStill):
        await asyncio.wait_for(still, 20)
