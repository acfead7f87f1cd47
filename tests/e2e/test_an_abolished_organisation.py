"""An organisation is abolished on a real broker, while the processes that watch for it end."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import uuid4

import pytest

from schemas.codec import Position, decode
from schemas.envelope import Envelope
from schemas.events.base import ROUTING, Event
from schemas.events.moves import StepRerouted
from schemas.events.routing import StepOpened
from schemas.topics import dead_letter_topic
from services.kernel.actor import SYSTEM, Actor
from services.kernel.reference_book import ReferenceBook
from services.one_machine.county import DEPLOYED
from services.routing.core.commands import LayRoute
from services.routing.shell.wiring import PARTS, SERVICE
from services.runtime.clock import now
from services.runtime.command_record import CommandRecord
from services.runtime.ids import new_case_id
from services.runtime.reactions import new_app
from services.runtime.reference_files import read_county
from services.runtime.timers import Timers
from tests.runtime.toy_log import read, until, working, write
from tests.runtime.toy_service import make_topics, make_topics_of
from tests.support.builders import term

pytestmark = pytest.mark.kafka
CASES: Final = 100
VILLAGE: Final = "/qingyun/t-heping/v-dongping"
HEIR: Final = "/qingyun/t-heping/v-shiqiao"


class Routing:
    """Routing under names of its own, with the county's reference data."""

    def __init__(self, kafka: str) -> None:
        self.kafka, name = kafka, f"routing-{uuid4().hex[:12]}"
        self.service = replace(SERVICE, name=name, events_topic=f"case.{name}.events.v1")
        assert PARTS.timers is not None
        self.rules = replace(PARTS.timers, service=self.service)
        self.book = ReferenceBook(read_county(DEPLOYED).facts)
        of_village = (i for i in self.book.items() if i.shape == "village_decides")
        self.item = next(of_village)

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

    async def lay(self, *keys: str) -> None:
        form = self.service.commands["LayRoute"]
        commands = [
            LayRoute(
                key=key,
                actor=Actor(SYSTEM, VILLAGE),
                at=now(),
                item_code=self.item.code,
                item_version=self.item.version,
                organisation=VILLAGE,
                legal=term(calendar_version=self.book.current_calendar_version()),
                promised=term(calendar_version=self.book.current_calendar_version()),
            )
            for key in keys
        ]
        records = [
            CommandRecord("LayRoute", str(uuid4()), c.key, form.dump_json(c)) for c in commands
        ]
        await write(self.kafka, self.service.commands_topic, *records)

    def abolish(self) -> None:
        village = self.book.organisation(VILLAGE)
        told = {"closed_on": date(2020, 1, 1), "successor": HEIR}
        self.book.add(village.model_copy(update=told))

    async def events(self, kind: type[Event]) -> list[Envelope[Event]]:
        found = [
            decode(Position(ROUTING, r.partition, r.offset), r.key, r.value, r.headers)
            for r in await read(self.kafka, self.service.events_topic)
        ]
        return [envelope for envelope in found if isinstance(envelope.event, kind)]

    async def has(self, kind: type[Event], number: int) -> bool:
        return len(await self.events(kind)) >= number


async def test_each_open_step_goes_to_the_successor_once_whoever_ends_in_between(
    kafka: str,
) -> None:
    routing = Routing(kafka)
    await routing.make_topics()
    keys = [new_case_id() for _ in range(CASES)]
    async with working(kafka, routing.service, routing.book):
        await routing.lay(*keys)
        await until(lambda: routing.has(StepOpened, CASES))
        async with routing.sweeping():
            routing.abolish()
            await until(lambda: routing.has(StepRerouted, 1))
    late = new_case_id()
    async with working(kafka, routing.service, routing.book), routing.sweeping():
        await until(lambda: routing.has(StepRerouted, CASES))
        await routing.lay(late)
        await until(lambda: routing.has(StepOpened, CASES + 1))
    moved = await routing.events(StepRerouted)
    assert Counter(envelope.key for envelope in moved) == Counter(keys)
    told = {
        (e.event.to_organisation, e.event.move) for e in moved if isinstance(e.event, StepRerouted)
    }
    assert told == {(HEIR, 1)}
    opened = [e.event for e in await routing.events(StepOpened) if e.key == late]
    assert [getattr(event, "organisation", None) for event in opened] == [HEIR]
