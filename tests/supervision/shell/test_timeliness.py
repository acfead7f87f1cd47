"""Timeliness off the tables: the same figures as counting by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.events import external, routing
from schemas.values import OrganisationPath
from services.supervision.core.timeliness import By, Figure, Timeliness
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import count_cases, list_cases
from services.supervision.shell.queries_timeliness import (
    TimelinessAsked,
    timeliness,
    timeliness_in_all,
)
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.reference import fill_calendar, fill_organisations
from tests.supervision.inserting import project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, accepted, case_id, closed, opened, submitted
from tests.support.builders import (
    COUNTY,
    FORESTRY,
    HOUSING,
    MONDAY,
    OTHER_VILLAGE,
    VILLAGE,
    at,
    organisation,
    term,
)
from tests.support.published_calendars import published_calendar

pytestmark = pytest.mark.engine
SCOPE = Scope((COUNTY,), imported=True)
NOW = at("2025-03-20 10:00")
"""After the promised deadline of 17 March, before the legal one of 31 March."""
FIGURES: tuple[Figure, ...] = (
    "accepted",
    "completed",
    "open",
    "open_overdue",
    "on_time",
    "late",
)


def case(
    log: Log,
    number: int,
    taken: str,
    done: str | None = None,
    where: OrganisationPath = VILLAGE,
    due: str = "2025-03-17 17:30",
) -> None:
    key = case_id(number)
    log.add(key, submitted(number, organisation=where), at(taken), by="applicant", source=where)
    event = accepted(number, organisation=where, promised=term(10, due))
    log.add(key, event, at(taken) + timedelta(minutes=5), source=where)
    if done is not None:
        log.add(key, routing.CaseCompleted(outcome="approved"), at(done), by="system")


def figures(row: Timeliness) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in FIGURES)


def five_cases() -> Log:
    log = Log()
    case(log, 1, "2025-03-03 09:00", done="2025-03-05 10:00")
    case(log, 2, "2025-03-03 09:00", done="2025-03-17 17:30")
    case(log, 3, "2025-03-03 09:00", done="2025-03-18 09:00")
    case(log, 4, "2025-03-04 09:00")
    case(log, 5, "2025-03-04 09:00", where=OTHER_VILLAGE, due="2025-04-30 17:30")
    return log


def by(store: Store, dimension: By, **only: Any) -> dict[str, Timeliness]:
    asked = TimelinessAsked(dimension, CaseFilter(**only))
    return {row.key: row for row in timeliness(store, SCOPE, asked, NOW)}


def test_each_figure_is_of_the_cases_accepted_and_overdue_ones_lower_the_rate(
    store: Store,
) -> None:
    fill_calendar(store, published_calendar(), NOW)
    project(store, five_cases())
    rows = by(store, "organisation")
    assert figures(rows[VILLAGE]) == (4, 3, 1, 1, 2, 1)
    assert rows[VILLAGE].on_time_rate == 2 / 4
    assert figures(rows[OTHER_VILLAGE]) == (1, 0, 1, 0, 0, 0)
    assert rows[OTHER_VILLAGE].on_time_rate is None


def test_days_are_working_days_after_that_of_acceptance(store: Store) -> None:
    fill_calendar(store, published_calendar(), NOW)
    project(store, five_cases())
    row = by(store, "organisation")[VILLAGE]
    # 3 March is a Monday: two, ten and eleven working days.
    assert (row.mean_days, row.median_days, row.p90_days) == (round(23 / 3, 3), 10.0, 10.8)


def test_a_holiday_is_not_counted_and_a_make_up_sunday_is(store: Store) -> None:
    fill_calendar(store, published_calendar(), NOW)
    log = Log()
    case(log, 1, "2025-01-24 09:00", done="2025-02-05 10:00", due="2025-02-10 17:30")
    project(store, log)
    # Sunday 26 January makes up, 27 January, then Spring Festival until 4 February, 5 February.
    assert by(store, "day")["2025-01-24"].mean_days == 3.0


def test_days_in_years_without_a_published_calendar_are_not_made_up(store: Store) -> None:
    fill_calendar(store, published_calendar(), NOW)
    log = Log()
    imported(log, 1, deadline="2011-11-11 17:00", done="2011-11-01 10:00")
    project(store, log)
    row = by(store, "source")["permits"]
    assert (row.completed, row.on_time, row.mean_days, row.p90_days) == (1, 1, None, None)


def imported(log: Log, number: int, deadline: str | None, done: str | None) -> None:
    key, name = case_id(900 + number), {"log": "permits", "log_case": f"case-{number}"}
    log.add(
        key,
        external.ExternalCaseOpened(
            **name,
            item="General",
            organisation="Group 2",
            responsible="Resource21",
            deadline=at(deadline) if deadline else None,
        ),
        at("2011-10-11 13:42"),
        by="system",
    )
    if done:
        log.add(key, external.ExternalCaseClosed(**name), at(done), by="system")


def test_an_imported_case_is_judged_by_its_logs_own_deadline_and_only_by_that(
    store: Store,
) -> None:
    log = five_cases()
    imported(log, 1, deadline="2011-11-11 17:00", done="2011-11-11 17:00")
    imported(log, 2, deadline="2011-11-11 17:00", done="2011-11-12 10:00")
    imported(log, 3, deadline=None, done="2011-11-12 10:00")
    imported(log, 4, deadline="2011-11-11 17:00", done=None)
    imported(log, 5, deadline=None, done=None)
    project(store, log)
    rows = by(store, "source")
    assert figures(rows["permits"]) == (5, 3, 2, 1, 1, 1)
    assert rows["permits"].on_time_rate == 1 / 3
    assert rows["cunban"].accepted == 5
    assert by(store, "officer")["Resource21"].accepted == 5


def test_the_legal_deadline_may_be_asked_for_instead(store: Store) -> None:
    project(store, five_cases())
    row = by(store, "organisation", deadline="legal")[VILLAGE]
    assert figures(row) == (4, 3, 1, 0, 3, 0)


def test_the_window_is_of_days_in_the_county(store: Store) -> None:
    log = Log()
    case(log, 1, "2025-03-03 23:54")
    case(log, 2, "2025-03-03 23:55")
    project(store, log)
    rows = by(store, "day", first_day=date(2025, 3, 4), last_day=date(2025, 3, 4))
    assert {key: row.accepted for key, row in rows.items()} == {"2025-03-04": 1}


def test_divisions_come_from_where_organisations_lie(store: Store) -> None:
    places = [
        organisation(VILLAGE, division="422823101201"),
        organisation(OTHER_VILLAGE, division="422823102202"),
    ]
    fill_organisations(store, places, NOW)
    project(store, five_cases())
    rows = by(store, "division")
    assert {key: row.accepted for key, row in rows.items()} == {
        "422823101201": 4,
        "422823102202": 1,
    }


@pytest.mark.parametrize("dimension", ["organisation", "officer", "item", "day", "source"])
def test_each_figure_is_as_long_as_the_list_behind_it(store: Store, dimension: By) -> None:
    log = five_cases()
    imported(log, 1, deadline="2011-11-11 17:00", done="2011-11-12 10:00")
    project(store, log)
    for key, row in by(store, dimension).items():
        for name in FIGURES:
            value: Any = date.fromisoformat(key) if dimension == "day" else key
            asked = CaseFilter(**{dimension: value}, figure=name)
            assert count_cases(store, SCOPE, asked, NOW) == getattr(row, name), (key, name)
            page = list_cases(store, SCOPE, asked, NOW)
            assert len(page.items) == getattr(row, name)


def test_the_row_over_all_is_of_all_cases(store: Store) -> None:
    fill_calendar(store, published_calendar(), NOW)
    project(store, five_cases())
    row = timeliness_in_all(store, SCOPE, TimelinessAsked("item"), NOW)
    assert (row.key, figures(row)) == ("", (5, 3, 2, 1, 2, 1))


def test_without_any_case_there_is_no_rate_and_no_day(store: Store) -> None:
    row = timeliness_in_all(store, SCOPE, TimelinessAsked("item"), NOW)
    assert figures(row) == (0, 0, 0, 0, 0, 0)
    assert (row.on_time_rate, row.mean_days) == (None, None)


def test_nobody_sees_figures_of_other_places(store: Store) -> None:
    log = five_cases()
    imported(log, 1, deadline=None, done=None)
    project(store, log)
    scope = Scope((OTHER_VILLAGE,))
    rows = timeliness(store, scope, TimelinessAsked("organisation"), NOW)
    assert [row.key for row in rows] == [OTHER_VILLAGE]


def test_steps_tell_which_department_was_slow(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.submit()
    life.accept()
    life.say(opened(life.case, 1, FORESTRY), by="system")
    life.now = at("2025-03-10 09:00")
    life.say(closed(life.case, 1, FORESTRY, officer="o-zhao"), by="system")
    life.say(opened(life.case, 2, HOUSING, term=term(3, "2025-03-13 17:30")), by="system")
    project(store, log)
    asked = TimelinessAsked("organisation", unit="step")
    rows = {row.key: row for row in timeliness(store, SCOPE, asked, NOW)}
    assert figures(rows[FORESTRY]) == (1, 1, 0, 0, 0, 1)
    assert figures(rows[HOUSING]) == (1, 0, 1, 1, 0, 0)
    asked = TimelinessAsked("officer", unit="step")
    assert "o-zhao" in {row.key for row in timeliness(store, SCOPE, asked, NOW)}
    assert MONDAY < NOW
