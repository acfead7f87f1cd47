"""In time, late, open or overdue: the verdict on a clock as of any instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.kernel.calendar import calendar_from
from services.kernel.clock import Extension, Limit, Stop, verdict
from services.kernel.clock_record import ClockRecord, Recalendared, Verdict, verdict_at
from tests.kernel.clock_strategies import (
    CALENDAR,
    UNTIMED,
    Course,
    at,
    close_of,
    courses,
    instants,
    year_file,
)

FIVE = ClockRecord(at("2025-03-03 10:00"), Limit(5), CALENDAR)  # due Monday 2025-03-10
AMENDED = calendar_from(
    [
        year_file(2025).model_copy(
            update={
                "version": 2,
                "make_up_workdays": (*year_file(2025).make_up_workdays, at("2025-03-08").date()),
            }
        )
    ]
)
"""The Saturday 2025-03-08 is worked: FIVE is due on it."""


def known_at(record: ClockRecord, as_of: datetime) -> Verdict:
    found = verdict_at(record, as_of)
    assert found is not None
    return found


def standing(record: ClockRecord, as_of: str) -> str:
    return known_at(record, at(as_of)).standing


def course_of(record: ClockRecord) -> Course:
    stops = tuple(event for event in record.events if isinstance(event, Stop))
    extensions = (event for event in record.events if isinstance(event, Extension))
    return Course(record.started_at, record.limit, stops, next(extensions, None))


@st.composite
def records(draw: st.DrawFn) -> ClockRecord:
    """A clock with its stops, at times extended in time, at times ended."""
    course = draw(courses("working_days") | courses("working_minutes"))
    events: tuple[Stop | Extension, ...] = course.stops
    days = course.limit.unit == "working_days"
    if days and draw(st.booleans()):
        # While the first limit runs with no stop known, it is in time whatever comes after.
        plain = course.but(stops=()).due().at
        granted = course.start + (plain - course.start) * draw(st.floats(0, 0.99))
        events = (*events, Extension(draw(st.integers(1, 15)), granted))
    ended = None
    if draw(st.booleans()):
        ended = course.start + timedelta(minutes=draw(st.integers(0, 90 * 24 * 60)))
    return ClockRecord(course.start, course.limit, CALENDAR, events, (), ended)


def as_written_by(record: ClockRecord, as_of: datetime) -> ClockRecord:
    """Only what stood in the log at `as_of`."""
    events: list[Stop | Extension] = []
    for event in record.events:
        if isinstance(event, Extension):
            if event.granted_at is None or event.granted_at <= as_of:
                events.append(event)
        elif event.at <= as_of:
            unresumed = event.resumed_at is None or event.resumed_at > as_of
            events.append(replace(event, resumed_at=None) if unresumed else event)
    ended = record.ended_at if record.ended_at and record.ended_at <= as_of else None
    corrections = tuple(c for c in record.corrections if c.at <= as_of)
    return replace(record, events=tuple(events), ended_at=ended, corrections=corrections)


def test_before_its_start_there_is_nothing_to_judge() -> None:
    assert verdict_at(FIVE, at("2025-03-03 09:59")) is None
    assert standing(FIVE, "2025-03-03 10:00") == "open"


def test_an_open_clock_is_overdue_after_its_due_instant() -> None:
    assert known_at(FIVE, close_of("2025-03-10")).standing == "open"
    assert standing(FIVE, "2025-03-10 17:30:01") == "open_overdue"


def test_an_act_at_the_due_instant_is_in_time_and_a_second_later_it_is_late() -> None:
    in_time = replace(FIVE, ended_at=close_of("2025-03-10"))
    late = replace(FIVE, ended_at=at("2025-03-10 17:30:01"))
    assert standing(in_time, "2025-04-01 10:00") == "in_time"
    assert standing(late, "2025-04-01 10:00") == "late"


def test_an_end_is_not_known_before_it_comes() -> None:
    ended = replace(FIVE, ended_at=at("2025-03-12 10:00"))
    assert standing(ended, "2025-03-12 09:59") == "open_overdue"
    assert standing(ended, "2025-03-12 10:00") == "late"


def test_a_stop_after_the_end_does_not_touch_the_verdict() -> None:
    ended = replace(FIVE, ended_at=at("2025-03-06 10:00"))
    stopped = replace(ended, events=(Stop(at("2025-03-07 10:00"), 5),))
    assert known_at(stopped, at("2025-04-01 10:00")) == known_at(ended, at("2025-04-01 10:00"))


def test_a_verdict_that_rests_on_an_unpublished_year_says_so() -> None:
    record = ClockRecord(at("2026-12-30 10:00"), Limit(3), CALENDAR)
    found = known_at(record, at("2026-12-31 10:00"))
    assert (found.standing, found.provisional, found.due_at) == (
        "open",
        True,
        close_of("2027-01-04"),
    )


def test_an_amended_calendar_holds_from_its_correction_on_and_not_before() -> None:
    record = replace(FIVE, corrections=(Recalendared(at("2025-03-06 09:00"), AMENDED),))
    before, after = (known_at(record, at(f"2025-03-06 {hour}")) for hour in ("08:59", "09:00"))
    assert (before.due_at, before.calendar_version) == (
        close_of("2025-03-10"),
        "2024.1-2025.1-2026.1",
    )
    assert (after.due_at, after.calendar_version) == (close_of("2025-03-08"), "2025.2")
    assert standing(record, "2025-03-09 10:00") == "open_overdue"


def test_the_latest_of_several_corrections_holds() -> None:
    once = Recalendared(at("2025-03-05 09:00"), AMENDED)
    again = Recalendared(at("2025-03-06 09:00"), CALENDAR)
    record = replace(FIVE, corrections=(again, once))
    assert known_at(record, at("2025-03-05 12:00")).due_at == close_of("2025-03-08")
    assert known_at(record, at("2025-03-06 12:00")).due_at == close_of("2025-03-10")


def test_a_calendar_amended_after_the_end_leaves_the_verdict_as_it_was() -> None:
    ended = replace(FIVE, ended_at=at("2025-03-10 10:00"))
    corrected = replace(ended, corrections=(Recalendared(at("2025-03-11 09:00"), AMENDED),))
    assert known_at(corrected, at("2025-04-01 10:00")).standing == "in_time"
    assert known_at(corrected, at("2025-04-01 10:00")) == known_at(ended, at("2025-04-01 10:00"))


def test_an_extension_granted_in_time_stays_granted_under_an_amended_calendar() -> None:
    """On Monday it was in time; by the amended calendar the clock was due on Saturday."""
    extended = replace(FIVE, events=(Extension(5, at("2025-03-10 10:00")),))
    corrected = replace(extended, corrections=(Recalendared(at("2025-03-11 09:00"), AMENDED),))
    assert known_at(corrected, at("2025-03-11 08:59")).due_at == close_of("2025-03-17")
    assert known_at(corrected, at("2025-03-11 09:00")).due_at == close_of("2025-03-14")


@pytest.mark.parametrize("as_of", ["2025-03-03 10:00", "2025-03-10 17:31"])
def test_without_an_end_a_clock_is_open(as_of: str) -> None:
    assert standing(FIVE, as_of).startswith("open")


@UNTIMED
@given(records(), instants())
def test_a_verdict_is_that_of_the_log_as_it_stood(record: ClockRecord, as_of: datetime) -> None:
    assert verdict_at(record, as_of) == verdict_at(as_written_by(record, as_of), as_of)


@UNTIMED
@given(records(), instants(), instants())
def test_what_is_written_later_changes_no_earlier_verdict(
    record: ClockRecord, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))
    assert verdict_at(as_written_by(record, later), earlier) == verdict_at(record, earlier)


_AFTER = {
    "not_started": {"not_started", "open", "open_overdue", "in_time", "late"},
    "open": {"open", "open_overdue", "in_time", "late"},
    "open_overdue": {"open_overdue", "late"},
    "in_time": {"in_time"},
    "late": {"late"},
}


@UNTIMED
@given(records(), st.lists(st.integers(-3, 120 * 24 * 60), min_size=2, max_size=6))
def test_time_never_takes_a_verdict_back(record: ClockRecord, minutes: list[int]) -> None:
    """Under one calendar: open may become anything, overdue only late, a final one stays."""
    instants_after = [record.started_at + timedelta(minutes=m) for m in sorted(minutes)]
    found = [verdict_at(record, moment) for moment in instants_after]
    standings = [each.standing if each else "not_started" for each in found]
    for before, after in pairwise(standings):
        assert after in _AFTER[before]
    final = [each for each in found if each and not each.standing.startswith("open")]
    assert len(set(final)) <= 1


@UNTIMED
@given(records(), instants())
def test_a_verdict_is_what_the_explained_clock_says(record: ClockRecord, as_of: datetime) -> None:
    found = verdict_at(record, as_of)
    assume(found is not None)
    assert found is not None
    over = record.ended_at is not None and record.ended_at <= as_of
    now = record.ended_at if over and record.ended_at else as_of
    state = course_of(record).state(as_of=now)
    assert (found.due_at, found.provisional) == (state.due_at, state.provisional)
    assert state.overdue == (found.standing in ("late", "open_overdue"))
    assert state.overdue == (verdict(state, now) == "overdue")
