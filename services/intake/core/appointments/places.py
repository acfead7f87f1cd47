"""How many places are taken, and who has missed how many days: a fold of the stream.

For the public list of slots and for what comes with a booking. Whether a place is left is never
decided here, but where the bookings of a day are kept, one after the other.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from schemas.envelope import Envelope
from schemas.events.appointment import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
)
from schemas.events.base import Event

_MOST_DAYS: Final = 20_000
"""Days of windows remembered: those of a province's hundred counties for two months and more
would not fit a page anyway; the oldest go first."""


class Places:
    """Places taken by window's day and slot, and days missed by person."""

    def __init__(self) -> None:
        self._taken: dict[str, Counter[str]] = {}
        self._missed: dict[str, dict[str, date]] = {}

    def take(self, envelope: Envelope[Event]) -> None:
        """Take the next event in."""
        event, key = envelope.event, envelope.key
        match event:
            case AppointmentBooked():
                self._day(key)[event.slot] += 1
            case AppointmentCancelled():
                self._day(key)[event.slot] -= 1
            case AppointmentMoved():
                self._day(key)[event.former_slot] -= 1
                self._day(key)[event.slot] += 1
            case AppointmentMissed():
                missed = self._missed.setdefault(event.applicant_ref, {})
                missed[event.appointment_id] = event.on
            case _:
                pass

    def taken(self, key: str, slot: str) -> int:
        """Give how many places of a slot are taken."""
        return max(0, self._taken.get(key, Counter())[slot])

    def missed(self, applicant_ref: str) -> tuple[date, ...]:
        """Give the days that the person has missed, the latest 99, rising."""
        return tuple(sorted(self._missed.get(applicant_ref, {}).values())[-99:])

    def _day(self, key: str) -> Counter[str]:
        if key not in self._taken:
            self._taken[key] = Counter()
            if len(self._taken) > _MOST_DAYS:
                # By day, which is the end of the key.
                del self._taken[min(self._taken, key=lambda known: known[-10:])]
        return self._taken[key]
