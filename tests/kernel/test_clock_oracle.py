"""The clock against a count by hand, day by day and minute by minute, over chinesecalendar.

Nothing of ours is used to count: neither calendar nor number line.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import chinese_calendar
from hypothesis import given, settings

from services.kernel.calendar import ZONE
from services.kernel.clock import Stop
from tests.kernel.clock_strategies import UNTIMED, Course, courses

CLOSE = time(17, 30)


@lru_cache
def all_closes() -> list[datetime]:
    first = date(2024, 1, 1)
    days = (first + timedelta(n) for n in range((date(2027, 1, 1) - first).days))
    return [datetime.combine(day, CLOSE, ZONE) for day in days if chinese_calendar.is_workday(day)]


def closes(first: date) -> list[datetime]:
    """Close of office of each working day from `first` on, some nine months ahead."""
    begin = bisect_left(all_closes(), datetime.combine(first, time(), ZONE))
    return all_closes()[begin : begin + 190]


def holds(stop: Stop, moment: datetime, workdays: Sequence[datetime]) -> bool:
    """Whether the stop keeps `moment` out: fewer than its days have closed since it came."""
    if not stop.at < moment or (stop.resumed_at and stop.resumed_at <= moment):
        return False
    closed_since = bisect_left(workdays, moment) - bisect_right(workdays, stop.at)
    return closed_since < stop.announced_days


def due_by_hand(course: Course) -> datetime:
    workdays = closes(course.start.date())
    counted = 0
    for close in workdays:
        if close.date() == course.start.date():
            continue
        if not any(holds(stop, close, workdays) for stop in course.stops):
            counted += 1
        if counted == course.limit.amount:
            return close
    raise AssertionError("the drawn clock takes longer")


def minute_due_by_hand(course: Course) -> datetime:
    workdays = closes(course.start.date())
    counted = 0
    for close in workdays:
        opening = datetime.combine(close.date(), time(8, 30), ZONE)
        for number in range(9 * 60):
            end = opening + timedelta(minutes=number + 1)
            at_lunch = time(12, 0) < end.time() <= time(14, 0)
            if at_lunch or end <= course.start:
                continue
            midst = end - timedelta(seconds=30)
            if any(holds(stop, midst, workdays) for stop in course.stops):
                continue
            counted += 1
            if counted == course.limit.amount:
                return end
    raise AssertionError("the drawn clock takes longer")


@settings(UNTIMED, max_examples=300)
@given(courses(stops=0))
def test_start_and_limit_give_the_day_counted_by_hand(course: Course) -> None:
    assert course.due().at == due_by_hand(course)


@settings(UNTIMED, max_examples=300)
@given(courses())
def test_stops_and_resumes_give_the_day_counted_by_hand(course: Course) -> None:
    assert course.due().at == due_by_hand(course)
    assert course.state().due_at == due_by_hand(course)


@UNTIMED
@given(courses("working_minutes", stops=2))
def test_minutes_give_the_minute_counted_by_hand(course: Course) -> None:
    assert course.due().at == minute_due_by_hand(course)


@UNTIMED
@given(courses())
def test_the_explained_days_are_those_counted_by_hand(course: Course) -> None:
    workdays = closes(course.start.date())
    by_hand = [
        close.date()
        for close in workdays
        if close.date() > course.start.date()
        and close <= course.due().at
        and not any(holds(stop, close, workdays) for stop in course.stops)
    ]
    assert [line.day for line in course.state().explanation if line.counts] == by_hand
