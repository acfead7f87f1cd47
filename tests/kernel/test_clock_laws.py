"""What holds for every clock, whatever its start, limit and stops."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.kernel.calendar import ZONE, calendar_from
from services.kernel.clock import Extension, Limit, capped_at, counted_days_between, verdict
from tests.kernel.clock_strategies import (
    CALENDAR,
    CLOSE,
    UNTIMED,
    Course,
    courses,
    instants,
    stops_after,
    year_file,
)

EITHER_UNIT = courses("working_days") | courses("working_minutes")


def working_days(first: date, last: date) -> int:
    """Count the working days later than `first`, up to `last`."""
    return CALENDAR.rank(last + timedelta(1)) - CALENDAR.rank(first + timedelta(1))


@UNTIMED
@given(EITHER_UNIT)
def test_the_fast_path_and_the_explained_path_agree(course: Course) -> None:
    due, state = course.due(), course.state()
    assert (due.at, due.provisional) == (state.due_at, state.provisional)


@UNTIMED
@given(courses())
def test_due_is_the_close_of_office_of_a_working_day_after_the_start(course: Course) -> None:
    due = course.due().at
    assert due.time() == CLOSE
    assert CALENDAR.is_working_day(due.date())
    assert due.date() > course.start.date()


@UNTIMED
@given(EITHER_UNIT)
def test_when_due_the_limit_is_counted_and_nothing_remains(course: Course) -> None:
    for state in (course.state(), course.state(as_of=course.due().at)):
        assert (state.counted, state.remaining, state.overdue) == (course.limit.amount, 0, False)


@UNTIMED
@given(courses())
def test_the_explanation_is_gapless_and_its_counting_days_are_the_limit(course: Course) -> None:
    lines = course.state().explanation
    assert lines[0].day == course.start.date()
    assert lines[-1].day == course.due().at.date()
    assert lines[-1].counts
    assert sum(line.counts for line in lines) == course.limit.amount
    assert all(after.day - before.day == timedelta(1) for before, after in pairwise(lines))


@UNTIMED
@given(EITHER_UNIT)
def test_a_longer_limit_is_due_later(course: Course) -> None:
    longer = course.but(limit=replace(course.limit, amount=course.limit.amount + 1))
    assert longer.due().at > course.due().at


@UNTIMED
@given(courses(), st.integers(1, 15))
def test_an_extension_is_a_longer_limit(course: Course, days: int) -> None:
    extended = course.but(extension=Extension(days, course.start))
    longer = course.but(limit=Limit(course.limit.amount + days))
    assert extended.due() == longer.due()


@UNTIMED
@given(courses())
def test_stops_delay_by_at_most_their_announced_working_days(course: Course) -> None:
    moved = working_days(course.but(stops=()).due().at.date(), course.due().at.date())
    assert 0 <= moved <= sum(stop.announced_days for stop in course.stops)


@settings(UNTIMED, suppress_health_check=[HealthCheck.filter_too_much])  # clocks may be short
@given(courses(stops=0), st.data())
def test_a_running_clock_stopped_before_a_close_is_due_later(
    course: Course, data: st.DataObject
) -> None:
    drawn = data.draw(stops_after(course.start))
    stop = replace(drawn, announced_days=max(1, drawn.announced_days), resumed_at=None)
    assume(course.start.date() < stop.at.date() and stop.at < course.due().at)
    assert course.but(stops=(stop,)).due().at > course.due().at


@UNTIMED
@given(courses(stops=1), st.integers(0, 20 * 24 * 60))
def test_an_earlier_resume_is_never_due_later(course: Course, minutes: int) -> None:
    assume(course.stops)
    (stop,) = course.stops
    earlier = stop.at + timedelta(minutes=minutes)
    assume(stop.resumed_at is None or earlier <= stop.resumed_at)
    resumed = course.but(stops=(replace(stop, resumed_at=earlier),))
    assert resumed.due().at <= course.due().at


@UNTIMED
@given(EITHER_UNIT)
def test_writing_down_the_capped_resume_changes_nothing(course: Course) -> None:
    written = tuple(
        stop if stop.resumed_at else replace(stop, resumed_at=capped_at(stop, CALENDAR).at)
        for stop in course.stops
    )
    assert course.but(stops=written).state() == course.state()


@UNTIMED
@given(EITHER_UNIT)
def test_the_order_in_which_stops_are_told_does_not_matter(course: Course) -> None:
    assert course.but(stops=course.stops[::-1]).due() == course.due()


@UNTIMED
@given(EITHER_UNIT, instants(), instants())
def test_time_only_adds_to_the_count(course: Course, one: datetime, other: datetime) -> None:
    before, after = course.state(as_of=min(one, other)), course.state(as_of=max(one, other))
    assert before.counted <= after.counted
    assert before.overdue <= after.overdue


@UNTIMED
@given(EITHER_UNIT, instants())
def test_counted_and_remaining_make_up_the_limit(course: Course, as_of: datetime) -> None:
    state = course.state(as_of=as_of)
    assert state.counted + state.remaining == state.limit
    assert state.counted >= 0


@UNTIMED
@given(courses(), instants())
def test_counted_are_the_explained_days_whose_close_has_come(
    course: Course, as_of: datetime
) -> None:
    state = course.state(as_of=as_of)
    closed = [
        line.day
        for line in state.explanation
        if line.counts and datetime.combine(line.day, CLOSE, ZONE) <= as_of
    ]
    assert state.counted == len(closed)
    assert state.counted == counted_days_between(course.start, as_of, CALENDAR, course.events)


@UNTIMED
@given(EITHER_UNIT, instants())
def test_a_clock_is_overdue_when_an_act_at_that_instant_would_be(
    course: Course, as_of: datetime
) -> None:
    state = course.state(as_of=as_of)
    assert state.overdue == (verdict(state, as_of) == "overdue")


@UNTIMED
@given(EITHER_UNIT)
def test_a_due_date_is_provisional_when_it_touches_an_unpublished_year(course: Course) -> None:
    calendar = calendar_from([year_file(2025)])
    state = course.state(calendar=calendar)
    unpublished = [line.day for line in state.explanation if line.day.year != 2025]
    assert state.provisional == bool(unpublished)
    assert all(
        ("provisional" in line.note) == (line.day.year != 2025) for line in state.explanation
    )
