"""What the rules must know of one organisation's day, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.values import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What stays with an appointment in all of its states."""

    number: int
    version: int
    """Events of this appointment that took effect."""
    slot: str
    applicant_ref: str
    item_code: str | None
    schedule_version: int
    booked_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A place is kept."""

    kind: Literal["booked"] = "booked"
    booking: Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """In the queue."""

    kind: Literal["waiting"] = "waiting"
    booking: Booking
    ticket: int
    waiting_since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Asked to a desk."""

    kind: Literal["called"] = "called"
    booking: Booking
    ticket: int
    waiting_since: Instant
    desk: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Called, and did not come; still in the house, perhaps."""

    kind: Literal["passed"] = "passed"
    booking: Booking
    ticket: int
    waiting_since: Instant
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """At the desk, or done there."""

    kind: Literal["served"] = "served"
    booking: Booking
    ticket: int
    case_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Given back. Final."""

    kind: Literal["cancelled"] = "cancelled"
    booking: Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """爽约. Final."""

    kind: Literal["missed"] = "missed"
    booking: Booking


Appointment: TypeAlias = Annotated[
    Booked | Waiting | Called | Passed | Served | Cancelled | Missed,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Untouched:
    """Nobody has booked yet."""

    kind: Literal["untouched"] = "untouched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All appointments of the day, by number: 1, 2, 3, with no gap."""

    kind: Literal["day"] = "day"
    organisation: str
    on: date
    appointments: tuple[Appointment, ...]
    tickets: int = 0
    """The last queue number given out."""

    def numbered(self, number: int) -> Appointment | None:
        """Give an appointment by its number."""
        return self.appointments[number - 1] if 0 < number <= len(self.appointments) else None

    def taken(self, slot: str) -> int:
        """Count the places of `slot` that are not given back."""
        return sum(
            found.booking.slot == slot
            for found in self.appointments
            if not isinstance(found, Cancelled)
        )


State: TypeAlias = Annotated[Untouched | Day, Field(discriminator="kind")]
