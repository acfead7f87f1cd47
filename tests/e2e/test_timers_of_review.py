"""Review's own timers on a real broker: a calendar amended while results wait to be collected."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from uuid import uuid4

import pytest

from schemas.codec import Position, decode
from schemas.envelope import Record
from schemas.events.base import REVIEW, Event
from schemas.events.clocks import DueDateCorrected
from schemas.topics import dead_letter_topic
from services.kernel.calendar import Closure, YearFile
from services.kernel.reference_book import ReferenceBook
from services.one_machine.county import DEPLOYED
from services.review.shell.wiring import PARTS, SERVICE
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import plain_producer, stop_producer
from services.runtime.reactions import new_app
from services.runtime.reference_files import read_county
from services.runtime.snapshots import Snapshot, to_bytes
from services.runtime.timers import Timers
from tests.review.core.situations import FULL_ITEM, checked, claimed, decided, received, review
from tests.review.core.situations_of_consulting import SURVEYED, answered, requested
from tests.review.core.situations_of_results import (
    delivered,
    issued,
    made_ready,
    revoked,
    to_deliver,
)
from tests.runtime.toy_log import read, until, working
from tests.runtime.toy_service import make_topics, make_topics_of
from tests.support.builders import CASE
from tests.support.given import given

pytestmark = pytest.mark.kafka
OF_EACH: Final = 40
TAKEN: Final = (received(of=FULL_ITEM), checked(), claimed(), *SURVEYED)
APPROVED: Final = (*TAKEN, decided(), to_deliver())
OF_CASE: Final = ("legal", "promised", "step")
KINDS: Final[tuple[tuple[tuple[Event, ...], tuple[str, ...]], ...]] = (
    (APPROVED, ("delivery",)),
    ((*APPROVED, issued(), made_ready()), ("delivery",)),
    ((*APPROVED, issued(), made_ready(), delivered()), ()),
    ((*APPROVED, issued(), revoked()), ()),
    ((*TAKEN, requested()), (*OF_CASE, "opinion")),
    ((*TAKEN, requested(), answered()), OF_CASE),
    ((*TAKEN, requested(), decided("rejected")), ()),
)
"""What has happened in a case, and which of its clocks run."""


class Review:
    """Review under names of its own, with the county's reference data."""

    def __init__(self, kafka: str) -> None:
        self.kafka, name = kafka, f"review-{uuid4().hex[:12]}"
        self.service = replace(SERVICE, name=name, events_topic=f"case.{name}.events.v1")
        assert PARTS.timers is not None
        self.rules = replace(PARTS.timers, service=self.service)
        self.book = ReferenceBook(read_county(DEPLOYED).facts)

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

    async def put(self, cases: Mapping[str, tuple[Event, ...]]) -> None:
        """Have cases to which this has happened."""
        producer = plain_producer(self.kafka)
        try:
            await producer.start()
            for key, history in cases.items():
                state = given(review, *history).state
                stored = to_bytes(
                    Snapshot(len(history), len(history), "o-li", 0, state, ()), self.service.state
                )
                record = Record(key.encode(), stored.replace(CASE.encode(), key.encode()), ())
                sent = await producer.send(self.service.snapshots_topic, record.value, record.key)
                await asyncio.wait_for(sent, 30)
        finally:
            await stop_producer(producer)

    def shut(self) -> None:
        """Have the offices shut on 6 and 7 March 2025."""
        days = {"reason": "防汛停办", "first": "2025-03-06", "last": "2025-03-07"}
        (file,) = (
            fact
            for fact in read_county(DEPLOYED).facts
            if isinstance(fact, YearFile) and fact.year == 2025
        )
        closures = (Closure.model_validate(days),)
        self.book.add(file.model_copy(update={"version": file.version + 1, "closures": closures}))

    async def corrected(self) -> Counter[tuple[str, str]]:
        """Count the corrections by case and clock."""
        found = [
            decode(Position(REVIEW, r.partition, r.offset), r.key, r.value, r.headers)
            for r in await read(self.kafka, self.service.events_topic)
        ]
        told = [(e.key, e.event) for e in found]
        return Counter((key, e.clock) for key, e in told if isinstance(e, DueDateCorrected))


async def test_every_clock_that_runs_is_corrected_once_and_no_other(kafka: str) -> None:
    service = Review(kafka)
    await service.make_topics()
    cases, expected = dict[str, tuple[Event, ...]](), Counter[tuple[str, str]]()
    for history, clocks in KINDS:
        for _ in range(OF_EACH):
            cases[key := new_case_id()] = history
            expected.update((key, clock) for clock in clocks)
    await service.put(cases)

    async def all_told() -> bool:
        return len(await service.corrected()) >= len(expected)

    async def some_told() -> bool:
        return bool(await service.corrected())

    async with working(kafka, service.service, service.book):
        async with service.sweeping():
            service.shut()
            await until(some_told)
        async with service.sweeping():  # another who takes over gives none a second time
            await until(all_told)
    assert await service.corrected() == expected
