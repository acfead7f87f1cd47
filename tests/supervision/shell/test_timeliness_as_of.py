"""Timeliness as the log stood at an instant: what was recorded later counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.events.clocks import DueDateCorrected
from schemas.events.routing import CaseCompleted
from services.supervision.core.timeliness import By, Deadline, Timeliness, Unit
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_timeliness import TimelinessAsked, timeliness
from services.supervision.shell.store.engine import Row, Store
from services.supervision.shell.store.reference import fill_calendar
from services.supervision.shell.store.then import table_then
from tests.supervision.conftest import empty
from tests.supervision.drawn_streams import logs
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Kept, Log
from tests.supervision.shell.test_a_case_as_of_an_instant import asking
from tests.supervision.streams import Life
from tests.support.builders import COUNTY, VILLAGE, at, term
from tests.support.published_calendars import CALENDAR, published_calendar

pytestmark = pytest.mark.engine
SCOPE: Final = Scope((COUNTY,), imported=True)
LATER: Final = at("2025-12-31 10:00")
_ASKED: Final[tuple[tuple[By, Unit, Deadline], ...]] = (
    ("officer", "case", "promised"),
    ("organisation", "step", "promised"),
)


def answers(store: Store, now: datetime, then: datetime | None = None) -> list[Any]:
    asked = [
        TimelinessAsked(by, CaseFilter(deadline=deadline), unit, then)
        for by, unit, deadline in _ASKED
    ]
    return [timeliness(store, SCOPE, each, now) for each in asked]


def rows_then(store: Store, then: datetime) -> list[list[Row]]:
    wanted = {"then": round(then.timestamp() * 1000)}
    heads = f"SELECT * FROM ({table_then(store, 'cases', wanted['then'])}) ORDER BY case_id"
    steps = (
        f"SELECT * FROM ({table_then(store, 'steps', wanted['then'])}) ORDER BY case_id, step_id"
    )
    return [store.rows(heads, wanted), store.rows(steps, wanted)]


def rows_now(store: Store) -> list[list[Row]]:
    return [
        store.rows("SELECT * FROM cases ORDER BY case_id"),
        store.rows("SELECT * FROM steps ORDER BY case_id, step_id"),
    ]


def until(messages: Sequence[Kept], then: datetime) -> list[Kept]:
    last = round(then.timestamp() * 1000)
    return [kept for kept in messages if kept.timestamp <= last]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_an_instant_is_answered_as_by_tables_that_had_only_seen_what_came_up_to_it(
    store: Store, data: st.DataObject
) -> None:
    messages = data.draw(logs()).messages
    stamp = data.draw(st.sampled_from(sorted({kept.timestamp for kept in messages})))
    then = datetime.fromtimestamp(stamp / 1000, UTC) + timedelta(
        milliseconds=data.draw(st.integers(-1, 1))
    )
    empty(store)
    fill_calendar(store, published_calendar(), LATER)
    # In any order, some twice: the tables are the same.
    insert(store, data.draw(st.permutations(messages)), messages[::2])
    asked = rows_then(store, then), answers(store, LATER, then)
    empty(store)
    fill_calendar(store, published_calendar(), LATER)
    if known := until(messages, then):
        insert(store, known)
    assert asked == (rows_now(store), answers(store, then))


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(logs())
def test_now_is_answered_as_without_an_instant(store: Store, log: Log) -> None:
    empty(store)
    project(store, log)
    assert rows_then(store, LATER) == rows_now(store)
    assert answers(store, LATER, LATER) == answers(store, LATER)


def figures(store: Store, then: str, deadline: Deadline = "promised") -> tuple[int, ...]:
    asked = TimelinessAsked("organisation", CaseFilter(deadline=deadline), then=at(then))
    rows = {row.key: row for row in timeliness(store, SCOPE, asked, LATER)}
    return _figures(rows[VILLAGE]) if VILLAGE in rows else ()


def _figures(row: Timeliness) -> tuple[int, ...]:
    return (row.accepted, row.completed, row.open, row.open_overdue, row.on_time, row.late)


def corrected_and_completed() -> Life:
    """Accepted on Monday 3 March by 17 March; on the 18th, a day late, corrected to the 19th;
    completed on the 20th."""
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.now = at("2025-03-18 09:00")
    old, new = term(10, "2025-03-17 17:30"), term(10, "2025-03-19 17:30")
    correction = DueDateCorrected(
        clock="promised", old_due_at=old.due_at, old_calendar_version=CALENDAR, term=new, why="停办"
    )
    life.say(correction, by="system", topic="case.review.events.v1")
    life.now = at("2025-03-20 09:00")
    life.say(CaseCompleted(outcome="approved"), by="system")
    return life


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("2025-03-03 09:00", ()),
        ("2025-03-03 12:00", (1, 0, 1, 0, 0, 0)),
        ("2025-03-17 17:30", (1, 0, 1, 0, 0, 0)),
        ("2025-03-17 17:31", (1, 0, 1, 1, 0, 0)),
        ("2025-03-18 09:01", (1, 0, 1, 0, 0, 0)),
        ("2025-03-19 17:31", (1, 0, 1, 1, 0, 0)),
        ("2025-03-20 09:01", (1, 1, 0, 0, 0, 1)),
    ],
)
def test_a_deadline_is_the_one_that_was_known_then(
    store: Store, then: str, expected: tuple[int, ...]
) -> None:
    project(store, corrected_and_completed().log)
    assert figures(store, then) == expected


def test_what_happened_before_and_was_recorded_after_it_is_not_known_yet(store: Store) -> None:
    life = corrected_and_completed()
    late = life.log.messages.pop()
    # Said to have happened on the 20th, and appended an hour later: at 09:30 nobody knew.
    hour = round(timedelta(hours=1).total_seconds() * 1000)
    recorded = Kept(
        late.topic, late.partition, late.offset, late.timestamp + hour, late.key, late.value,
        late.headers,
    )  # fmt: skip
    insert(store, [*life.log.messages, recorded])
    assert figures(store, "2025-03-20 09:30") == (1, 0, 1, 1, 0, 0)
    assert figures(store, "2025-03-20 10:01") == (1, 1, 0, 0, 0, 1)


async def test_figures_are_asked_for_as_of_an_instant(store: Store) -> None:
    project(store, corrected_and_completed().log)
    async with asking(store, at("2025-03-25 09:00")) as client:
        then = await client.get("/v1/timeliness", params={"as_of": "2025-03-18T00:00:00+08:00"})
        now = await client.get("/v1/timeliness")
        wrong = [
            await client.get("/v1/timeliness", params={"as_of": instant})
            for instant in (
                "2025-03-26T12:00:00+08:00",
                "2025-03-04T12:00:00",
                "0001-01-01T00:00:00+14:00",
                "gestern",
            )
        ]
    assert (then.json()["total"]["open_overdue"], now.json()["total"]["late"]) == (1, 1)
    assert then.json()["asked_as_of"] == "2025-03-17T16:00:00.000Z"
    assert now.json()["asked_as_of"] is None
    assert {answer.status_code for answer in wrong} == {422}
    assert {answer.json()["code"] for answer in wrong} == {"request.invalid"}
