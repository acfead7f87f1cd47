"""A deadline in an event, reckoned against the hours of the office that has the case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Limit
from services.kernel import clock
from services.kernel.calendar import calendar_from
from services.kernel.clock import Unit, due_at
from services.kernel.decider import UnknownReference
from services.kernel.terms import ANSWER, moved_term, runs_again_at, term, term_view
from tests.support.builders import VILLAGE, County, at, county, organisation
from tests.support.published_calendars import CALENDAR, published_calendar

HOUR = Limit(limit=60, unit="working_minutes")


def _county(*hours: tuple[str, str]) -> County:
    shifts = [{"opens": opens, "closes": closes} for opens, closes in hours]
    place = organisation(VILLAGE, office_hours=shifts)
    return County({}, {VILLAGE: place}, {CALENDAR: published_calendar()})


@pytest.mark.parametrize(
    ("hours", "started", "due"),
    [
        ([("08:30", "12:00"), ("14:00", "17:30")], "2025-03-03 11:30", "2025-03-03 14:30"),
        ([("09:00", "17:00")], "2025-03-03 16:30", "2025-03-04 09:30"),
        ([("09:00", "12:00"), ("13:00", "17:00")], "2025-03-03 11:30", "2025-03-03 13:30"),
        (
            [("08:30", "12:00"), ("14:00", "17:30"), ("18:00", "20:00")],
            "2025-03-03 17:00",
            "2025-03-04 09:00",
        ),
    ],
)
def test_minutes_run_inside_the_hours_of_the_organisation(
    hours: list[tuple[str, str]], started: str, due: str
) -> None:
    found = term(HOUR, at(started), VILLAGE, CALENDAR, _county(*hours))
    assert found.due_at == at(due)


def test_days_end_when_that_office_closes() -> None:
    friday = at("2025-03-07 10:00")
    found = term(ANSWER, friday, VILLAGE, CALENDAR, _county(("09:00", "17:00")))
    assert (found.limit, found.unit, found.due_at) == (5, "working_days", at("2025-03-14 17:00"))


@given(
    st.timedeltas(timedelta(0), timedelta(1150)).map(lambda past: at("2024-01-01 00:00") + past),
    st.integers(1, 60),
    st.sampled_from(["working_days", "working_minutes"]),
)
def test_a_term_is_what_the_statutory_clock_says(
    started: datetime, amount: int, unit: Unit
) -> None:
    limit = Limit(limit=amount, unit=unit)
    found = term(limit, started, VILLAGE, CALENDAR, county())
    due = due_at(started, clock.Limit(amount, unit), (), published_calendar())
    assert found.provisional == due.provisional
    assert found.due_at == due.at - timedelta(microseconds=due.at.microsecond % 1000)


def test_an_amended_calendar_is_reckoned_anew() -> None:
    started, plain = at("2025-03-03 10:00"), calendar_from([])
    amended = County({}, county().organisations, {CALENDAR: plain})
    days = Limit(limit=35, unit="working_days")
    before = term(days, started, VILLAGE, CALENDAR, county())
    after = term(days, started, VILLAGE, CALENDAR, amended)
    assert (before.due_at, after.due_at) == (at("2025-04-22 17:30"), at("2025-04-21 17:30"))


def test_a_term_names_its_calendar_and_whether_it_is_sure() -> None:
    sure = term(ANSWER, at("2025-03-03 10:00"), VILLAGE, CALENDAR, county())
    unsure = term(ANSWER, at("2026-12-30 10:00"), VILLAGE, CALENDAR, county())
    assert (sure.calendar_version, sure.provisional, unsure.provisional) == (CALENDAR, False, True)


@pytest.mark.parametrize(
    ("place", "calendar"), [("/qingyun/t-nowhere", CALENDAR), (VILLAGE, "2030")]
)
def test_what_is_not_known_yet_is_a_fault(place: str, calendar: str) -> None:
    with pytest.raises(UnknownReference):
        term(ANSWER, at("2025-03-03 10:00"), place, calendar, county())


def test_a_term_is_told_in_utc_to_the_millisecond() -> None:
    started = datetime.fromisoformat("2025-03-03T10:00:00.123456+08:00")
    told = term_view(term(ANSWER, started, VILLAGE, CALENDAR, county()))
    assert told == {
        "limit": 5,
        "unit": "working_days",
        "started_at": "2025-03-03T02:00:00.123Z",
        "due_at": "2025-03-10T09:30:00.000Z",
        "provisional": False,
        "calendar_version": CALENDAR,
    }


def test_a_moved_clock_is_due_as_the_statutory_clock_says_and_holds_its_extension() -> None:
    stop = clock.Stop(at("2025-01-24 01:49"), 3)
    started = at("2025-01-22 20:55")
    days = Limit(limit=5, unit="working_days")
    moved = moved_term(days, started, [stop], VILLAGE, CALENDAR, county())
    assert (moved.limit, moved.due_at) == (5, at("2025-02-08 17:30"))
    events: list[clock.ClockEvent] = [stop, clock.Extension(10)]
    longer = moved_term(days, started, events, VILLAGE, CALENDAR, county())
    assert (longer.limit, longer.due_at) == (15, at("2025-02-21 17:30"))
    unmoved = moved_term(days, started, [], VILLAGE, CALENDAR, county())
    assert unmoved == term(days, started, VILLAGE, CALENDAR, county())


def test_a_stopped_clock_runs_by_itself_on_the_working_day_after_the_announced_ones() -> None:
    stop = clock.Stop(at("2025-01-24 01:49"), 3)
    assert runs_again_at(stop, VILLAGE, CALENDAR, county()) == at("2025-02-05 00:00")
    after_close = clock.Stop(at("2025-01-24 18:00"), 3)
    assert runs_again_at(after_close, VILLAGE, CALENDAR, county()) == at("2025-02-06 00:00")
