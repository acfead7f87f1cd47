"""The verdict on a clock as of any instant, from all that was written down about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from services.kernel.calendar import Calendar, local
from services.kernel.clock import due_at
from services.kernel.clock_terms import (
    COUNTY_HOURS,
    ClockEvent,
    Due,
    Limit,
    OfficeHours,
    known,
    settled,
)

Standing: TypeAlias = Literal["open", "open_overdue", "in_time", "late"]


@dataclass(frozen=True, slots=True)
class Recalendared:
    """An amended calendar took effect on the clock (`DueDateCorrected`)."""

    at: datetime
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """One clock with everything that ever befell it, in any order."""

    started_at: datetime
    limit: Limit
    calendar: Calendar
    """With which it was set."""
    events: tuple[ClockEvent, ...] = ()
    corrections: tuple[Recalendared, ...] = ()
    ended_at: datetime | None = None
    """When the act was done that the clock waited for; None: not (yet) done."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a clock at an instant."""

    standing: Standing
    due_at: datetime
    """+08:00. As it stood at that instant, or at the end of the clock if that was earlier."""
    provisional: bool
    """Whether `due_at`, and with it the standing, rests on a year not yet published."""
    calendar_version: str


def verdict_at(
    record: ClockRecord, as_of: datetime, hours: OfficeHours = COUNTY_HOURS
) -> Verdict | None:
    """Judge a clock as it was known at `as_of`, from nothing that came later; None before its
    start. At `due_at` itself an act is in time.

    What happens after the end changes nothing any more, a corrected calendar included: a verdict
    once final stays (domain §4.6).

    Raises:
        Unreckonable: as `due_at`.
    """
    now = local(as_of)
    if now < local(record.started_at):
        return None
    ended_at = record.ended_at
    if ended_at is not None and local(ended_at) <= now:
        calendar, due = _due(record, local(ended_at), hours)
        standing: Standing = "in_time" if ended_at <= due.at else "late"
    else:
        calendar, due = _due(record, now, hours)
        standing = "open" if now <= due.at else "open_overdue"
    return Verdict(standing, due.at, due.provisional, calendar.version)


def _due(record: ClockRecord, now: datetime, hours: OfficeHours) -> tuple[Calendar, Due]:
    calendar, events = record.calendar, known(record.events, now)
    in_force = [correction for correction in record.corrections if local(correction.at) <= now]
    if in_force:
        latest = max(in_force, key=lambda correction: local(correction.at))
        calendar, events = latest.calendar, settled(events, latest.at)
    return calendar, due_at(record.started_at, record.limit, events, calendar, hours)
