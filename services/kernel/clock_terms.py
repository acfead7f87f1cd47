"""The terms of the statutory clock: limits, stops, extensions, office hours and its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from services.kernel.calendar import Unreckonable, local

Unit: TypeAlias = Literal["working_days", "working_minutes"]
Why: TypeAlias = Literal[
    "counted",
    "weekend",
    "holiday",
    "make_up_workday",
    "closure",
    "start_day",
    "stopped",
    "capped",
]
MOST: Final[dict[Unit, int]] = {"working_days": 3650, "working_minutes": 3650 * 420}
"""The largest limit, per unit: beyond any law, and finite. Announced and extension days: 3650."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices are open on a working day, local time; the afternoon ends with the close of
    office, on which whole days are counted."""

    morning: tuple[time, time]
    afternoon: tuple[time, time]

    def __post_init__(self) -> None:
        bounds = (*self.morning, *self.afternoon)
        in_order = bounds[0] < bounds[1] <= bounds[2] < bounds[3]
        if not in_order or any(bound.tzinfo for bound in bounds):
            raise Unreckonable("clock.office_hours", "上下班时间次序有误 hours out of order.")

    @property
    def close(self) -> time:
        """Close of office."""
        return self.afternoon[1]


COUNTY_HOURS: Final = OfficeHours((time(8, 30), time(12)), (time(14), time(17, 30)))
"""The demo county's: 08:30–12:00, 14:00–17:30."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long an act may take; days and minutes are never mixed in one clock."""

    amount: int
    unit: Unit = "working_days"

    def __post_init__(self) -> None:
        _within("clock.limit_out_of_range", self.amount, 1, MOST[self.unit])


@dataclass(frozen=True, slots=True)
class Stop:
    """A special procedure stopped the clock (ALL 45), for the days announced in writing.

    It takes at most `announced_days` closes of office out of the count, the day of the stop
    being the first if the stop came before its close; then the clock runs again by itself.
    Stops may overlap: a day is out if at least one of them covers its close.
    """

    at: datetime
    announced_days: int
    resumed_at: datetime | None = None
    """When it was resumed by hand, or the `capped_at` instant; None: not (yet) resumed."""
    procedure: str = ""
    """Which special procedure, for people; may be empty."""

    def __post_init__(self) -> None:
        _within("clock.announced_days_out_of_range", self.announced_days, 0, 3650)
        if self.resumed_at is not None and local(self.resumed_at) < local(self.at):
            raise Unreckonable("clock.resume_before_stop", "恢复早于停表 resumed before the stop.")


@dataclass(frozen=True, slots=True)
class Extension:
    """The head of the organ prolonged the limit by `days`, once and before it was due (ALL 42)."""

    days: int
    granted_at: datetime | None = None
    """None: granted in time, the instant does not matter."""

    def __post_init__(self) -> None:
        _within("clock.extension_out_of_range", self.days, 1, 3650)


ClockEvent: TypeAlias = Stop | Extension


@dataclass(frozen=True, slots=True)
class Due:
    """An instant reckoned by the calendar, +08:00."""

    at: datetime
    provisional: bool
    """Whether it rests on a year whose notice is not published."""


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """Why one calendar day was counted, or was not."""

    day: date
    counts: bool
    why: Why
    note: str
    """Notice number, procedure, number of the day: for people, zh first, en beside."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock as of an instant; `counted + remaining == limit` always."""

    limit: int
    """In `unit`, with the extension if it was granted by then."""
    unit: Unit
    counted: int
    """Goes on beyond `limit` once overdue; minutes are whole ones that have passed."""
    remaining: int
    """Negative: overdue by so many days or minutes."""
    due_at: datetime
    """+08:00. While a stop is open, as if it took all of its announced days."""
    stopped: bool
    provisional: bool
    overdue: bool
    """Whether `due_at` has passed; at that very instant it has not."""
    explanation: tuple[ExplainedDay, ...]
    """One line a day from the start's day on, without gap: to the due day, or to the last day
    already reckoned if that is later."""


def split(
    start: datetime, limit: Limit, events: Sequence[ClockEvent]
) -> tuple[tuple[Stop, ...], Extension | None]:
    """Part the events into stops, earliest first, and the extension; refuse what cannot be.

    Raises:
        Unreckonable: event before the start, two extensions, extension of a clock in minutes.
    """
    begun = local(start)
    stops = sorted((e for e in events if isinstance(e, Stop)), key=lambda stop: local(stop.at))
    extensions = [event for event in events if isinstance(event, Extension)]
    if stops and local(stops[0].at) < begun:
        raise Unreckonable("clock.stop_before_start", "停表早于起算 stopped before it started.")
    if len(extensions) > 1:
        raise Unreckonable("clock.extended_twice", "只能延期一次 an extension is granted once.")
    if not extensions:
        return tuple(stops), None
    if limit.unit == "working_minutes":
        raise Unreckonable(
            "clock.units_mixed", "即办件按分钟计，不能按日延期 a clock in minutes takes no days."
        )
    granted_at = extensions[0].granted_at
    if granted_at is not None and local(granted_at) < begun:
        raise Unreckonable(
            "clock.extension_before_start", "延期早于起算 extended before it started."
        )
    return tuple(stops), extensions[0]


def known(events: Sequence[ClockEvent], as_of: datetime | None) -> tuple[ClockEvent, ...]:
    """Give the events as they stood at `as_of`: later ones gone, later resumes not yet made."""
    if as_of is None:
        return tuple(events)
    now = local(as_of)
    return tuple(seen for event in events if (seen := _as_known(event, now)) is not None)


def settled(events: Sequence[ClockEvent], before: datetime | None = None) -> tuple[ClockEvent, ...]:
    """Give `events` with every extension granted earlier than `before` (without it: every one)
    granted for good: it was in time by the calendar of its day, and no later one takes it back."""
    return tuple(
        Extension(event.days)
        if isinstance(event, Extension)
        and (before is None or (event.granted_at is not None and event.granted_at < before))
        else event
        for event in events
    )


def _as_known(event: ClockEvent, now: datetime) -> ClockEvent | None:
    if isinstance(event, Extension):
        return None if event.granted_at is not None and local(event.granted_at) > now else event
    if local(event.at) > now:
        return None
    if event.resumed_at is not None and local(event.resumed_at) > now:
        return Stop(event.at, event.announced_days, procedure=event.procedure)
    return event


def _within(code: str, amount: int, least: int, most: int) -> None:
    if not least <= amount <= most:
        raise Unreckonable(code, f"应在 {least}–{most} 之间 must lie between {least} and {most}.")


def microseconds(span: timedelta) -> int:
    """Give `span` in microseconds, exactly."""
    return span // timedelta(microseconds=1)
