"""The one reckoning from which due date, state and explanation of a clock are all read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from services.kernel.calendar import ZONE, Calendar, Unreckonable, local
from services.kernel.clock_scale import DayScale, Range, Scale, after, scale_of, taken_by
from services.kernel.clock_terms import (
    ClockEvent,
    Due,
    Extension,
    Limit,
    OfficeHours,
    Stop,
    split,
)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A clock laid on its number line."""

    start: datetime
    limit: int
    """With the extension, in units."""
    scale: Scale
    stops: tuple[Stop, ...]
    taken: tuple[Range, ...]
    """What each of `stops` takes out, in the same order."""
    begin: int
    """Position from which the clock counts."""
    end: int
    """Position at which the limit is reached."""

    def due(self, calendar: Calendar) -> Due:
        """Give the instant at which the limit is reached."""
        at = self.scale.instant(self.end)
        published = calendar.published_throughout(local(self.start).date(), at.date())
        return Due(at, provisional=not published)


def reckon(
    start: datetime,
    limit: Limit,
    events: Sequence[ClockEvent],
    calendar: Calendar,
    hours: OfficeHours,
) -> Reckoning:
    """Lay the clock on its number line.

    Raises:
        Unreckonable: an event that cannot be, or an extension granted when already due.
    """
    scale = scale_of(limit.unit, calendar, hours)
    stops, extension = split(start, limit, events)
    taken = tuple(taken_by(stop, scale) for stop in stops)
    begin = scale.start(start)
    end = after(begin, scale.amount(limit.amount), taken)
    amount = limit.amount
    if extension is not None:
        _require_in_time(extension, scale.instant(end))
        amount += extension.days
        end = after(begin, scale.amount(amount), taken)
    return Reckoning(start, amount, scale, stops, taken, begin, end)


def running_again(stop: Stop, calendar: Calendar, hours: OfficeHours) -> datetime:
    """Give the first moment of the working day after the announced ones: there the clock runs
    by itself. The stop itself if none were announced."""
    rank = DayScale(calendar, hours).capped(stop)
    midnight = datetime.combine(calendar.working_day(rank), time(), ZONE)
    return max(local(stop.at), midnight)


def stopped_at(moment: datetime, stop: Stop, calendar: Calendar, hours: OfficeHours) -> bool:
    """Whether `stop` holds the clock at `moment`: from the stop itself on, up to but without the
    resume or the end of the cap."""
    if moment < stop.at or (stop.resumed_at is not None and stop.resumed_at <= moment):
        return False
    return moment < running_again(stop, calendar, hours)


def _require_in_time(extension: Extension, due_at: datetime) -> None:
    """Before the limit has run out (ALL 42)."""
    if extension.granted_at is not None and extension.granted_at >= due_at:
        raise Unreckonable(
            "clock.extension_late",
            f"须在到期前延期 an extension is granted before it is due, {due_at.isoformat()}.",
        )
