"""A worker's partition without a broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from schemas.codec import Position, decode
from schemas.envelope import Envelope, Record
from schemas.events.base import REVIEW, Event
from services.runtime.carry_out import Batch, Book, Outcome
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.ids import derived_id
from services.runtime.results import Result, from_message
from tests.runtime.toy_service import SERVICE, Desk, messages
from tests.support.builders import CASE, county

FIRST: Final = "01942a3b-0000-4000-8000-00000000000a"
"""A command id."""


@dataclass
class Desks:
    """What a batch brings about is committed at once."""

    reference: Any = None

    def __post_init__(self) -> None:
        self.book: Book[Desk] = Book(SERVICE)
        self.log: list[Record] = []

    def carry_out(self, *records: CommandRecord | Record, late: bool = False) -> Outcome[Desk]:
        """Carry out a batch and commit it."""
        found = self.attempt(*records, late=late)
        self.log += found.events
        self.book.commit(found.staged, found.written(SERVICE))
        return found

    def attempt(self, *records: CommandRecord | Record, late: bool = False) -> Outcome[Desk]:
        """Carry out a batch whose transaction is not committed."""
        decider = SERVICE.decider(self.reference or county())
        batch = Batch(SERVICE, decider, self.book, missing_reference_is_dead=late)
        return batch.carry_out(messages(*records))

    def envelopes(self) -> list[Envelope[Event]]:
        """Give the events committed."""
        return read(self.log)


def read(records: Sequence[Record]) -> list[Envelope[Event]]:
    """Give events as a reader has them."""
    return [decode(Position(REVIEW, 0, 0), r.key, r.value, r.headers) for r in records]


def results_of(outcome: Outcome[Desk]) -> list[Result]:
    """Give what is told, in order."""
    return [from_message(r.value, r.headers)[1] for r in outcome.results]


def result_of(outcome: Outcome[Desk]) -> Result:
    """Give the only thing that is told."""
    (found,) = results_of(outcome)
    return found


def said(result: Result) -> dict[str, Any]:
    """Give the body of a result."""
    found: dict[str, Any] = orjson.loads(result.body)
    return found


def ask(part: str | None = None, key: str = CASE) -> CommandRecord:
    """Give a question."""
    return CommandRecord(VIEW, derived_id(FIRST, str(part)), key, b"{}", part=part)
