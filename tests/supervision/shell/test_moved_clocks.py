"""Deadlines that review has moved, in lists, in one case, and explained day by day."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockExtended, ClockResumed, ClockStopped
from services.supervision.shell.clocks import explained_clocks
from services.supervision.shell.queries import CaseFilter, Scope
from services.supervision.shell.queries_cases import list_cases, whole_case
from services.supervision.shell.queries_timeliness import TimelinessAsked, timeliness
from services.supervision.shell.store.engine import Store
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life, case_id
from tests.support.builders import COUNTY, HOUSING, at, county, term

pytestmark = pytest.mark.engine
SCOPE = Scope((COUNTY,), imported=True)
STEP = f"{case_id(1)}.1"


def moved(**changes: Any) -> dict[str, Any]:
    """The fields that every move has: nothing is moved that is not named."""
    fields = {"step_id": STEP, "organisation": HOUSING, "officer_id": "o-wang"}
    return {**fields, "term": None, "legal": None, "promised": None, **changes}


def stopped(**changes: Any) -> ClockStopped:
    """Stopped on Tuesday at ten for two announced days: that one and Wednesday."""
    told = {"procedure": "survey", "announced_days": 2, "notice_number": "KC-1"}
    times = {"stopped_at": at("2025-03-04 10:00"), "runs_again_at": at("2025-03-05 17:30")}
    return ClockStopped(**moved(**changes), **told, **times)


def opened_case() -> Life:
    """Accepted on Monday 2025-03-03, ten days promised; one step open."""
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.work(1, "release")
    return life


def deadlines(store: Store) -> tuple[Any, Any, Any]:
    """Promised and legal by the list, and that of the step."""
    (case,) = list_cases(store, SCOPE, CaseFilter(), at("2025-03-20 10:00")).items
    found = whole_case(store, case.case_id)
    assert found is not None
    assert case.due_at == case.promised_due_at == found.clocks["promised"].due_at
    assert case.legal_due_at == found.clocks["legal"].due_at
    return case.promised_due_at, case.legal_due_at, found.steps[0].due_at


def test_a_stop_moves_what_it_names_and_leaves_the_rest(store: Store) -> None:
    life = opened_case()
    life.say(stopped(term=term(3, "2025-03-10 17:30"), promised=term(10, "2025-03-19 17:30")))
    project(store, life.log)
    assert deadlines(store) == (
        at("2025-03-19 17:30"),
        at("2025-03-31 17:30"),
        at("2025-03-10 17:30"),
    )


def test_the_latest_move_holds_in_whatever_order_it_comes(store: Store) -> None:
    life = opened_case()
    life.say(stopped(legal=term(20, "2025-04-02 17:30"), promised=term(10, "2025-03-19 17:30")))
    resumed = moved(legal=term(20, "2025-04-01 17:30"))
    life.say(
        ClockResumed(
            **resumed,
            procedure="survey",
            resumed_at=at("2025-03-05 09:00"),
            result="位置属实",
        )
    )
    extended = moved(legal=term(30, "2025-04-16 17:30"))
    life.say(
        ClockExtended(**extended, days=10, granted_at=at("2025-03-06 09:00"), reasons="情况复杂")
    )
    messages: list[Kept] = life.log.messages
    insert(store, messages[::-1], messages[4:])
    assert deadlines(store)[:2] == (at("2025-03-19 17:30"), at("2025-04-16 17:30"))


@pytest.mark.parametrize(("clock", "place"), [("promised", 0), ("legal", 1), ("step", 2)])
def test_a_corrected_calendar_moves_the_clock_it_names(
    store: Store, clock: str, place: int
) -> None:
    life = opened_case()
    project(store, life.log)
    before = deadlines(store)
    corrected = DueDateCorrected.model_validate(
        {
            "clock": clock,
            "step_id": STEP if clock == "step" else None,
            "old_due_at": before[place],
            "old_calendar_version": "2025.1",
            "term": term(10, "2025-03-27 17:30"),
            "why": "2025-03-10 停办",
        }
    )
    life.say(corrected, topic="case.review.events.v1")
    insert(store, life.log.messages[-1:], first=2)
    after = deadlines(store)
    assert after[place] == at("2025-03-27 17:30")
    assert [a == b for a, b in zip(after, before, strict=True)].count(False) == 1


def test_a_case_that_was_stopped_is_judged_by_its_moved_promise(store: Store) -> None:
    life = opened_case()
    life.say(stopped(promised=term(10, "2025-03-19 17:30")))
    project(store, life.log)
    for now, overdue in (("2025-03-18 09:00", 0), ("2025-03-20 09:00", 1)):
        (row,) = timeliness(store, SCOPE, TimelinessAsked("organisation"), at(now))
        assert (row.open, row.open_overdue) == (1, overdue), now


def explained(store: Store, now: str) -> dict[str, dict[str, Any]]:
    """The clocks of the one case by name, each day of theirs by its date."""
    found = whole_case(store, case_id(1))
    assert found is not None
    return {
        clock["clock"]: {
            **clock,
            "days": {str(day["day"]): day["why"] for day in clock["explanation"]},
        }
        for clock in explained_clocks(county(), found, at(now))
    }


def test_the_explanation_takes_the_announced_days_out_and_ends_on_the_moved_day(
    store: Store,
) -> None:
    life = opened_case()
    life.say(
        stopped(
            term=term(3, "2025-03-10 17:30"),
            promised=term(10, "2025-03-19 17:30"),
            legal=term(20, "2025-04-02 17:30"),
        )
    )
    project(store, life.log)
    for now, counted in (("2025-03-10 17:30", 3), ("2025-03-19 17:30", 10)):
        clocks = explained(store, now)
        assert {clock["counted"] for clock in clocks.values()} == {counted}
    days = clocks["promised"]["days"]
    assert [days[f"2025-03-0{day}"] for day in (3, 4, 5, 6)] == [
        "start_day",
        "stopped",
        "stopped",
        "capped",
    ]
    assert clocks["promised"]["remaining"] == 0
    assert clocks["promised"]["due_at"] == at("2025-03-19 17:30")


def test_where_other_steps_went_on_a_stop_is_in_the_explanation_of_its_step_only(
    store: Store,
) -> None:
    life = opened_case()
    life.say(stopped(term=term(3, "2025-03-07 17:30")))
    life.say(
        ClockResumed(
            **moved(term=term(3, "2025-03-07 17:30")),
            procedure="survey",
            resumed_at=at("2025-03-05 09:00"),
            result="位置属实",
        )
    )
    project(store, life.log)
    clocks = explained(store, "2025-03-07 17:30")
    assert {name: clock["counted"] for name, clock in clocks.items()} == {
        "legal": 4,
        "promised": 4,
        "step": 3,
    }
    # Resumed on Wednesday morning: that day counts again.
    assert clocks["step"]["days"]["2025-03-04"] == "stopped"
    assert clocks["step"]["days"]["2025-03-05"] != "stopped"


def test_no_day_at_a_higher_authority_is_the_countys_in_figures_and_in_the_explanation(
    store: Store,
) -> None:
    life = opened_case()
    life.now = at("2025-03-06 10:00")
    life.report_up()
    life.now = at("2025-03-20 15:00")
    away = len(life.log.messages)
    life.hear_from_above()
    insert(store, life.log.messages[:away])
    (row,) = timeliness(store, SCOPE, TimelinessAsked("organisation"), at("2025-04-20 09:00"))
    assert (row.open, row.open_overdue) == (1, 0)
    standing = explained(store, "2025-03-19 12:00")["promised"]
    assert (standing["counted"], standing["stopped"], standing["remaining"]) == (2, True, 8)
    insert(store, life.log.messages[away:], first=2)
    assert deadlines(store)[0] == at("2025-03-31 17:30")
    back = explained(store, "2025-03-31 17:30")["promised"]
    assert (back["counted"], back["stopped"]) == (10, False)
    assert [back["days"][f"2025-03-{day:02}"] for day in (5, 6, 19, 20)] == [
        "counted",
        "stopped",
        "stopped",
        "counted",
    ]


def correction_of(clock: str, due: str, **changes: Any) -> DueDateCorrected:
    return DueDateCorrected.model_validate(
        {
            "clock": clock,
            "old_due_at": at("2025-03-10 17:30"),
            "old_calendar_version": "2025.1",
            "term": term(5, due),
            "why": "2025-03-06 停办",
            **changes,
        }
    )


def test_a_corrected_answer_is_due_later_in_lists_and_in_the_case(store: Store) -> None:
    life = Life(Log(), 1)
    life.submit()
    life.say(correction_of("answer", "2025-03-12 17:30"), topic="case.intake.events.v1")
    insert(store, life.log.messages[::-1], life.log.messages)
    (case,) = list_cases(store, SCOPE, CaseFilter(), at("2025-03-20 10:00")).items
    found = whole_case(store, case.case_id)
    assert found is not None
    assert case.answer_due_at == case.due_at == at("2025-03-12 17:30")
    assert found.clocks["answer"].due_at == at("2025-03-12 17:30")


@pytest.mark.parametrize("clock", ["opinion", "delivery"])
def test_a_correction_of_a_clock_that_an_act_has_set_leaves_that_of_its_step(
    store: Store, clock: str
) -> None:
    life = opened_case()
    project(store, life.log)
    before = deadlines(store)
    corrected = correction_of(clock, "2025-03-27 17:30", step_id=STEP, organisation=HOUSING)
    life.say(corrected, topic="case.review.events.v1")
    insert(store, life.log.messages[-1:], first=2)
    assert deadlines(store) == before
