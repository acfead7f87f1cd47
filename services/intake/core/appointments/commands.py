"""What may be wanted of a window's day. Private to intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import (
    ApplicantRef,
    CalendarVersion,
    CaseId,
    Channel,
    Hour,
    ItemCode,
    Label,
    OrganisationPath,
    Text,
)
from services.kernel import decider

ScheduleVersion: TypeAlias = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(decider.Command):
    """Take one place of a slot."""

    action: ClassVar[str] = "appointments.book"

    organisation: OrganisationPath
    on: date
    slot: Hour
    applicant_ref: ApplicantRef
    item_code: ItemCode | None = None
    channel: Channel
    schedule_version: ScheduleVersion
    calendar_version: CalendarVersion
    missed: Annotated[tuple[date, ...], Field(max_length=99)] = ()
    """Days on which this person did not come, at any window, as known when it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfAppointment(decider.Command):
    number: Annotated[int, Field(ge=1, le=9999)]
    """Of the booking within the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(_OfAppointment):
    """Give the place back."""

    action: ClassVar[str] = "appointments.cancel"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_OfAppointment):
    """Take another slot of the same day; the old place is given up in the same step."""

    action: ClassVar[str] = "appointments.move"

    slot: Hour
    schedule_version: ScheduleVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(_OfAppointment):
    """Come to the window and take a queue number (取号)."""

    action: ClassVar[str] = "appointments.check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(_OfAppointment):
    """Call a number to a desk (叫号), or call again one that was passed."""

    action: ClassVar[str] = "appointments.call"

    desk: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(_OfAppointment):
    """Go on to the next: nobody came to the desk (过号)."""

    action: ClassVar[str] = "appointments.pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve(_OfAppointment):
    """Begin at the desk; with the case that was opened for it, now or later."""

    action: ClassVar[str] = "appointments.serve"

    case_id: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMissed(_OfAppointment):
    """Put down that nobody came (爽约)."""

    action: ClassVar[str] = "appointments.mark_missed"


OfAppointment: TypeAlias = Cancel | Move | CheckIn | Call | Pass | Serve | MarkMissed
Command: TypeAlias = Book | OfAppointment

COMMANDS: tuple[type[Command], ...] = (
    Book,
    Cancel,
    Move,
    CheckIn,
    Call,
    Pass,
    Serve,
    MarkMissed,
)
