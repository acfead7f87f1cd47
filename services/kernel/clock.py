"""The statutory clock: one pure function of events and calendar (docs/clocks.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from services.kernel.calendar import Calendar, local
from services.kernel.clock_explanation import explained_days
from services.kernel.clock_reckoning import reckon, running_again, stopped_at
from services.kernel.clock_scale import DayScale, counted_between, taken_by
from services.kernel.clock_terms import (
    COUNTY_HOURS,
    ClockEvent,
    ClockState,
    Due,
    ExplainedDay,
    Extension,
    Limit,
    OfficeHours,
    Stop,
    Unit,
    known,
    split,
)

__all__ = [
    "COUNTY_HOURS",
    "ClockEvent",
    "ClockState",
    "Due",
    "ExplainedDay",
    "Extension",
    "Limit",
    "OfficeHours",
    "Stop",
    "Unit",
    "capped_at",
    "clock_at",
    "counted_days_between",
    "due_at",
    "verdict",
    "working_days_before",
]


def due_at(
    start: datetime,
    limit: Limit,
    events: Sequence[ClockEvent],
    calendar: Calendar,
    hours: OfficeHours = COUNTY_HOURS,
) -> Due:
    """Give the due date alone: `clock_at(...)` without its explanation, in constant time.

    Raises:
        Unreckonable: as `clock_at`.
    """
    return reckon(start, limit, events, calendar, hours).due(calendar)


def clock_at(
    start: datetime,
    limit: Limit,
    events: Sequence[ClockEvent],
    calendar: Calendar,
    hours: OfficeHours = COUNTY_HOURS,
    as_of: datetime | None = None,
) -> ClockState:
    """Give the state of a clock at `as_of`, knowing no event that came later; without `as_of`,
    at the instant it is due, knowing all.

    A working day counts if it is later than the day of the start and the clock runs at that
    day's close of office (Civil Code 201, 203; ALL 45, 82). Minutes count inside office hours
    from the start itself; a stop then takes the office time of its announced days.

    Raises:
        Unreckonable: a time without offset, an event that cannot be (before the start, two
            extensions, extension when already due, days in a clock of minutes), or a date
            outside the calendar.
    """
    seen = known(events, as_of)
    reckoning = reckon(start, limit, seen, calendar, hours)
    due = reckoning.due(calendar)
    now = due.at if as_of is None else local(as_of)
    reached = reckoning.scale.reached(now)
    counted = reckoning.scale.units(counted_between(reckoning.begin, reached, reckoning.taken))
    return ClockState(
        limit=reckoning.limit,
        unit=limit.unit,
        counted=counted,
        remaining=reckoning.limit - counted,
        due_at=due.at,
        stopped=any(stopped_at(now, stop, calendar, hours) for stop in reckoning.stops),
        provisional=due.provisional,
        overdue=now > due.at,
        explanation=explained_days(reckoning, limit.unit, calendar, hours, now),
    )


def capped_at(stop: Stop, calendar: Calendar, hours: OfficeHours = COUNTY_HOURS) -> Due:
    """Give the instant of the `ClockResumed` (capped) of a stop that nobody resumes: 00:00 of the
    working day after the announced ones (ALL 45). Writing it into the stop as `resumed_at`
    changes no due date.
    """
    at = running_again(stop, calendar, hours)
    published = calendar.published_throughout(local(stop.at).date(), at.date())
    return Due(at, provisional=not published)


def verdict(state: ClockState, at: datetime) -> Literal["on_time", "overdue"]:
    """Judge an act done at `at`; at `due_at` itself it is on time."""
    return "on_time" if local(at) <= state.due_at else "overdue"


def working_days_before(due_at: datetime, days: int, calendar: Calendar) -> datetime:
    """Give the same time of day `days` working days earlier, +08:00: when to warn."""
    due = local(due_at)
    day = calendar.working_day(calendar.rank(due.date()) - days)
    return due - timedelta((due.date() - day).days)


def counted_days_between(
    start: datetime,
    end: datetime,
    calendar: Calendar,
    events: Sequence[ClockEvent] = (),
    hours: OfficeHours = COUNTY_HOURS,
) -> int:
    """Count the days a clock started at `start` had counted at `end`: what statistics are made
    of. 0 if `end` is not later.

    Raises:
        Unreckonable: as `clock_at`.
    """
    scale = DayScale(calendar, hours)
    stops, _ = split(start, Limit(1), events)
    taken = [taken_by(stop, scale) for stop in stops]
    return counted_between(scale.start(start), scale.reached(end), taken)
