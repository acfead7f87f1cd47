"""Which cases of an applicant are open or recent, as this API process has read them: what a new
application is held against. A look that is a moment old misses what another window takes in at
the same moment; the application shows it as soon as both are on the stream (ADR 0013).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from schemas.codec import Position, Unreadable, decode
from schemas.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
)
from services.intake.core.commands import Likeness
from services.intake.core.likeness import counts_until

SPAN: Final = timedelta(days=200)
"""How far back the stream is read: beyond the longest legal limit with its extension (ALL 42)."""
MOST_TOLD: Final = 5
MOST_KEPT: Final = 50
"""Of one applicant: an intermediary may have any number, a person has a few."""
_WANTED: Final = frozenset(
    event.type.encode()
    for event in (ApplicationSubmitted, CaseAccepted, CaseNotAccepted, ApplicationWithdrawn)
)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SWEEP_EVERY: Final = 20_000
log = structlog.get_logger()


@dataclass(slots=True)
class _Open:
    case: bytes
    number: str
    item: str
    organisation: str
    at: float
    """When it was handed in, seconds since 1970."""
    until: float | None = None
    """Of an accepted one: how long it is pointed out."""


class OpenCases:
    """Cases by applicant; about 500 bytes each (ADR 0013). One thread."""

    def __init__(self) -> None:
        self._of_applicant: dict[bytes, tuple[_Open, ...]] = {}
        self._applicant_of: dict[bytes, bytes] = {}
        self._names: dict[str, str] = {}
        """Of items and organisations: each is kept once."""
        self._taken = 0

    def __len__(self) -> int:
        return len(self._applicant_of)

    def take(self, record: Any) -> None:
        """Take a record of intake's stream; what tells nothing of this is passed over."""
        if dict(record.headers).get("ce_type") not in _WANTED:
            return
        try:
            position = Position(record.topic, record.partition, record.offset)
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable:
            return  # the projector puts it aside
        if _UUID.fullmatch(envelope.key) is None:
            return
        match envelope.event:
            case ApplicationSubmitted():
                self._submitted(envelope.key, envelope.event, envelope.occurred_at)
            case CaseAccepted():
                until = counts_until(envelope.occurred_at, envelope.event.legal.due_at)
                self._accepted(envelope.key, until)
            case _:
                self._forget(_case(envelope.key))
        self._taken += 1
        if self._taken % _SWEEP_EVERY == 0:
            self._sweep(envelope.occurred_at)

    def alike(
        self, applicant_ref: str, item: str, at: datetime, besides: str
    ) -> tuple[Likeness, ...]:
        """Give the open and recent cases for the same, by case id, but for the case `besides`; the
        five that were handed in last."""
        found = [
            case
            for case in self._of_applicant.get(_ref(applicant_ref), ())
            if case.item == item
            and case.case != _case(besides)
            and (case.until is None or case.until > at.timestamp())
        ]
        latest = sorted(found, key=lambda case: case.at)[-MOST_TOLD:]
        return tuple(_likeness(case) for case in sorted(latest, key=lambda case: case.case))

    def pending(self, applicant_ref: str) -> int:
        """Give how many of the applicant's applications wait for an answer, or were accepted and
        may not be complete yet."""
        return len(self._of_applicant.get(_ref(applicant_ref), ()))

    def _submitted(self, key: str, event: ApplicationSubmitted, at: datetime) -> None:
        case, applicant = _case(key), _ref(event.applicant_ref)
        self._forget(case)
        known = _Open(
            case,
            event.case_number,
            self._once(event.item_code),
            self._once(event.organisation),
            at.timestamp(),
        )
        kept = self._of_applicant.get(applicant, ())
        if len(kept) >= MOST_KEPT:
            self._forget(kept[0].case)
        self._of_applicant[applicant] = (*self._of_applicant.get(applicant, ()), known)
        self._applicant_of[case] = applicant

    def _accepted(self, key: str, until: datetime) -> None:
        case = _case(key)
        for known in self._of_applicant.get(self._applicant_of.get(case, b""), ()):
            if known.case == case:
                known.until = until.timestamp()

    def _forget(self, case: bytes) -> None:
        applicant = self._applicant_of.pop(case, None)
        if applicant is None:
            return
        left = tuple(known for known in self._of_applicant[applicant] if known.case != case)
        if left:
            self._of_applicant[applicant] = left
        else:
            del self._of_applicant[applicant]

    def _sweep(self, now: datetime) -> None:
        past = [
            known.case
            for cases in self._of_applicant.values()
            for known in cases
            if known.until is not None and known.until <= now.timestamp()
        ]
        for case in past:
            self._forget(case)

    def _once(self, name: str) -> str:
        return self._names.setdefault(name, name)


def _likeness(case: _Open) -> Likeness:
    written = case.case.hex()
    parts = (written[:8], written[8:12], written[12:16], written[16:20], written[20:])
    return Likeness(
        case_id="-".join(parts),
        case_number=case.number,
        organisation=case.organisation,
        status="submitted" if case.until is None else "accepted",
        at=datetime.fromtimestamp(case.at, UTC),
    )


def _case(case_id: str) -> bytes:
    return bytes.fromhex(case_id.replace("-", ""))


def _ref(applicant_ref: str) -> bytes:
    return bytes.fromhex(applicant_ref.removeprefix("p-"))
