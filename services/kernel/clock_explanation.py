"""The clock explained day by day: which day counted, which did not, and by which rule."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.kernel.calendar import Calendar, DayKind, local
from services.kernel.clock_reckoning import Reckoning, running_again
from services.kernel.clock_scale import DayScale, counted_between
from services.kernel.clock_terms import ExplainedDay, OfficeHours, Stop, Unit, Why

_DAYS_OFF: Final[dict[str, Why]] = {"holiday": "holiday", "closure": "closure"}
_START_DAY: Final = "始日不计 the day of the start does not count"
_SPECIAL_PROCEDURE: Final = "特别程序 special procedure"


def explained_days(
    reckoning: Reckoning, unit: Unit, calendar: Calendar, hours: OfficeHours, now: datetime
) -> tuple[ExplainedDay, ...]:
    """Give one line a day from the day of the start: to the due day, or to the last working day
    of which some has passed at `now` if that is later."""
    first = local(reckoning.start).date()
    reached = max(reckoning.end, reckoning.scale.reached(now))
    last = reckoning.scale.instant(reached).date()
    days = DayScale(calendar, hours)
    caps = tuple(days.capped(stop) for stop in reckoning.stops)
    page = _Page(reckoning, unit, calendar, hours, reached, caps)
    lines: list[ExplainedDay] = []
    rank, counted = calendar.rank(first), 0
    for n in range((last - first).days + 1):
        day = first + timedelta(n)
        kind = calendar.day(day)
        if not kind.is_working:
            lines.append(page.day_off(day, kind, is_start=n == 0))
            continue
        total = page.counted_after(rank)
        why, note = page.reason(rank, kind, counts=total > counted, is_start=n == 0)
        if total > counted:
            note = _joined(note, page.tally(total - counted, total))
        lines.append(ExplainedDay(day, total > counted, why, page.with_caveat(day, note)))
        rank, counted = rank + 1, total
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Page:
    reckoning: Reckoning
    unit: Unit
    calendar: Calendar
    hours: OfficeHours
    reached: int
    """Position up to which is explained."""
    caps: tuple[int, ...]
    """For each stop, the rank of the first working day after its announced ones."""

    def counted_after(self, rank: int) -> int:
        """Length counted when the working day of `rank` is over."""
        _, end = self.reckoning.scale.of_rank(rank)
        reckoning = self.reckoning
        return counted_between(reckoning.begin, min(end, self.reached), reckoning.taken)

    def day_off(self, day: date, kind: DayKind, *, is_start: bool) -> ExplainedDay:
        """Explain a day on which offices are shut."""
        why = _DAYS_OFF.get(kind.kind, "weekend")
        note = self.with_caveat(day, kind.note)
        if is_start:
            why, note = "start_day", _joined(_START_DAY, note)
        return ExplainedDay(day, False, why, note)

    def reason(self, rank: int, kind: DayKind, *, counts: bool, is_start: bool) -> tuple[Why, str]:
        """Explain a day on which offices are open."""
        why: Why = "make_up_workday" if kind.kind == "make_up" else "counted"
        note = kind.note
        for number, stop in enumerate(self.reckoning.stops):
            if not counts and self._holds(number, rank):
                earlier = rank - (self.caps[number] - stop.announced_days)
                why, note = "stopped", _joined(_stopped(stop, earlier), note)
                break
            if counts and rank == self.caps[number] and self._ran_out(stop):
                why, note = "capped", _joined(_capped(stop), note)
                break
        if is_start and not counts:
            return "start_day", _joined(_START_DAY, note)
        return why, note

    def tally(self, amount: int, total: int) -> str:
        """Number of the day, or minutes of the day and so far; how far overdue."""
        done = self.reckoning.scale.units(total)
        over = done - self.reckoning.limit
        if self.unit == "working_minutes":
            minutes = self.reckoning.scale.units(amount)
            tally = f"{minutes}分钟 minutes，累计 so far {done}"
            return tally if over <= 0 else f"{tally}，超期 overdue {over}"
        if over > 0:
            return f"超期第{over}日 overdue day {over}"
        return f"第{done}日 day {done}"

    def with_caveat(self, day: date, note: str) -> str:
        """Say so where the day's year is not published."""
        if self.calendar.published(day):
            return note
        return _joined(
            note, f"暂定：{day.year}年安排未公布 provisional, no notice for {day.year} yet"
        )

    def _holds(self, number: int, rank: int) -> bool:
        begin, end = self.reckoning.scale.of_rank(rank)
        taken_from, taken_to = self.reckoning.taken[number]
        return taken_from < end and taken_to > begin

    def _ran_out(self, stop: Stop) -> bool:
        """Whether the cap ended the stop, and nobody before it."""
        if stop.resumed_at is None:
            return True
        return stop.resumed_at >= running_again(stop, self.calendar, self.hours)


def _stopped(stop: Stop, earlier: int) -> str:
    nth = f"{earlier + 1}/{stop.announced_days}"
    return f"{stop.procedure or _SPECIAL_PROCEDURE}，停表 stopped {nth}"


def _capped(stop: Stop) -> str:
    days = stop.announced_days
    return (
        f"{stop.procedure or _SPECIAL_PROCEDURE}：告知的{days}日已满，自动恢复 "
        f"its {days} announced days are used up, the clock runs by itself"
    )


def _joined(*notes: str) -> str:
    return "；".join(note for note in notes if note)
