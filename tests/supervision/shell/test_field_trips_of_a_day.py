"""Who was on site, off the log of review: records, and plans as long as nothing followed them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from schemas.events.review import SurveyRecorded, SurveyScheduled
from schemas.facts import Officer, Post
from services.supervision.core.attendance_day import board, person_days
from services.supervision.core.field_trips import Trip
from services.supervision.shell.queries_attendance import field_trips, seen
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id, signed_in
from tests.support.builders import HOUSING, at, organisation
from tests.support.published_calendars import published_calendar

pytestmark = pytest.mark.engine
DAY = (at("2025-03-03 00:00"), at("2025-03-04 00:00"))
NINE, ELEVEN, TWO, FOUR = (at(f"2025-03-03 {hour}:00") for hour in ("09", "11", "14", "16"))


def _who(*participants: str) -> dict[str, Any]:
    step = {"step_id": f"{case_id(1)}.1", "organisation": HOUSING, "officer_id": "o-wang"}
    return {**step, "participants": participants, "survey": "siting"}


def planned(start: datetime, until: datetime | None, *participants: str) -> SurveyScheduled:
    return SurveyScheduled(**_who(*participants), planned_at=start, until=until)


def recorded(start: datetime, until: datetime | None, *participants: str) -> SurveyRecorded:
    told = {"result": "failed", "findings": "界桩不符", "pictures": ("ab" * 32,)}
    return SurveyRecorded(**_who(*participants), **told, held_at=start, until=until)


def case_with(*surveys: SurveyScheduled | SurveyRecorded) -> Log:
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.work(1, "release")
    for survey in surveys:
        life.say(survey)
    return life.log


def trips_of(store: Store, log: Log) -> dict[str, tuple[Trip, ...]]:
    """Insert in two batches, each with repeats and backwards."""
    messages = log.messages
    insert(store, messages[::-1], messages[:4] + messages[-2:])
    return field_trips(store, *DAY)


def test_a_plan_counts_until_it_is_changed(store: Store) -> None:
    log = case_with(planned(NINE, ELEVEN, "o-wang", "o-zhao"), planned(TWO, FOUR, "o-wang", "o-li"))
    assert trips_of(store, log) == {
        "o-li": (Trip(TWO, FOUR),),
        "o-wang": (Trip(TWO, FOUR),),
    }


def test_what_was_recorded_takes_the_place_of_its_plan_and_stays(store: Store) -> None:
    log = case_with(
        planned(NINE, ELEVEN, "o-wang", "o-zhao"),
        recorded(NINE, None, "o-wang", "o-li"),
        planned(TWO, FOUR, "o-wang", "o-zhao"),
    )
    assert trips_of(store, log) == {
        "o-li": (Trip(NINE, None),),
        "o-wang": (Trip(NINE, None), Trip(TWO, FOUR)),
        "o-zhao": (Trip(TWO, FOUR),),
    }


def test_surveys_of_other_days_are_not_of_this_one(store: Store) -> None:
    tomorrow = (at("2025-03-04 09:00"), at("2025-03-04 11:00"))
    assert trips_of(store, case_with(planned(*tomorrow, "o-wang", "o-li"))) == {}


def test_the_sheet_and_the_board_know_who_is_on_site(store: Store) -> None:
    log = case_with(planned(NINE, ELEVEN, "o-wang", "o-li"))
    log.presence("o-wang", signed_in(at("2025-03-03 08:20")), at("2025-03-03 08:20"))
    insert(store, log.messages)
    posted = Post(organisation=HOUSING, role="department_reviewer")
    officers = [
        Officer(officer_id=officer_id, name="某", organisation=HOUSING, posts=(posted,))
        for officer_id in ("o-li", "o-wang")
    ]
    places = {HOUSING: organisation(HOUSING)}
    now, day = at("2025-03-03 10:00"), date(2025, 3, 3)
    known = seen(store, DAY[0], now)
    rows = person_days(officers, places, published_calendar(), known, day, now)
    assert [(r.sheet.field_seconds, r.sheet.active_seconds) for r in rows] == [
        (3600, 0),
        (3600, 1800),
    ]
    lines = board(officers, places, published_calendar(), known, day, now)
    assert [(line.status, line.since) for line in lines] == [("field", NINE), ("field", NINE)]
    later = board(officers, places, published_calendar(), known, day, ELEVEN)
    assert [line.status for line in later] == ["absent", "active"]
