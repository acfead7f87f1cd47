"""The clocks that acts have set, as a trace tells of them: set, corrected, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.results import (
    DeliveryClockStarted,
    ResultDelivered,
    ResultIssued,
    ResultRevoked,
)
from schemas.events.review import MeetingConvened, OpinionAnswered, OpinionRequested, StepDecided
from schemas.events.routing import CaseCompleted
from schemas.values import ClockName, Term
from services.supervision.core.told_clocks import Told, ToldClock, told_clocks
from tests.support.builders import CASE, HOUSING, LAND, MONDAY, VILLAGE, WATER, at, later, term

STEP: Final = f"{CASE}.4"
BY: Final = {"step_id": STEP, "organisation": HOUSING, "officer_id": "o-zhao"}
THREE: Final = term(3, "2025-03-06 17:30")
TEN: Final = term(10, "2025-03-17 17:30")
DECIDED: Final = StepDecided(**BY, outcome="approved", reasons="符合条件")
BEGUN: Final = DeliveryClockStarted(step_id=STEP, organisation=HOUSING, term=TEN)
COMPLETED: Final = CaseCompleted(outcome="approved")
ISSUED: Final = ResultIssued(
    **BY,
    document_number="D1",
    name="批准书",
    issued_at=later(),
    valid_from=date(2025, 3, 3),
    valid_until=None,
)
DELIVERED: Final = ResultDelivered(
    **{**BY, "organisation": VILLAGE},
    delivery="village",
    delivered_at=later(),
    received_by="applicant",
)
REVOKED: Final = ResultRevoked(
    **BY,
    document_number="D1",
    how="revoked",
    grounds="欺骗",
    basis="第六十九条",
    notice_number="撤1",
    revoked_at=later(),
)


def asked(organisation: str) -> OpinionRequested:
    return OpinionRequested(**BY, asked=organisation, question="是否在规划内", term=THREE)


def answered(organisation: str) -> OpinionAnswered:
    told = {**BY, "organisation": organisation}
    return OpinionAnswered(**told, opinion="agreed", reasons="符合规划")


def corrected(clock: ClockName, organisation: str, old: Term, due: str) -> DueDateCorrected:
    return DueDateCorrected(
        clock=clock,
        step_id=STEP,
        organisation=organisation,
        old_due_at=old.due_at,
        old_calendar_version=old.calendar_version,
        term=old.model_copy(update={"due_at": at(due), "calendar_version": "2025.2"}),
        why="停办",
    )


def told(*events: Event) -> dict[tuple[str, str], ToldClock]:
    """Each event a minute after the one before."""
    trace = [Told(later(minute), event) for minute, event in enumerate(events)]
    return {(clock.clock, clock.organisation): clock for clock in told_clocks(trace)}


def ended(*events: Event) -> dict[tuple[str, str], datetime | None]:
    return {whose: clock.ended_at for whose, clock in told(*events).items()}


def test_each_department_that_was_asked_has_a_clock_of_its_own() -> None:
    both = (asked(LAND), asked(WATER))
    assert ended(*both, answered(WATER)) == {("opinion", LAND): None, ("opinion", WATER): later(2)}
    moved = told(*both, corrected("opinion", LAND, THREE, "2025-03-10 17:30"))
    assert moved["opinion", LAND].term.due_at == at("2025-03-10 17:30")
    assert moved["opinion", WATER].term == THREE
    (correction,) = moved["opinion", LAND].corrections
    assert (correction.old_due_at, correction.due_at) == (THREE.due_at, at("2025-03-10 17:30"))


def test_a_decision_ends_what_departments_were_asked_a_forwarding_does_not() -> None:
    assert ended(asked(LAND), DECIDED) == {("opinion", LAND): later(1)}
    passed_on = DECIDED.model_copy(update={"outcome": "forwarded"})
    assert ended(asked(LAND), passed_on) == {("opinion", LAND): None}
    convened = MeetingConvened(
        **BY, departments=(LAND,), planned_at=at("2025-03-05 09:00"), subject="用地"
    )
    assert ended(asked(LAND), convened) == {("opinion", LAND): later(1)}


@pytest.mark.parametrize("end", [DELIVERED, REVOKED])
def test_the_delivery_outlasts_the_case_and_ends_with_the_result_in_hand(end: Event) -> None:
    begun = (DECIDED, BEGUN, COMPLETED, ISSUED)
    assert ended(*begun) == {("delivery", HOUSING): None}
    moved = (*begun, corrected("delivery", HOUSING, TEN, "2025-03-19 17:30"))
    clock = told(*moved, end)["delivery", HOUSING]
    assert (clock.first, clock.term.due_at) == (TEN, at("2025-03-19 17:30"))
    assert (clock.step_id, clock.ended_at) == (STEP, later(5))
    assert clock.calendars == ((later(4), "2025.2"),)
    assert later(4) > MONDAY
