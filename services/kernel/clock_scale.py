"""Time as a number line on which nothing but counted time passes, one line per unit.

A *position* is whole closes of office (days) or microseconds of open office (minutes) since 1999.
On it a stop is a range taken out and a due date is plain addition, so no day is walked through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Protocol, TypeAlias

from services.kernel.calendar import ZONE, Calendar, local
from services.kernel.clock_terms import OfficeHours, Stop, Unit, microseconds

Range: TypeAlias = tuple[int, int]
"""Positions taken out by one stop: from, up to but without."""
_MINUTE: Final = 60_000_000


class Scale(Protocol):
    """The number line of one unit under one calendar and one set of office hours."""

    def start(self, at: datetime) -> int:
        """Position from which a clock started at `at` counts."""

    def reached(self, at: datetime) -> int:
        """Position reached when `at` has come."""

    def resumed(self, at: datetime) -> int:
        """Position from which a clock resumed at `at` counts again."""

    def capped(self, stop: Stop) -> int:
        """Position at which the announced days of `stop` are used up."""

    def instant(self, position: int) -> datetime:
        """First instant at which `position` is reached."""

    def of_rank(self, rank: int) -> Range:
        """Positions passed on the working day of `rank`."""

    def amount(self, limit: int) -> int:
        """Length of `limit` units."""

    def units(self, length: int) -> int:
        """Whole units in `length`."""


@dataclass(frozen=True, slots=True)
class DayScale:
    """Each close of office on a working day is one step."""

    calendar: Calendar
    hours: OfficeHours

    def start(self, at: datetime) -> int:
        """The day of the start does not count (Civil Code 201)."""
        return self.calendar.rank(local(at).date() + timedelta(1))

    def reached(self, at: datetime) -> int:
        """Closes of office up to and including `at`."""
        moment = local(at)
        return self._rank(moment, closed=moment.time() >= self.hours.close)

    def resumed(self, at: datetime) -> int:
        """Closes of office before `at`: resumed at the close itself, the day still counts."""
        moment = local(at)
        return self._rank(moment, closed=moment.time() > self.hours.close)

    def capped(self, stop: Stop) -> int:
        """The announced number of closes after the stop."""
        return self.reached(stop.at) + stop.announced_days

    def instant(self, position: int) -> datetime:
        """Close of office of the last day passed (Civil Code 203)."""
        day = self.calendar.working_day(position - 1)
        return datetime.combine(day, self.hours.close, ZONE)

    def of_rank(self, rank: int) -> Range:
        """One step a day."""
        return rank, rank + 1

    def amount(self, limit: int) -> int:
        """One step per day."""
        return limit

    def units(self, length: int) -> int:
        """One day per step."""
        return length

    def _rank(self, moment: datetime, *, closed: bool) -> int:
        day = moment.date()
        rank = self.calendar.rank(day)
        return rank + 1 if closed and self.calendar.is_working_day(day) else rank


@dataclass(frozen=True, slots=True)
class MinuteScale:
    """Each microsecond of open office is one step."""

    calendar: Calendar
    hours: OfficeHours

    def start(self, at: datetime) -> int:
        """An instant item is timed from its very start."""
        return self.reached(at)

    def reached(self, at: datetime) -> int:
        """Open office up to `at`."""
        moment = local(at)
        day = moment.date()
        whole_days = self.calendar.rank(day) * self._daily()
        if not self.calendar.is_working_day(day):
            return whole_days
        return whole_days + sum(
            _passed(moment.time(), period) for period in (self.hours.morning, self.hours.afternoon)
        )

    def resumed(self, at: datetime) -> int:
        """Open office up to `at`."""
        return self.reached(at)

    def capped(self, stop: Stop) -> int:
        """The end of the last announced day: a stop takes the office time of those days."""
        return DayScale(self.calendar, self.hours).capped(stop) * self._daily()

    def instant(self, position: int) -> datetime:
        """The close, not the next opening, where both have the same position."""
        rank, into = divmod(position - 1, self._daily())
        day = self.calendar.working_day(rank)
        morning, afternoon = self.hours.morning, self.hours.afternoon
        before_noon = _length(morning)
        opening, past = morning[0], into + 1
        if past > before_noon:
            opening, past = afternoon[0], past - before_noon
        return datetime.combine(day, opening, ZONE) + timedelta(microseconds=past)

    def of_rank(self, rank: int) -> Range:
        """All the office time of the day."""
        return rank * self._daily(), (rank + 1) * self._daily()

    def amount(self, limit: int) -> int:
        """Microseconds in so many minutes."""
        return limit * _MINUTE

    def units(self, length: int) -> int:
        """Whole minutes in so many microseconds; what is begun is not yet passed."""
        return length // _MINUTE

    def _daily(self) -> int:
        return _length(self.hours.morning) + _length(self.hours.afternoon)


def scale_of(unit: Unit, calendar: Calendar, hours: OfficeHours) -> Scale:
    """Give the number line of `unit`."""
    if unit == "working_days":
        return DayScale(calendar, hours)
    return MinuteScale(calendar, hours)


def taken_by(stop: Stop, scale: Scale) -> Range:
    """Give what `stop` takes out: up to its cap, or to its resume if that is earlier. The end may
    lie before the beginning (stopped and resumed at one close): then nothing."""
    begin, end = scale.reached(stop.at), scale.capped(stop)
    if stop.resumed_at is not None:
        end = min(end, scale.resumed(stop.resumed_at))
    return begin, end


def after(start: int, length: int, taken: Sequence[Range]) -> int:
    """Give the position at which `length` has been counted from `start`. `taken` is in order of
    its beginnings and may overlap."""
    position, covered = start + length, start
    for begin, end in taken:
        if begin >= position:
            break
        if end > max(begin, covered):
            position += end - max(begin, covered)
            covered = end
    return position


def counted_between(start: int, end: int, taken: Sequence[Range]) -> int:
    """Give the length counted from `start` to `end`; 0 if `end` is not later."""
    counted, covered = max(0, end - start), start
    for begin, until in taken:
        within = min(until, end)
        if within > max(begin, covered):
            counted -= within - max(begin, covered)
            covered = within
    return counted


def _passed(now: time, period: tuple[time, time]) -> int:
    clipped = min(max(now, period[0]), period[1])
    return _length((period[0], clipped))


def _length(period: tuple[time, time]) -> int:
    return microseconds(_since_midnight(period[1]) - _since_midnight(period[0]))


def _since_midnight(moment: time) -> timedelta:
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )
