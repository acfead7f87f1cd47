"""Timers: a fold of a service's own snapshots, fired by Faust on the real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final

import faust
import pytest
from pydantic import ValidationError

from schemas.envelope import Record
from schemas.topics import dead_letter_topic
from services.kernel.calendar import YearFile
from services.kernel.reaction import Facts, Occasion, Reaction, Timer
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.command_record import CommandRecord, from_message
from services.runtime.ids import derived_id, new_case_id
from services.runtime.reactions import new_app
from services.runtime.service import Service
from services.runtime.snapshots import Snapshot, to_bytes
from services.runtime.timers import Board, TimerRules, Timers
from tests.runtime.toy_log import envelopes, offsets, read, until, working, write
from tests.runtime.toy_service import (
    CLERK,
    Claim,
    Desk,
    Rest,
    claim,
    make_topics,
    make_topics_of,
    record,
    toy,
)
from tests.support.builders import CASE, MONDAY, system

DUE: Final = timedelta(seconds=1.5)
NOON: Final = MONDAY + timedelta(hours=3)


def waiting(key: str, state: Desk, occasion: Occasion) -> Sequence[Timer]:
    """A desk with one step claims the next at noon; one with two rests, to no effect."""
    if state.steps == 1:
        second = Claim(key=key, actor=CLERK, at=NOON, step=2)
        return [Timer(NOON, key, Reaction("toy.second", second))]
    if state.steps == 2:
        rest = Rest(key=key, actor=CLERK, at=NOON)
        return [Timer(NOON, key, Reaction("toy.rest", rest))]
    return ()


def board(signs: tuple[bytes, ...] = (b'"steps"',)) -> Board[Desk]:
    return Board(TimerRules(toy(), waiting, signs), Facts("none"))


def stored(steps: int, *remembered: str) -> bytes:
    lines = tuple(f"{command_id} - 0 200 1 {{}}".encode() for command_id in remembered)
    snapshot = Snapshot(1, 1, "o-li", 0, Desk(steps, 1), lines)
    return to_bytes(snapshot, toy().state)


def named(records: Sequence[Record]) -> list[str]:
    return [from_message(r.key, r.value, r.headers).name for r in records]


def test_a_command_is_given_when_its_instant_has_come_once_and_never_before() -> None:
    pending = board()
    pending.set(CASE.encode(), stored(1), MONDAY)
    assert pending.take_due(NOON - timedelta(milliseconds=1)) == []
    (due,) = pending.take_due(NOON)
    found = from_message(due.key, due.value, due.headers)
    assert (found.name, found.key) == ("Claim", CASE)
    assert found.command_id == derived_id(CASE, "toy.second")
    assert pending.take_due(NOON) == []
    assert len(pending) == 0


def test_a_newer_state_replaces_what_the_older_one_waited_for() -> None:
    pending = board()
    pending.set(CASE.encode(), stored(1), MONDAY)
    pending.set(CASE.encode(), stored(0), MONDAY)
    assert (len(pending), pending.take_due(NOON)) == (0, [])
    pending.set(CASE.encode(), stored(1), MONDAY)
    pending.set(CASE.encode(), None, MONDAY)
    assert (len(pending), pending.take_due(NOON)) == (0, [])


def test_a_command_that_was_carried_out_to_no_effect_is_not_given_again() -> None:
    pending = board()
    pending.set(CASE.encode(), stored(2, derived_id(CASE, "toy.rest")), MONDAY)
    assert len(pending) == 0
    pending.set(CASE.encode(), stored(2, derived_id(CASE, "toy.second")), MONDAY)
    assert named(pending.take_due(NOON)) == ["Rest"]


def test_what_is_due_comes_in_the_order_of_its_instants() -> None:
    def two(key: str, _state: Desk, _occasion: Occasion) -> Sequence[Timer]:
        early, late = NOON - timedelta(hours=1), NOON
        rest, next_step = Rest(key=key, actor=CLERK, at=early), claim(1, key)
        return [Timer(late, key, Reaction("b", next_step)), Timer(early, key, Reaction("a", rest))]

    pending = Board(TimerRules(toy(), two, (b"",)), Facts("none"))
    keys = [new_case_id() for _ in range(3)]
    for key in keys:
        pending.set(key.encode(), stored(1), MONDAY)
    assert named(pending.take_due(NOON - timedelta(hours=1))) == ["Rest"] * 3
    assert len(pending) == 3
    assert [r.key.decode() for r in pending.take_due(NOON)] == keys


def test_only_states_that_may_have_a_timer_are_read() -> None:
    pending = board(signs=(b'"nothing like it"',))
    pending.set(CASE.encode(), stored(1), MONDAY)
    assert len(pending) == 0


@pytest.mark.parametrize("junk", [b"", b"junk", b'1 1 o-li 0\n{"steps": "many"}'])
def test_a_snapshot_that_cannot_be_read_leaves_the_timers_of_before(junk: bytes) -> None:
    pending = board()
    pending.set(CASE.encode(), stored(1), MONDAY)
    with pytest.raises(ValidationError):
        pending.set(CASE.encode(), junk, MONDAY)
    assert len(pending) == 1


class Watch:
    """A toy service with timers: it claims the second step one and a half seconds after a start."""

    def __init__(self, kafka: str) -> None:
        self.kafka, self.book = kafka, ReferenceBook()
        self.service: Service[Desk] = toy()
        self.due_at = clock.now() + DUE
        self.rules = TimerRules(self.service, self.timers, (b'"steps"',))

    def timers(self, key: str, state: Desk, occasion: Occasion) -> Sequence[Timer]:
        found = [
            Timer(self.due_at, timer.parent, timer.reaction)
            for timer in waiting(key, state, occasion)
        ]
        if state.steps == 3 and occasion.calendar_version != "none":
            rest = Rest(key=key, actor=system(), at=occasion.at)
            found.append(Timer(occasion.at, key, Reaction(occasion.calendar_version, rest)))
        return found

    async def make_topics(self) -> None:
        await make_topics_of(self.kafka, self.service, 1)
        await make_topics(self.kafka, {dead_letter_topic(self.rules.source): 1})

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[faust.App]:
        app = new_app(f"{self.service.name}.reactions", self.kafka)
        self.running = Timers(app, self.kafka, self.rules, self.book)
        await app.start()
        try:
            yield app
        finally:
            await app.stop()

    async def want(self, *commands: Any) -> None:
        await write(self.kafka, self.service.commands_topic, *(record(c) for c in commands))

    async def given(self) -> list[tuple[CommandRecord, datetime]]:
        """Give the commands that timers gave, and when they stood on the log."""
        found = []
        for message in await read(self.kafka, self.service.commands_topic):
            one = from_message(message.key, message.value, message.headers)
            if one.fingerprint == "":
                found.append((one, datetime.fromtimestamp(message.timestamp / 1000, MONDAY.tzinfo)))
        return found

    async def gave(self, *names: str) -> bool:
        return sorted(one.name for one, _ in await self.given()) == sorted(names)

    async def has_steps(self, steps: int) -> bool:
        return len(await envelopes(self.kafka, self.service)) >= steps


async def test_a_partition_that_is_given_out_anew_while_it_is_folded_is_folded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = Watch("127.0.0.1:1")
    app = new_app(watch.service.name, watch.kafka)
    running, folded = Timers(app, watch.kafka, watch.rules, watch.book), list[Board[Desk]]()

    async def fold(_partition: int) -> Board[Desk]:
        folded.append(board())
        if len(folded) == 1:  # another process hears a snapshot meanwhile, and goes
            await running._forget(app, set())
        return folded[-1]

    monkeypatch.setattr(running, "_fold", fold)
    assert await running._of(0) is folded[1]
    assert await running._of(0) is folded[1]


@pytest.mark.kafka
async def test_what_is_due_is_given_after_its_instant_by_whoever_is_there_then(kafka: str) -> None:
    watch = Watch(kafka)
    await watch.make_topics()
    first, second = new_case_id(), new_case_id()
    async with working(kafka, watch.service):
        await watch.want(claim(1, first), claim(1, second))
        await until(lambda: watch.has_steps(2))
        async with watch.sweeping():  # not due yet: whoever comes next has to know of it
            await until(lambda: watch.running.pending == 2)
            assert await watch.given() == []
        junk = Record(first.encode(), b"junk", ())
        async with watch.sweeping():
            # Both claim the second step; then rest, to no effect, once.
            await until(lambda: watch.gave("Claim", "Claim", "Rest", "Rest"))
            assert all(stood >= watch.due_at for _, stood in await watch.given())
            await until(lambda: watch.running.pending == 0)
            await write(kafka, watch.service.snapshots_topic, junk, partition=0)
            await until(lambda: _letters(watch, 1))
        before = await watch.given()
        async with watch.sweeping():  # nothing that was carried out is given again
            await watch.want(claim(3, second))
            await until(lambda: watch.has_steps(5))
            await until(lambda: _read_all(watch))
        assert await watch.given() == before
    claims = [e.event for e in await envelopes(kafka, watch.service) if e.key == first]
    assert len(claims) == 2


@pytest.mark.kafka
async def test_a_new_calendar_is_asked_about_in_every_state_once(kafka: str) -> None:
    watch = Watch(kafka)
    await watch.make_topics()
    keys = [new_case_id() for _ in range(3)]
    async with working(kafka, watch.service), watch.sweeping():
        for step in (1, 2, 3):
            await watch.want(*(claim(step, key) for key in keys))
        await until(lambda: watch.has_steps(9))
        watch.book.add(year(2026), year(2027))
        await until(lambda: watch.gave(*("Rest",) * 3))
        watch.book.add(year(2027, version=2))
        await until(lambda: watch.gave(*("Rest",) * 6))
    ids = {one.command_id for one, _ in await watch.given()}
    versions = ("2026.1-2027.1", "2026.1-2027.2")
    assert ids == {derived_id(key, version) for key in keys for version in versions}


def year(number: int, version: int = 1) -> YearFile:
    eve = date(number, 1, 1)
    holiday = {"first": eve, "last": eve, "name": "元旦", "name_en": "New Year"}
    return YearFile.model_validate(
        {
            "year": number,
            "version": version,
            "notice": f"国办发明电〔{number - 1}〕1号",
            "published_on": date(number - 1, 11, 4),
            "holidays": [holiday],
            "make_up_workdays": (),
        }
    )


async def _letters(watch: Watch, number: int) -> bool:
    letters = await read(watch.kafka, dead_letter_topic(watch.rules.source))
    reasons = [dict(letter.headers)["dlq-reason"] for letter in letters]
    assert set(reasons) <= {b"snapshot.does-not-fit"}
    return len(letters) == number


async def _read_all(watch: Watch) -> bool:
    there = await read(watch.kafka, watch.service.snapshots_topic)
    committed = await offsets(watch.kafka, f"{watch.service.name}.reactions")
    last: int = max(message.offset for message in there)
    return max(committed.values(), default=0) > last
