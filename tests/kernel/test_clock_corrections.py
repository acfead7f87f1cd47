"""An amended calendar: which open clocks move, whither, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.clocks import DueDateCorrected, DueDateCorrectedV1
from schemas.values import Term
from services.kernel.calendar import Calendar, Closure, YearFile, calendar_from
from services.kernel.clock import COUNTY_HOURS, Extension, Limit, Stop
from services.kernel.clock_correction import (
    changed_days,
    corrected,
    supersedes,
    why_corrected,
)
from services.kernel.terms import corrected_term
from tests.kernel.clock_strategies import (
    CALENDAR,
    UNTIMED,
    Course,
    at,
    close_of,
    courses,
    year_file,
)
from tests.schemas.examples import Example, examples_of
from tests.support.builders import VILLAGE, County, county, organisation
from tests.support.published_calendars import CALENDAR as VERSION
from tests.support.published_calendars import published_calendar


def amended(year: int, **changes: object) -> Calendar:
    """The county's calendar with one year's file in a second version."""
    years = [year_file(each) for each in (2024, 2025, 2026)]
    return calendar_from(
        [
            YearFile.model_validate({**file.model_dump(), "version": 2, **changes})
            if file.year == year
            else file
            for file in years
        ]
    )


def shut(*spans: tuple[str, str]) -> Calendar:
    """The county closes its offices for some days of 2026, in a version for each span."""
    floods = [
        Closure(reason="防汛停办", first=date.fromisoformat(a), last=date.fromisoformat(b))
        for a, b in spans
    ]
    closures = [flood.model_dump() for flood in floods]
    return amended(2026, version=1 + len(spans), closures=closures)


FLOOD = shut(("2026-07-14", "2026-07-15"))
DYKE = ("2026-07-17", "2026-07-17")
STORED = [
    *((example, (CALENDAR, FLOOD)) for example in examples_of(DueDateCorrectedV1)),
    *(
        (example, (CALENDAR, shut(DYKE), shut(DYKE, ("2026-07-28", "2026-07-28"))))
        for example in examples_of(DueDateCorrected)
    ),
]
"""Stored corrections, each with the calendars of its story."""


def term_of(course: Course, calendar: Calendar = CALENDAR) -> Term:
    """The term as it stands on the log when all of the course's events are known."""
    due = course.due(calendar)
    return Term(
        limit=course.limit.amount,
        unit=course.limit.unit,
        started_at=course.start,
        due_at=due.at,
        provisional=due.provisional,
        calendar_version=calendar.version,
    )


def moved(course: Course, calendar: Calendar) -> Term | None:
    return corrected(term_of(course), course.events, calendar, COUNTY_HOURS)


def test_a_day_closed_within_the_limit_is_due_a_day_later_each() -> None:
    course = Course(at("2026-07-10 10:00"), Limit(3))  # 13, 14, 15
    term = moved(course, FLOOD)
    assert term is not None
    assert term.due_at == close_of("2026-07-17")
    assert (term.limit, term.unit, term.started_at) == (3, "working_days", course.start)
    assert (term.provisional, term.calendar_version) == (False, "2024.1-2025.1-2026.2")


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("2026-07-09 10:00", 2),  # due 07-13, before the closure
        ("2026-07-14 10:00", 1),  # started within it: due 07-15 before, 07-16 now
        ("2026-07-15 10:00", 1),  # started on its last day
        ("2026-07-16 10:00", 5),  # started after it
    ],
)
def test_only_a_clock_that_counts_a_changed_day_moves(start: str, limit: int) -> None:
    course = Course(at(start), Limit(limit))
    counts = any(
        line.counts and str(line.day) in ("2026-07-14", "2026-07-15")
        for line in course.state().explanation
    )
    assert (moved(course, FLOOD) is not None) == counts


def test_a_stop_over_the_closed_days_lasts_longer_by_them() -> None:
    """13, 14, 15 announced; closed days use none up: 13, 16, 17, and then 20 counts."""
    course = Course(at("2026-07-10 10:00"), Limit(1), (Stop(at("2026-07-13 09:00"), 3),))
    assert course.due().at == close_of("2026-07-16")
    term = moved(course, FLOOD)
    assert term is not None
    assert term.due_at == close_of("2026-07-20")


