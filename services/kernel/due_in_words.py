"""A deadline in the words of a letter: which days count, which do not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from schemas.values import Term
from services.kernel import clock
from services.kernel.clock_terms import ExplainedDay, Why
from services.kernel.decider import Reference
from services.kernel.terms import office_hours

_NOT_COUNTED: Final[dict[Why, str]] = {
    "weekend": "休息日，不计",
    "holiday": "法定节假日，不计",
    "closure": "停止办公日，不计",
    "start_day": "起始当日，不计",
    "stopped": "特别程序期间，不计",
    "capped": "特别程序期间，不计",
}
_WEEKDAYS: Final = "一二三四五六日"


def due_in_words(
    term: Term, stops: Sequence[clock.Stop], organisation: str, facts: Reference
) -> tuple[str, ...]:
    """Give one line for each run of days that count, or do not for one reason, in order.

    Empty for a clock of minutes. `term` may hold an extension already.

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
    """
    if term.unit == "working_minutes":
        return ()
    calendar, hours = facts.calendar(term.calendar_version), office_hours(organisation, facts)
    limit = clock.Limit(term.limit, term.unit)
    days = clock.clock_at(term.started_at, limit, stops, calendar, hours).explanation
    lines, counted = [], 0
    for why, run in groupby(days, key=_why):
        told = tuple(run)
        if not why:
            first, counted = counted + 1, counted + len(told)
            which = f"第 {first} 日" if len(told) == 1 else f"第 {first} 至第 {counted} 日"
            lines.append(f"{_span(told)}：{which}")
        else:
            lines.append(f"{_span(told)}：{why}")
    return tuple(lines)


def day_in_words(day: date) -> str:
    """Give `2025年3月3日（星期一）`."""
    return f"{day.year}年{day.month}月{day.day}日（星期{_WEEKDAYS[day.weekday()]}）"


def _why(day: ExplainedDay) -> str:
    return "" if day.counts else _NOT_COUNTED.get(day.why, "不计")


def _span(days: Sequence[ExplainedDay]) -> str:
    first, last = days[0].day, days[-1].day
    begin = f"{first.month}月{first.day}日"
    return begin if first == last else f"{begin}至{last.month}月{last.day}日"
