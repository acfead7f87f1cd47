"""What review does because of routing's events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from schemas.events.base import ActionRefused, Event
from schemas.events.moves import (
    StepDelegated,
    StepRecalled,
    StepTakenOver,
    StepTransferred,
)
from schemas.events.routing import CaseCompleted, StepOpened
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from services.kernel.reaction import Reaction
from services.review.core.react import react
from tests.review.core.situations import TERM, receive, step_id
from tests.review.core.situations_of_moves import (
    UNTIL,
    give_up,
    move,
    name_stand_in,
    restart,
    suspend,
)
from tests.support.builders import COUNTY, HOUSING, VILLAGE, county, envelope, later, system, term
from tests.support.given import off_the_log

FACTS = county()
OPENED = StepOpened(
    step_id=step_id(4),
    number=4,
    stage=2,
    title="牵头部门决定",
    organisation=HOUSING,
    duty="decide",
    role="joint_convener",
    item_code="joint",
    term=TERM,
    legal=term(20, "2025-03-31 17:30"),
    promised=term(10, "2025-03-17 17:30"),
    item_version=1,
    accepted_by=VILLAGE,
)


def test_an_opened_step_comes_to_the_desk_with_the_deadline_it_was_given() -> None:
    assert react(envelope(OPENED), FACTS) == [Reaction("review.receive_step", receive())]


WHERE: Final[dict[str, Any]] = {"step_id": step_id(4), "number": 4, "organisation": HOUSING}
MOVE: Final[dict[str, Any]] = {"move": 1, "moved_at": later(), "reason": "转办"}
TRANSFERRED: Final = StepTransferred(
    **WHERE, **MOVE, to_organisation=HOUSING, officer_id="o-zhao", to_officer="o-qian"
)
TAKEN_OVER: Final = StepTakenOver(
    **WHERE, **MOVE, to_organisation=COUNTY, officer_id="o-above", role="township_approver"
)
DELEGATED: Final = StepDelegated(
    **WHERE,
    officer_id="o-qian",
    absent="o-zhao",
    stand_in="o-zhou",
    role="joint_convener",
    since=later(),
    until=UNTIL,
    reason="出差",
)
RECALLED: Final = StepRecalled(
    **WHERE, why="returned", officer_id="o-zhao", reason="需补充现场核实"
)


def test_a_step_that_was_handed_over_is_moved_on_its_desk() -> None:
    assert react(envelope(TRANSFERRED, later()), FACTS) == [Reaction("review.move_step", move())]


def test_a_step_that_was_taken_over_goes_to_the_taker_with_their_role() -> None:
    expected = move(
        officer_id="o-above", organisation=COUNTY, role="township_approver", actor=system(COUNTY)
    )
    assert react(envelope(TAKEN_OVER, later()), FACTS) == [Reaction("review.move_step", expected)]


def test_a_delegation_names_the_stand_in_on_the_desk() -> None:
    expected = Reaction("review.name_stand_in", name_stand_in())
    assert react(envelope(DELEGATED, later()), FACTS) == [expected]


def test_a_recalled_step_is_to_be_given_up() -> None:
    expected = Reaction("review.yield_step", give_up())
    assert react(envelope(RECALLED, later(3)), FACTS) == [expected]


REPORTED: Final = CaseReportedUp(
    step_id=step_id(4), organisation=HOUSING, officer_id="o-zhao", external=TERM
)
HEARD: Final = ExternalResultRecorded(
    step_id=step_id(4),
    organisation=HOUSING,
    officer_id="o-zhao",
    authority="恩施州住建局",
    document_number="州建〔2025〕7号",
    decided_on=date(2025, 3, 19),
    received_at=later(4),
    outcome="approved",
)


def test_a_case_that_goes_up_has_its_clocks_suspended_and_back_they_run_again() -> None:
    up, back = envelope(REPORTED, later(4)), envelope(HEARD, later(4))
    assert react(up, FACTS) == [Reaction("review.suspend_clock", suspend())]
    assert react(back, FACTS) == [Reaction("review.restart_clock", restart(when=later(4)))]


@pytest.mark.parametrize("untold", ["item_version", "accepted_by"])
def test_a_step_opened_before_the_item_was_told_comes_without_its_case(untold: str) -> None:
    before = OPENED.model_copy(update={untold: None})
    expected = replace(receive(), case=None)
    assert react(envelope(before), FACTS) == [Reaction("review.receive_step", expected)]


@pytest.mark.parametrize(
    "event",
    [
        CaseCompleted(outcome="approved"),
        ActionRefused(action="routing.close_step", code="routing.step_unknown", detail="没有"),
    ],
)
def test_other_events_do_not_concern_review(event: Event) -> None:
    assert react(envelope(event), FACTS) == ()


@pytest.mark.parametrize(
    "event", [OPENED, TRANSFERRED, TAKEN_OVER, DELEGATED, RECALLED, REPORTED, HEARD]
)
def test_the_same_event_always_gives_the_same_command(event: Event) -> None:
    (first,), (second,) = react(envelope(event), FACTS), react(envelope(event), county())
    assert first == second
    assert off_the_log(first.command) == second.command
