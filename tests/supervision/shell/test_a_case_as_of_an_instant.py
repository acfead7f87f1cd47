"""One case as of an instant: clocks, verdicts, later corrections, and whose each day was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, cast

import httpx2
import pytest
from fastapi import FastAPI

from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockStopped
from schemas.events.routing import CaseCompleted
from schemas.values import Term
from services.kernel.actor import Actor, Held
from services.kernel.reference_book import ReferenceBook
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.settings import Settings
from services.runtime.tokens import SignedInOfficer
from services.supervision.shell import api_cases, api_figures
from services.supervision.shell.answers import Reading, look
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.past import past_clocks, past_steps, shares_of
from services.supervision.shell.projecting import Tables
from services.supervision.shell.queries import Scope
from services.supervision.shell.queries_cases import WholeCase, whole_case
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, case_id, closed, opened
from tests.support.builders import COUNTY, FORESTRY, HOUSING, LAND, at, county, term
from tests.support.published_calendars import AMENDED, CALENDAR

pytestmark = pytest.mark.engine
CASE: Final = case_id(1)
PROMISED_STOPPED: Final = term(10, "2025-03-19 17:30")
PROMISED_AMENDED: Final = term(10, "2025-03-21 17:30", calendar_version=AMENDED)
BOOK: Final = cast(ReferenceBook, county())


def stopped_and_corrected() -> Life:
    """Accepted on Monday 3 March, ten days promised; stopped on Tuesday at ten for two days; on
    Wednesday evening the county says that it will be shut on Thursday and Friday; done on the
    20th."""
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.say(opened(CASE, 1, HOUSING), by="system")
    life.now = at("2025-03-04 10:00")
    life.say(
        ClockStopped(
            step_id=f"{CASE}.1",
            organisation=HOUSING,
            officer_id="o-wang",
            term=term(3, "2025-03-10 17:30"),
            legal=term(20, "2025-04-02 17:30"),
            promised=PROMISED_STOPPED,
            procedure="survey",
            announced_days=2,
            notice_number="KC-1",
            stopped_at=life.now,
            runs_again_at=at("2025-03-06 00:00"),
        )
    )
    life.now = at("2025-03-05 18:00")
    life.say(correction(PROMISED_STOPPED, PROMISED_AMENDED), topic="case.review.events.v1")
    life.now = at("2025-03-20 09:00")
    life.say(closed(CASE, 1, HOUSING), by="system")
    life.now = at("2025-03-20 09:00")
    life.say(CaseCompleted(outcome="approved"), by="system")
    return life


def correction(old: Term, new: Term) -> DueDateCorrected:
    return DueDateCorrected(
        clock="promised",
        old_due_at=old.due_at,
        old_calendar_version=CALENDAR,
        term=new,
        why="2025-03-06 停办",
    )


def known(store: Store, life: Life) -> WholeCase:
    project(store, life.log)
    found = whole_case(store, CASE)
    assert found is not None
    return found


def promised(store: Store, life: Life, now: str) -> dict[str, Any]:
    clocks = past_clocks(county(), known(store, life).trace, at(now))
    return next(clock for clock in clocks if clock["clock"] == "promised")


@pytest.mark.parametrize(
    ("now", "due", "verdict", "later"),
    [
        ("2025-03-03 17:30", "2025-03-17 17:30", "open", 1),
        ("2025-03-04 12:00", "2025-03-19 17:30", "open", 1),
        ("2025-03-06 12:00", "2025-03-21 17:30", "open", 0),
        ("2025-03-20 12:00", "2025-03-21 17:30", "in_time", 0),
    ],
)
def test_a_clock_is_told_as_it_was_known_at_that_instant(
    store: Store, now: str, due: str, verdict: str, later: int
) -> None:
    clock = promised(store, stopped_and_corrected(), now)
    assert (clock["due_at"], clock["verdict"]) == (at(due), verdict)
    assert len(clock["corrected_later"]) == later
    assert clock["explanation"]
    for corrected in clock["corrected_later"]:
        assert (corrected["due_at"], corrected["why"]) == (
            at("2025-03-21 17:30"),
            "2025-03-06 停办",
        )


def test_what_was_late_then_stays_late_whatever_is_corrected_afterwards(store: Store) -> None:
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.now = at("2025-03-18 09:00")
    life.say(CaseCompleted(outcome="approved"), by="system")
    life.now = at("2025-03-18 10:00")
    late = term(10, "2025-03-17 17:30")
    amended = term(10, "2025-03-19 17:30", calendar_version=AMENDED)
    life.say(correction(late, amended), topic="case.review.events.v1")
    assert promised(store, life, "2025-03-17 17:30")["verdict"] == "open"
    assert promised(store, life, "2025-03-17 17:31")["verdict"] == "open_overdue"
    for now in ("2025-03-18 09:00", "2025-03-25 09:00"):
        assert promised(store, life, now)["verdict"] == "late"


def test_before_its_acceptance_only_the_answer_s_clock_runs(store: Store) -> None:
    trace = known(store, stopped_and_corrected()).trace
    assert [c["clock"] for c in past_clocks(county(), trace, at("2025-03-03 09:30"))] == ["answer"]
    assert past_clocks(county(), trace, at("2025-03-03 08:59")) == []
    accepted = past_clocks(county(), trace, at("2025-03-20 12:00"))
    assert {c["clock"]: c["verdict"] for c in accepted} == {
        "answer": "in_time",
        "legal": "in_time",
        "promised": "in_time",
        "step": "late",
    }


def test_a_step_shows_nothing_that_came_later(store: Store) -> None:
    steps = known(store, stopped_and_corrected()).steps
    (step,) = past_steps(steps, at("2025-03-10 09:00"))
    assert (step["closed_at"], step["outcome"], step["closed_by"]) == (None, "", "")
    (step,) = past_steps(steps, at("2025-03-20 09:00"))
    assert step["outcome"] == "approved"
    assert past_steps(steps, at("2025-03-03 09:30")) == []


def parallel() -> Life:
    """Land and forestry are asked on Monday; land answers on Wednesday, forestry on Friday."""
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    asking = life.now
    for number, where in ((1, LAND), (2, FORESTRY)):
        life.now = asking
        life.say(opened(CASE, number, where, stage=1, duty="opinion"), by="system")
    for number, where, when in ((1, LAND, "2025-03-05 12:00"), (2, FORESTRY, "2025-03-07 18:00")):
        life.now = at(when)
        life.say(closed(CASE, number, where, "agreed"), by="system")
    return life


def test_a_day_of_parallel_steps_is_laid_to_those_who_held_them(store: Store) -> None:
    shares = shares_of(county(), known(store, parallel()).trace, at("2025-03-10 09:00"))
    assert shares is not None
    assert shares["counted"] == 4  # Tuesday to Friday
    assert shares["by_organisation"] == [
        {"organisation": FORESTRY, "days": 3.5},
        {"organisation": LAND, "days": 0.5},
    ]
    assert [len(day["organisations"]) for day in shares["days"]] == [2, 1, 1, 1]
    early = shares_of(county(), known(store, parallel()).trace, at("2025-03-03 12:00"))
    assert early is not None
    assert (early["counted"], early["days"]) == (0, [])


@asynccontextmanager
async def asking(store: Store, fresh_at: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    fresh = Freshness(Health(), shown=False)
    fresh.as_of = fresh_at
    inspector = Actor("o-chen", COUNTY, (Held(COUNTY, "inspector"),))
    officer = SignedInOfficer(inspector, CASE, fresh_at)
    scope = Scope((COUNTY,), imported=True)
    reading = Reading(Tables(store, fresh, Changes()), ReferenceBook(), officer, scope, fresh_at)
    app = create_app(
        "supervision", Settings(), Health(), nothing, (api_cases.router, api_figures.router)
    )
    app.dependency_overrides[look] = lambda: reading
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hall") as client:
        yield client


async def test_a_case_is_asked_for_as_of_an_instant(store: Store) -> None:
    project(store, stopped_and_corrected().log)
    async with asking(store, at("2025-03-25 09:00")) as client:
        then = (
            await client.get(f"/v1/cases/{CASE}", params={"as_of": "2025-03-04T12:00:00+08:00"})
        ).json()
        now = (await client.get(f"/v1/cases/{CASE}")).json()
        future = await client.get(
            f"/v1/cases/{CASE}", params={"as_of": "2025-03-26T12:00:00+08:00"}
        )
        naive = await client.get(f"/v1/cases/{CASE}", params={"as_of": "2025-03-04T12:00:00"})
        early = await client.get(f"/v1/cases/{CASE}", params={"as_of": "0001-01-01T00:00:00+14:00"})
    assert then["asked_as_of"] == "2025-03-04T04:00:00.000Z"
    due = {clock["clock"]: clock["due_at"] for clock in then["clocks"]}
    assert due["promised"] == "2025-03-19T09:30:00.000Z"
    assert all(act["occurred_at"] <= then["asked_as_of"] for act in then["trace"])
    assert then["steps"][0]["closed_at"] is None
    assert len(now["trace"]) > len(then["trace"])
    assert "shares" in now
    assert {future.status_code, naive.status_code, early.status_code} == {422}
