"""Open cases as the services hold them: the real cores bring each there, on the demo county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID, uuid4

from schemas.codec import Position, decode
from schemas.envelope import Envelope, Record
from schemas.events.base import Event
from schemas.events.routing import StepOpened
from schemas.facts import Item, Officer
from schemas.values import Material
from services.intake.core.commands import Accept, Submit
from services.intake.shell.wiring import SERVICE as INTAKE
from services.kernel.actor import Actor, Held
from services.kernel.decider import Command
from services.kernel.reaction import Reaction
from services.kernel.reference_book import ReferenceBook
from services.one_machine.county import DEPLOYED
from services.review.core import react as review
from services.review.core.commands import Claim
from services.review.shell.wiring import SERVICE as REVIEW
from services.routing.core import react as routing
from services.routing.shell.wiring import SERVICE as ROUTING
from services.runtime.carry_out import Batch, Book
from services.runtime.command_record import VIEW, CommandRecord, to_record
from services.runtime.ids import derived_id
from services.runtime.reference_files import read_county
from services.runtime.service import Service
from services.runtime.simulation.mix import read_mix

SERVICES: Final[Mapping[str, Service[Any]]] = {
    service.name: service for service in (INTAKE, ROUTING, REVIEW)
}
"""Those that keep a state of each open case; supervision's worker keeps officers only."""
_AT: Final = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
_SEED: Final = 4

Snapshots: TypeAlias = dict[str, Mapping[bytes, bytes]]
"""By service and key, as they stand on its snapshots topic."""
Asked: TypeAlias = tuple[Command, str, str]
"""A command, its id, and its fingerprint: empty for one that comes from a reaction."""


def questions(cases: Iterable[str]) -> Iterator[Record]:
    """Give one command a case that asks for its state and changes nothing."""
    for case in cases:
        yield to_record(CommandRecord(VIEW, str(uuid4()), case, b"{}"))


class _Message(NamedTuple):
    offset: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


class OpenCases:
    """Gives open cases of the demo county: villages in turn, items in proportion to its mix."""

    def __init__(self) -> None:
        self._book = ReferenceBook(read_county(DEPLOYED).facts)
        self._calendar = self._book.current_calendar_version()
        self._random = Random(_SEED)
        self._items, self._clerks = cycle(self._mix()), cycle(self._village_clerks())
        self._number = 0

    def open(self, cases: Sequence[str]) -> Snapshots:
        """Give what the workers keep of `cases`, each handed in, accepted, routed, received, and
        its first step claimed.

        Raises:
            RuntimeError: a core refused; the way of the benchmark is wrong.
        """
        at_work = {name: _Desk(service, self._book) for name, service in SERVICES.items()}
        intake, routes, reviews = (at_work[name] for name in SERVICES)
        handed_in = [self._hand_in(case) for case in cases]
        intake.carry_out(self._of_client(submit) for submit in handed_in)
        accepted = intake.carry_out(self._of_client(self._accept(s)) for s in handed_in)
        laid = routes.carry_out(_reactions(accepted, routing.react, self._book))
        received = _reactions(laid, review.react, self._book)
        reviews.carry_out(received)
        reviews.carry_out(self._of_client(claim) for claim in _first_claims(laid))
        return {name: desk.book.stored for name, desk in at_work.items()}

    def hand_in(self, cases: Sequence[str]) -> Mapping[bytes, bytes]:
        """Give what intake's worker keeps of `cases` that nobody has answered yet."""
        intake = _Desk(INTAKE, self._book)
        intake.carry_out(self._of_client(self._hand_in(case)) for case in cases)
        return dict(intake.book.stored)

    def _hand_in(self, case: str) -> Submit:
        item, clerk = next(self._items), next(self._clerks)
        self._number += 1
        return Submit(
            key=case,
            actor=Actor(clerk.officer_id, clerk.organisation, _posts(clerk)),
            at=_AT + timedelta(milliseconds=self._number),
            item_code=item.code,
            item_version=item.version,
            organisation=clerk.organisation,
            channel="village",
            applicant_ref=f"p-{self._random.getrandbits(96):024x}",
            materials=tuple(
                Material(code=paper.code, form=paper.form, count=paper.count)
                for paper in item.materials
                if paper.required
            ),
            calendar_version=self._calendar,
        )

    def _accept(self, submit: Submit) -> Accept:
        at = submit.at + timedelta(minutes=20)
        return Accept(
            key=submit.key, actor=submit.actor, at=at, calendar_version=submit.calendar_version
        )

    def _of_client(self, command: Command) -> Asked:
        return command, self._uuid(), f"{self._random.getrandbits(64):016x}"

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _mix(self) -> list[Item]:
        day = _AT.date()
        often = read_mix(DEPLOYED / "simulation.yaml").items
        found = [self._book.current_item(code, day) for code in often for _ in range(often[code])]
        items = [item for item in found if item is not None and "village" in item.channels]
        self._random.shuffle(items)
        return items

    def _village_clerks(self) -> list[Officer]:
        return [o for o in self._book.officers() if any(p.role == "village_clerk" for p in o.posts)]


class _Desk:
    """One service's book, of which every batch is committed at once."""

    def __init__(self, service: Service[Any], reference: ReferenceBook) -> None:
        self._service, self._decider = service, service.decider(reference)
        self.book: Book[Any] = Book(service)

    def carry_out(self, asked: Iterable[Asked]) -> list[Envelope[Event]]:
        messages = [self._message(*each) for each in asked]
        outcome = Batch(self._service, self._decider, self.book).carry_out(messages)
        if outcome.counts != {"accepted": len(messages)}:
            why = {reason for _, reason in outcome.dead} or outcome.counts
            raise RuntimeError(f"{self._service.name}: {why}: the mix is wrong")
        self.book.commit(outcome.staged, outcome.written(self._service))
        return [self._read(record) for record in outcome.events]

    def _message(self, command: Command, command_id: str, fingerprint: str) -> _Message:
        name = type(command).__name__
        body = self._service.commands[name].dump_json(command)
        record = to_record(CommandRecord(name, command_id, command.key, body, fingerprint))
        return _Message(0, record.key, record.value, record.headers)

    def _read(self, record: Record) -> Envelope[Event]:
        place = Position(self._service.events_topic, 0, 0)
        return decode(place, record.key, record.value, record.headers)


def _reactions(events: Iterable[Envelope[Event]], react: Any, book: ReferenceBook) -> list[Asked]:
    found: list[tuple[Envelope[Event], Reaction]] = [
        (envelope, reaction) for envelope in events for reaction in react(envelope, book)
    ]
    return [(r.command, derived_id(e.event_id, r.name), "") for e, r in found]


def _first_claims(events: Iterable[Envelope[Event]]) -> Iterator[Claim]:
    """Give one claim a case, by an officer whose post fits the step."""
    for envelope in events:
        step = envelope.event
        if isinstance(step, StepOpened) and step.number == 1:
            post = Held(step.organisation, step.role)
            yield Claim(
                key=envelope.key,
                actor=Actor("o-010", step.organisation, (post,)),
                at=envelope.occurred_at + timedelta(minutes=30),
                step_id=step.step_id,
            )


def _posts(officer: Officer) -> tuple[Held, ...]:
    return tuple(Held(post.organisation, post.role) for post in officer.posts)