def test_a_stop_resumed_by_hand_after_the_closed_days_takes_them_anyway() -> None:
    stop = Stop(at("2026-07-13 09:00"), 10, resumed_at=at("2026-07-16 09:00"))
    assert moved(Course(at("2026-07-10 10:00"), Limit(2), (stop,)), FLOOD) is None


def test_an_extended_clock_moves_with_its_extension() -> None:
    extension = Extension(5, at("2026-07-09 10:00"))
    course = Course(at("2026-07-06 10:00"), Limit(4), (), extension)  # 7–10, then 13–17
    term = moved(course, FLOOD)
    assert term is not None
    assert (term.limit, term.due_at) == (4, close_of("2026-07-21"))


def test_an_extension_granted_in_time_is_not_taken_back() -> None:
    """Granted on Monday the 13th, when the clock was due that day; a Saturday now worked would
    have made it due on the 11th."""
    worked = amended(2026, make_up_workdays=[*year_file(2026).make_up_workdays, date(2026, 7, 11)])
    course = Course(at("2026-07-10 10:00"), Limit(1), (), Extension(5, at("2026-07-13 10:00")))
    term = moved(course, worked)
    assert term is not None
    assert term.due_at == close_of("2026-07-17")


def test_minutes_move_by_the_office_time_of_a_closed_day() -> None:
    course = Course(at("2026-07-13 17:20"), Limit(30, "working_minutes"))
    term = moved(course, FLOOD)
    assert term is not None
    assert term.due_at == at("2026-07-16 08:50")


def test_the_notice_of_a_new_year_settles_a_provisional_date_even_where_it_does_not_move() -> None:
    before = calendar_from([year_file(2024), year_file(2025)])
    after = calendar_from([year_file(2024), year_file(2025), year_file(2026)])
    plain = term_of(Course(at("2026-03-02 10:00"), Limit(3)), before)
    settled = corrected(plain, (), after, COUNTY_HOURS)
    assert settled is not None
    assert (plain.provisional, settled.provisional) == (True, False)
    assert settled.due_at == plain.due_at
    assert corrected(settled, (), after, COUNTY_HOURS) is None


def test_the_reason_names_each_changed_day_with_its_notice() -> None:
    spring = [h.model_dump() for h in year_file(2025).holidays]
    spring[1]["last"] = date(2025, 2, 6)
    prolonged = amended(2025, holidays=spring)
    assert why_corrected(CALENDAR, prolonged, date(2025, 1, 24), date(2025, 2, 10)) == (
        "2025-02-05 工作日改为放假（春节，国办发明电〔2024〕12号） working day → holiday；"
        "2025-02-06 工作日改为放假（春节，国办发明电〔2024〕12号） working day → holiday"
    )
    assert "2026-07-14 工作日改为停办（防汛停办）" in why_corrected(
        CALENDAR, FLOOD, date(2026, 7, 10), date(2026, 7, 17)
    )


def test_both_ends_belong_to_the_days_compared() -> None:
    both = (date(2026, 7, 14), date(2026, 7, 15))
    assert changed_days(CALENDAR, FLOOD, *both) == both
    assert changed_days(CALENDAR, FLOOD, date(2026, 7, 10), date(2026, 7, 13)) == ()


def test_the_reason_names_a_year_now_published() -> None:
    before = calendar_from([year_file(2025)])
    after = calendar_from([year_file(2025), year_file(2026)])
    said = why_corrected(before, after, date(2025, 12, 31), date(2026, 1, 5))
    assert said.startswith("2026-01-01 工作日改为放假（元旦，国办发明电〔2025〕7号）")
    assert said.endswith("2026年安排已公布 the notice for 2026 is published")


def test_the_reason_is_bounded_and_never_empty() -> None:
    long = shut(("2026-06-22", "2026-09-18"))
    said = why_corrected(CALENDAR, long, date(2026, 6, 1), date(2026, 12, 31))
    assert "65日" in said
    assert len(said) < 2000
    assert "2026.1" in why_corrected(CALENDAR, CALENDAR, date(2026, 6, 1), date(2026, 6, 2))


