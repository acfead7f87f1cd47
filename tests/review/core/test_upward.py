"""The clocks of a case that lies at the city or province, and what may be issued then."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.results import DeliveryClockStarted
from schemas.events.upward import ClockRestarted, ClockSuspended
from services.review.core.commands import Command
from services.review.core.decide import decider
from services.review.core.state import State
from tests.review.core.situations import (
    FULL,
    checked,
    claimed,
    decide,
    decided,
    received,
    review,
)
from tests.review.core.situations_of_moves import restart, suspend
from tests.review.core.situations_of_results import assessed, issue, paid
from tests.support.builders import at, county, item
from tests.support.given import Given, given

EXTERNAL: Final = {"limit": 15, "unit": "working_days"}
UP_ITEM: Final = item("joint", code="upward", kind="report_up", external=EXTERNAL, **FULL)
UPWARD: Final = decider(county(UP_ITEM))
DECIDED: Final = (received(of=UP_ITEM), checked(), claimed(), decided())


def _suspended(day: str = "2025-03-06 10:00") -> ClockSuspended:
    (told,) = given(UPWARD, *DECIDED).when(suspend(when=at(day))).events
    assert isinstance(told, ClockSuspended)
    return told


def _back(after: Given[State, Command], day: str) -> ClockRestarted:
    told, _ = after.when(restart(when=at(day))).events
    assert isinstance(told, ClockRestarted)
    return told


def test_no_day_at_the_superior_is_the_countys_however_long_it_takes() -> None:
    # Begun on Monday 3 March, ten days promised: 4 and 5 March count, on the 6th it goes up.
    away = _suspended()
    assert away.promised.due_at > at("2026-03-01 17:30")
    up = given(UPWARD, *DECIDED, away)
    # Back on Thursday the 20th, which counts again: eight more, the last on Monday the 31st.
    assert _back(up, "2025-03-20 15:00").promised.due_at == at("2025-03-31 17:30")
    # Half a year later it is the same eight days.
    late = _back(up, "2025-09-15 10:00")
    assert late.promised.due_at == at("2025-09-24 17:30")
    assert not late.promised.provisional


def test_the_result_is_to_be_handed_over_from_the_superiors_consent_on() -> None:
    undecided = given(UPWARD, *DECIDED[:-1]).when(decide())
    assert not any(isinstance(event, DeliveryClockStarted) for event in undecided.events)
    up = given(UPWARD, *DECIDED, _suspended())
    _, running = up.when(restart(when=at("2025-03-20 15:00"))).events
    assert isinstance(running, DeliveryClockStarted)
    # Ten working days after Thursday 20 March.
    assert running.term.due_at == at("2025-04-03 17:30")
    refused = up.when(restart(when=at("2025-03-20 15:00"), outcome="rejected")).events
    assert [type(event) for event in refused] == [ClockRestarted]


def test_the_same_report_and_the_same_result_move_the_clocks_once() -> None:
    away = _suspended()
    up = given(UPWARD, *DECIDED, away)
    up.when(suspend()).then()
    back = _back(up, "2025-03-20 15:00")
    again = given(UPWARD, *DECIDED, away, back)
    again.when(restart()).then()
    again.when(suspend()).then()


def test_a_result_that_comes_before_the_report_was_heard_of_moves_nothing() -> None:
    given(UPWARD, *DECIDED).when(restart()).then()


def test_of_a_case_received_before_its_item_was_told_nothing_moves() -> None:
    old = (received().model_copy(update={"case": None}), claimed(), decided())
    given(review, *old).when(suspend()).then()
    given(review, *old).when(restart()).then()


@pytest.mark.parametrize("outcome", [None, "rejected"])
def test_no_result_is_issued_without_the_superiors_consent(outcome: str | None) -> None:
    history: list[Event] = [*DECIDED, assessed(), paid(), _suspended()]
    if outcome is not None:
        back = _back(given(UPWARD, *history), "2025-03-20 15:00")
        history.append(back.model_copy(update={"outcome": outcome}))
    given(UPWARD, *history).when(issue()).then_refused("review.superior_outstanding")


def test_with_it_the_result_is_issued() -> None:
    history: list[Event] = [*DECIDED, assessed(), paid(), _suspended()]
    history.append(_back(given(UPWARD, *history), "2025-03-20 15:00"))
    assert [type(e).__name__ for e in given(UPWARD, *history).when(issue()).events] == [
        "ResultIssued"
    ]
