"""Intake's own timers on a real broker: silence, and a calendar amended while processes end."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from schemas.codec import Position, decode
from schemas.envelope import Envelope
from schemas.events.base import INTAKE, Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.intake import CaseAccepted
from schemas.topics import dead_letter_topic
from services.intake.core.commands import Submit
from services.intake.core.timers import timers
from services.intake.shell.wiring import SERVICE
from services.kernel.calendar import YearFile
from services.kernel.reference_book import ReferenceBook
from services.one_machine.county import DEPLOYED
from services.runtime.clock import now
from services.runtime.command_record import CommandRecord
from services.runtime.ids import new_case_id
from services.runtime.reactions import new_app
from services.runtime.reference_files import read_county
from services.runtime.timers import TimerRules, Timers
from tests.e2e.test_clocks_of_every_item import Walk
from tests.runtime.toy_log import read, until, working, write
from tests.runtime.toy_service import make_topics, make_topics_of
from tests.support.builders import at

pytestmark = pytest.mark.kafka
CASES: Final = 200
LATER: Final = datetime(now().year + 2, 3, 1, 2, tzinfo=UTC)


class Intake:
    """Intake under names of its own, with the county's reference data."""

    def __init__(self, kafka: str) -> None:
        self.kafka, name = kafka, f"intake-{uuid4().hex[:12]}"
        self.service = replace(SERVICE, name=name, events_topic=f"case.{name}.events.v1")
        self.rules = TimerRules(self.service, timers, (b'"kind":"submitted"',))
        self.book = ReferenceBook((*read_county(DEPLOYED).facts, year_file()))

    async def make_topics(self) -> None:
        await make_topics_of(self.kafka, self.service, 2)
        await make_topics(self.kafka, {dead_letter_topic(self.rules.source): 1})

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        app = new_app(f"{self.service.name}.reactions", self.kafka)
        Timers(app, self.kafka, self.rules, self.book)
        await app.start()
        try:
            yield
        finally:
            await app.stop()

    async def hand_in(self, *commands: Submit) -> None:
        form = self.service.commands["Submit"]
        records = [
            CommandRecord("Submit", str(uuid4()), c.key, form.dump_json(c), "f1") for c in commands
        ]
        await write(self.kafka, self.service.commands_topic, *records)

    async def events(self, kind: type[Event]) -> list[Envelope[Event]]:
        found = [
            decode(Position(INTAKE, r.partition, r.offset), r.key, r.value, r.headers)
            for r in await read(self.kafka, self.service.events_topic)
        ]
        return [envelope for envelope in found if isinstance(envelope.event, kind)]

    async def has(self, kind: type[Event], number: int) -> bool:
        return len(await self.events(kind)) >= number

    def submit(self, **changes: Any) -> Submit:
        """Give a village's application for whatever item comes first."""
        walk = Walk(next(item for item in self.book.items() if item.kind == "commitment"))
        return replace(walk.handing_in(), key=new_case_id(), **changes)


def year_file(*closed: date) -> YearFile:
    """Give the file of a year to come, in which nobody's answer is due yet; the second version
    with offices shut."""
    eve = date(LATER.year, 1, 1)
    return YearFile.model_validate(
        {
            "year": LATER.year,
            "version": 1 + bool(closed),
            "notice": f"国办发明电〔{LATER.year - 1}〕1号",
            "published_on": date(LATER.year - 1, 11, 4),
            "holidays": [{"first": eve, "last": eve, "name": "元旦", "name_en": "New Year"}],
            "make_up_workdays": (),
            "closures": [{"reason": "防汛停办", "first": day, "last": day} for day in closed],
        }
    )


async def test_an_application_that_nobody_answered_is_accepted_by_the_first_who_looks(
    kafka: str,
) -> None:
    intake = Intake(kafka)
    await intake.make_topics()
    silent, fresh = intake.submit(at=at("2026-03-02 10:00")), intake.submit(at=LATER)
    async with working(kafka, intake.service, intake.book):
        await intake.hand_in(silent, fresh)
        async with intake.sweeping():
            await until(lambda: intake.has(CaseAccepted, 1))
        async with intake.sweeping():  # and by nobody else
            await intake.hand_in(intake.submit(at=at("2026-03-03 10:00")))
            await until(lambda: intake.has(CaseAccepted, 2))
    accepted = await intake.events(CaseAccepted)  # of several partitions, in no order of time
    (first,) = [envelope for envelope in accepted if envelope.key == silent.key]
    assert isinstance(first.event, CaseAccepted)
    assert (first.event.deemed, first.actor) == (True, "system")
    assert fresh.key not in {envelope.key for envelope in accepted}
    assert first.event.legal.started_at == silent.at
    assert first.occurred_at == at("2026-03-09 17:30")


async def test_each_open_answer_is_corrected_once_whoever_ends_in_between(kafka: str) -> None:
    intake = Intake(kafka)
    await intake.make_topics()
    handed_in = [intake.submit(at=LATER + timedelta(milliseconds=n)) for n in range(CASES)]
    async with working(kafka, intake.service, intake.book):
        await intake.hand_in(*handed_in)
        async with intake.sweeping():
            calendar = intake.book.calendar(intake.book.current_calendar_version())
            third = calendar.working_day(calendar.rank(LATER.date()) + 3)
            intake.book.add(year_file(third))
            await until(lambda: intake.has(DueDateCorrected, 1))
    async with working(kafka, intake.service, intake.book), intake.sweeping():
        await until(lambda: intake.has(DueDateCorrected, CASES))
        await intake.hand_in(intake.submit(at=at("2026-03-02 10:00")))
        await until(lambda: intake.has(CaseAccepted, 1))
    corrected = Counter(envelope.key for envelope in await intake.events(DueDateCorrected))
    keys = {submit.key for submit in handed_in}
    assert {key: corrected[key] for key in keys} == dict.fromkeys(keys, 1)
