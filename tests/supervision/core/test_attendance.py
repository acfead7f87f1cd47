"""Every second of duty is active, idle or absent (domain §6)."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Shift
from services.supervision.core.attendance import (
    Interval,
    Sheet,
    Transition,
    duty_of,
    intervals,
    sheet,
    status_at,
    transition_of,
)
from tests.support.published_calendars import published_calendar

MONDAY = date(2026, 11, 23)
SHIFTS = (Shift(opens="08:30", closes="12:00"), Shift(opens="14:00", closes="17:30"))
EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""20:00 in the county."""


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00").astimezone(UTC)


def duty(day: date = MONDAY) -> tuple[Interval, ...]:
    return duty_of(day, SHIFTS, published_calendar())


def day_of(*told: tuple[str, str], as_of: datetime = EVENING) -> Sheet:
    course = intervals([Transition(at(clock), status) for clock, status in told], as_of)  # type: ignore[arg-type]  # literals
    return sheet(course, duty(), as_of)


def test_a_whole_day_at_the_desk_is_seven_active_hours() -> None:
    found = day_of(("08:20", "active"), ("17:40", "absent"))
    assert (found.active_seconds, found.idle_seconds, found.absent_seconds) == (25200, 0, 0)
    assert not found.late
    assert not found.left_early
    assert found.online_rate == 1.0


def test_idling_and_the_noon_break_are_told_apart() -> None:
    found = day_of(
        ("08:30", "active"), ("10:00", "idle"), ("10:30", "active"), ("12:00", "absent"),
        ("14:00", "active"), ("17:30", "absent"),
    )  # fmt: skip
    assert found.idle_seconds == 1800
    assert found.active_seconds == 25200 - 1800
    assert found.absent_seconds == 0


def test_ten_minutes_are_not_late_eleven_are() -> None:
    assert not day_of(("08:40", "active")).late
    assert day_of(("08:41", "active")).late


def test_nobody_is_late_before_the_ten_minutes_are_over() -> None:
    assert not day_of(as_of=at("08:39")).late
    assert day_of(as_of=at("08:40")).late


def test_leaving_eleven_minutes_early_is_told_after_the_close_of_office() -> None:
    gone = (("08:30", "active"), ("17:19", "absent"))
    assert not day_of(*gone, as_of=at("17:25")).left_early
    assert day_of(*gone).left_early


def test_a_silence_counts_from_its_last_beat_not_from_its_mark() -> None:
    signed_in = transition_of("cn.cunban.officer.signed-in.v1", at("08:30"), at("08:30"))
    silent = transition_of("cn.cunban.officer.went-offline.v1", at("09:02"), at("09:00"))
    course = intervals([signed_in, silent], EVENING)
    assert sheet(course, duty(), EVENING).active_seconds == 1800
    assert status_at(course) == ("absent", at("09:00"))


def test_a_day_off_has_no_duty_and_a_make_up_sunday_has() -> None:
    assert duty(date(2026, 11, 22)) == ()
    assert len(duty(date(2026, 9, 20))) == 2


def test_on_the_day_itself_only_what_has_passed_is_counted() -> None:
    found = day_of(("08:30", "active"), as_of=at("09:30"))
    assert (found.elapsed_seconds, found.active_seconds) == (3600, 3600)
    assert found.duty_seconds == 25200


STATUSES = st.sampled_from(["active", "idle", "absent"])
TOLD = st.lists(
    st.builds(
        Transition, st.integers(0, 1440).map(lambda m: at("00:00") + timedelta(minutes=m)), STATUSES
    )
)


@given(TOLD, st.integers(0, 1440))
def test_active_idle_and_absent_are_all_of_the_duty_that_has_passed(
    told: list[Transition], minute: int
) -> None:
    as_of = at("00:00") + timedelta(minutes=minute)
    found = sheet(intervals(told, as_of), duty(), as_of)
    seconds = (found.active_seconds, found.idle_seconds, found.absent_seconds)
    assert min(seconds) >= 0
    assert sum(seconds) == found.elapsed_seconds <= found.duty_seconds


@given(TOLD)
def test_a_course_has_neither_gap_nor_overlap(told: list[Transition]) -> None:
    course = intervals(told, EVENING)
    for before, after in itertools.pairwise(course):
        assert before.end == after.start
        assert before.status != after.status