def test_a_correction_is_reckoned_by_the_hours_of_the_organisation() -> None:
    version = FLOOD.version
    shift = [{"opens": "09:00", "closes": "17:00"}]
    place = organisation(VILLAGE, office_hours=shift)
    facts = County({}, {VILLAGE: place}, {VERSION: published_calendar(), version: FLOOD})
    term = term_of(Course(at("2026-07-10 10:00"), Limit(3)))
    found = corrected_term(term, (), VILLAGE, version, facts)
    assert found is not None
    assert (found.due_at, found.calendar_version) == (at("2026-07-17 17:00"), version)
    assert corrected_term(term, (), VILLAGE, VERSION, county()) is None


@pytest.mark.parametrize(("example", "calendars"), STORED, ids=[e.title for e, _ in STORED])
def test_the_stored_corrections_are_what_the_amended_calendar_gives(
    example: Example, calendars: Sequence[Calendar]
) -> None:
    event = example.envelope().event
    assert isinstance(event, DueDateCorrected)
    by_version = {calendar.version: calendar for calendar in calendars}
    old, new = by_version[event.old_calendar_version], by_version[event.term.calendar_version]
    before = event.term.model_copy(
        update={"due_at": event.old_due_at, "calendar_version": event.old_calendar_version}
    )
    assert corrected(before, (), old, COUNTY_HOURS) is None
    assert corrected(before, (), new, COUNTY_HOURS) == event.term
    first, last = (moment.date() for moment in (event.term.started_at, event.term.due_at))
    assert why_corrected(old, new, first, last) == event.why


@st.composite
def closures(draw: st.DrawFn) -> Calendar:
    """The county's calendar with offices shut for up to three days of 2025."""
    first = date(2025, 1, 1) + timedelta(draw(st.integers(0, 350)))
    last = first + timedelta(draw(st.integers(0, 2)))
    shut_days = {"reason": "停办", "first": first, "last": last}
    return amended(2025, closures=[shut_days])


EITHER = courses("working_days") | courses("working_minutes")


@UNTIMED
@given(EITHER, closures())
def test_a_corrected_clock_is_the_one_set_anew(course: Course, calendar: Calendar) -> None:
    term = moved(course, calendar)
    anew = term_of(course, calendar)
    if term is None:
        assert (anew.due_at, anew.provisional) == (course.due().at, course.due().provisional)
    else:
        assert term == anew
        assert term.due_at != course.due().at


@UNTIMED
@given(EITHER, closures())
def test_a_correction_made_twice_is_made_once(course: Course, calendar: Calendar) -> None:
    term = moved(course, calendar)
    if term is not None:
        assert corrected(term, course.events, calendar, COUNTY_HOURS) is None


@UNTIMED
@given(EITHER, closures())
def test_closed_days_never_make_a_clock_due_earlier(course: Course, calendar: Calendar) -> None:
    """Without stops: one resumed by hand spends fewer working days where some of them are shut."""
    plain = course.but(stops=())
    term = moved(plain, calendar)
    assert term is None or term.due_at > plain.due().at


@UNTIMED
@given(EITHER, closures())
def test_a_clock_that_moves_has_a_changed_day_within_it(course: Course, calendar: Calendar) -> None:
    term = moved(course, calendar)
    if term is not None:
        last = max(course.due().at, term.due_at).date() + timedelta(1)
        assert changed_days(CALENDAR, calendar, course.start.date(), last)


@pytest.mark.parametrize(
    ("version", "other", "newer"),
    [
        ("2024.1-2025.2", "2024.1-2025.1", True),
        ("2024.1-2025.1-2026.1", "2024.1-2025.1", True),
        ("2024.1", "none", True),
        ("2024.1-2025.1", "2024.1-2025.1", False),
        ("2024.1-2025.1", "2024.1-2025.2", False),
        ("2024.2", "2024.1-2025.1", False),
        ("2024.2-2025.1", "2024.1-2025.2", False),
        ("none", "2024.1", False),
        ("none", "none", False),
        ("of old", "2024.1", False),
        ("2024.1", "of old", False),
    ],
)
def test_a_calendar_is_newer_where_no_year_of_it_is_older(
    version: str, other: str, newer: bool
) -> None:
    assert supersedes(version, other) is newer
