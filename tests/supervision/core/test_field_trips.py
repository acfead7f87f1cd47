"""外出勘查: on site is neither absent nor at the desk."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Shift
from services.supervision.core.attendance import (
    Interval,
    Sheet,
    Status,
    Transition,
    duty_of,
    intervals,
    sheet,
)
from services.supervision.core.field_trips import Trip, field_intervals, with_field
from tests.support.published_calendars import published_calendar

MONDAY: Final = date(2025, 3, 3)
SHIFTS: Final = (Shift(opens="08:30", closes="12:00"), Shift(opens="14:00", closes="17:30"))


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{MONDAY}T{clock}:00+08:00").astimezone(UTC)


EVENING: Final = at("20:00")
DUTY: Final = duty_of(MONDAY, SHIFTS, published_calendar())


def day_of(
    *told: tuple[str, Status], trips: tuple[Trip, ...] = (), as_of: datetime = EVENING
) -> Sheet:
    course = intervals([Transition(at(clock), status) for clock, status in told], as_of)
    return sheet(with_field(course, trips, as_of), DUTY, as_of)


def trip(start: str, end: str | None = None) -> Trip:
    return Trip(at(start), None if end is None else at(end))


def test_time_on_site_is_taken_out_of_absence_and_out_of_the_rate() -> None:
    found = day_of(
        ("08:30", "active"), ("10:00", "absent"), ("12:00", "active"), ("17:30", "absent"),
        trips=(trip("10:00", "12:00"),),
    )  # fmt: skip
    assert (found.field_seconds, found.absent_seconds) == (7200, 0)
    assert (found.active_seconds, found.online_rate) == (25200 - 7200, 1.0)


def test_who_is_on_site_when_duty_begins_and_ends_is_neither_late_nor_leaves_early() -> None:
    found = day_of(
        ("10:00", "active"), ("15:00", "absent"),
        trips=(trip("08:20", "10:00"), trip("15:00", "17:30")),
    )  # fmt: skip
    assert (found.late, found.left_early, found.absent_seconds) == (False, False, 0)
    assert day_of(("10:00", "active"), ("15:00", "absent")).late


def test_a_trip_whose_end_was_not_told_lasts_two_hours() -> None:
    assert day_of(trips=(trip("09:00"),)).field_seconds == 7200
    assert day_of(trips=(trip("09:00"),), as_of=at("09:30")).field_seconds == 1800


def test_trips_outside_duty_or_still_ahead_count_for_nothing() -> None:
    assert day_of(trips=(trip("12:10", "13:50"),)).field_seconds == 0
    assert day_of(trips=(trip("16:00", "17:00"),), as_of=at("15:00")).field_seconds == 0


def test_two_surveys_at_a_time_are_one_absence_from_the_desk() -> None:
    both = (trip("09:30", "11:00"), trip("09:00", "10:00"))
    assert field_intervals(both) == (Interval(at("09:00"), at("11:00"), "field"),)
    assert day_of(trips=both).field_seconds == 7200


MINUTES: Final = st.integers(0, 1439).map(lambda minute: at("00:00") + timedelta(minutes=minute))
STATUSES: Final[st.SearchStrategy[Status]] = st.sampled_from(["active", "idle", "absent"])
TRIPS: Final = st.lists(
    st.builds(
        lambda start, length: Trip(start, start + timedelta(minutes=length) if length else None),
        MINUTES,
        st.integers(0, 300),
    ),
    max_size=5,
)


@given(st.lists(st.builds(Transition, MINUTES, STATUSES)), TRIPS, MINUTES)
def test_every_second_of_duty_that_has_passed_is_one_thing(
    told: list[Transition], trips: list[Trip], as_of: datetime
) -> None:
    course = with_field(intervals(told, as_of), trips, as_of)
    for before, after in itertools.pairwise(course):
        assert before.start < before.end <= after.start
    found = sheet(course, DUTY, as_of)
    parts = (
        found.active_seconds,
        found.idle_seconds,
        found.absent_seconds,
        found.field_seconds,
    )
    assert min(parts) >= 0
    assert sum(parts) == found.elapsed_seconds <= found.duty_seconds
    alone = sheet(with_field((), trips, as_of), DUTY, as_of)
    assert found.field_seconds == alone.field_seconds
