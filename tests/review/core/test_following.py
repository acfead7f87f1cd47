"""What becomes of a desk when officers move, delegate or recall a step in routing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.events.base import Event
from schemas.events.review import ClockResumed, StandInNamed, StepReleased, StepYielded
from services.review.core.commands import Command
from services.review.core.commands_of_route import MoveStep, NameStandIn, YieldStep
from services.review.core.view import view
from tests.review.core.situations import (
    COLLEAGUE,
    FULL_ITEM,
    asked,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    heard,
    received,
    release,
    released,
    review,
    step_id,
    taken,
)
from tests.review.core.situations_of_clocks import resume, stopped
from tests.review.core.situations_of_moves import (
    STAND_IN,
    UNIT,
    UNTIL,
    give_up,
    move,
    moved,
    name_stand_in,
    stand_in_named,
    yielded,
)
from tests.review.core.situations_of_results import assess
from tests.support.builders import CASE, COUNTY, HOUSING, later, officer
from tests.support.given import given

WAITING = (received(),)
HELD = (received(), claimed())


@pytest.mark.parametrize("history", [WAITING, HELD])
def test_a_moved_step_lies_with_whom_it_was_moved_to(history: tuple[Event, ...]) -> None:
    given(review, *history).when(move()).then(moved())
    given(review, *history, moved()).when(release()).then_refused("review.not_yours")
    given(review, *history, moved()).when(decide(actor=COLLEAGUE)).then(decided(actor=COLLEAGUE))


def test_a_step_moved_to_an_office_waits_there_for_whoever_claims_it() -> None:
    to_unit = move(officer_id=None, organisation=UNIT)
    given(review, *HELD).when(to_unit).then(moved(officer_id=None, organisation=UNIT))
    there = (*HELD, moved(officer_id=None, organisation=UNIT))
    given(review, *there).when(decide()).then_refused("review.not_claimed")
    of_unit = officer("joint_convener", UNIT, "o-unit")
    given(review, *there).when(claim(actor=of_unit)).then(claimed(actor=of_unit))


def test_a_step_that_was_taken_over_is_closed_by_the_role_of_the_taker() -> None:
    above = officer("township_approver", COUNTY, "o-above")
    by_taker = move(officer_id="o-above", organisation=COUNTY, role="township_approver")
    told = moved(officer_id="o-above", organisation=COUNTY, role="township_approver")
    given(review, *HELD).when(by_taker).then(told)
    given(review, *HELD, told).when(decide()).then_refused("rights.denied")
    given(review, *HELD, told).when(decide(actor=above)).then(
        decided(organisation=COUNTY, actor=above)
    )


def test_a_move_is_followed_once_and_never_backwards() -> None:
    given(review, *HELD, moved()).when(move()).then()
    later_one = moved(officer_id=None, move=2)
    given(review, *HELD, moved(), later_one).when(move()).then()
    given(review, *HELD, moved()).when(move(officer_id=None, move=2)).then(later_one)


def test_a_claim_after_the_move_is_not_undone_by_the_move_told_again() -> None:
    to_queue = moved(officer_id=None)
    again = (*HELD, to_queue, claimed(actor=COLLEAGUE))
    given(review, *again).when(move(officer_id=None)).then()


@pytest.mark.parametrize("follow", [move(), name_stand_in(), give_up()])
def test_a_decision_made_before_wins(follow: MoveStep | NameStandIn | YieldStep) -> None:
    given(review, *HELD, decided()).when(follow).then()


@pytest.mark.parametrize("follow", [move(), name_stand_in(), give_up()])
def test_nobody_moves_a_desk_by_hand(follow: MoveStep | NameStandIn | YieldStep) -> None:
    by_hand = replace(follow, actor=officer("leader", COUNTY))
    given(review, *HELD).when(by_hand).then_refused("rights.denied")


@pytest.mark.parametrize("history", [WAITING, HELD])
@pytest.mark.parametrize("why", ["returned", "uploaded"])
def test_a_recalled_step_is_given_up_undecided(history: tuple[Event, ...], why: str) -> None:
    command = replace(give_up(), why=why)  # type: ignore[arg-type]  # drawn from the same words
    told = StepYielded.model_validate({**yielded().model_dump(), "why": why})
    given(review, *history).when(command).then(told)
    given(review, *history, told).when(command).then()


@pytest.mark.parametrize("act", [claim(), release(), decide(), check(), assess()])
def test_what_was_given_up_is_not_worked_on(act: Command) -> None:
    given(review, *HELD, yielded()).when(act).then_refused("review.already_closed")


def test_a_clock_that_was_stopped_runs_again_when_the_step_is_given_up() -> None:
    history = (received(of=FULL_ITEM), claimed(), stopped())
    told = given(review, *history).when(give_up(at=resume().at)).events
    assert [type(event).__name__ for event in told] == ["ClockResumed", "StepYielded"]
    resumed = told[0]
    assert isinstance(resumed, ClockResumed)
    assert (resumed.result, resumed.officer_id) == ("需补充现场核实", "o-zhao")
    assert resumed.legal is not None


def test_what_is_done_once_more_is_checked_once_more() -> None:
    first = (received(of=FULL_ITEM), checked(), claimed())
    once_more = (received(5, of=FULL_ITEM), claimed(5))
    for why, code in (
        ("returned", "review.not_checked"),
        ("uploaded", "review.surveys_outstanding"),
    ):
        told = StepYielded.model_validate({**yielded().model_dump(), "why": why})
        second = given(review, *first, told, *once_more)
        second.when(decide(number=5)).then_refused(code)


def test_a_department_heard_once_more_is_taken_by_its_later_word() -> None:
    first = (asked(1), taken(1), heard(1, "disagreed"))
    land_again = heard(1, "agreed").model_copy(update={"step_id": step_id(5)})
    received_again = asked(1).model_copy(update={"step_id": step_id(5)})
    second = (*first, received(), yielded(), received_again)
    convened = (received(6), claimed(6))
    given(review, *second, *convened).when(decide(number=6)).then_refused(
        "review.opinions_outstanding"
    )
    given(review, *second, land_again, *convened).when(decide(number=6)).then(decided(number=6))


def test_a_stand_in_claims_and_decides_for_the_absent_one_within_the_time() -> None:
    given(review, *WAITING).when(claim(actor=STAND_IN)).then_refused("rights.denied")
    given(review, *WAITING).when(name_stand_in()).then(stand_in_named())
    named = (*WAITING, stand_in_named())
    given(review, *named).when(name_stand_in()).then()
    for_absent = claimed(actor=STAND_IN).model_copy(update={"acting_for": "o-zhao"})
    given(review, *named).when(claim(actor=STAND_IN)).then(for_absent)
    given(review, *named, for_absent).when(decide(actor=STAND_IN)).then(decided(actor=STAND_IN))


def test_a_stand_in_may_nothing_before_and_nothing_after() -> None:
    named = (*WAITING, stand_in_named())
    for when in (later(0), UNTIL):
        early_or_late = replace(claim(actor=STAND_IN), at=when)
        given(review, *named).when(early_or_late).then_refused("rights.denied")
    other = officer("department_clerk", HOUSING, "o-other")
    given(review, *named).when(claim(actor=other)).then_refused("rights.denied")


def test_what_a_stand_in_holds_when_their_time_is_over_may_be_claimed_by_others() -> None:
    for_absent = claimed(actor=STAND_IN).model_copy(update={"acting_for": "o-zhao"})
    held = given(review, *WAITING, stand_in_named(), for_absent)
    held.when(claim(actor=COLLEAGUE)).then_refused("review.already_claimed", naming="o-zhou")
    held.when(replace(claim(actor=COLLEAGUE), at=UNTIL)).then(claimed(actor=COLLEAGUE))
    own = given(review, *WAITING, stand_in_named(), claimed())
    own.when(replace(claim(actor=COLLEAGUE), at=UNTIL)).then_refused("review.already_claimed")


def test_a_stand_in_claims_what_the_absent_officer_holds_and_nothing_of_others() -> None:
    for_absent = claimed(actor=STAND_IN).model_copy(update={"acting_for": "o-zhao"})
    held = given(review, *HELD, stand_in_named())
    held.when(decide(actor=STAND_IN)).then_refused("review.not_yours")
    held.when(claim(actor=STAND_IN)).then(for_absent)
    held.when(replace(claim(actor=STAND_IN), at=UNTIL)).then_refused("rights.denied")
    held.when(claim(actor=COLLEAGUE)).then_refused("review.already_claimed", naming="o-zhao")
    by_colleague = given(review, *WAITING, claimed(actor=COLLEAGUE), stand_in_named())
    by_colleague.when(claim(actor=STAND_IN)).then_refused("review.already_claimed")


def test_where_another_stands_in_the_former_one_holds_nothing_any_more() -> None:
    for_absent = claimed(actor=STAND_IN).model_copy(update={"acting_for": "o-zhao"})
    held = given(review, *WAITING, stand_in_named(), for_absent)
    again = held.when(name_stand_in(until=UNTIL + timedelta(1)))
    assert [type(event) for event in again.events] == [StandInNamed]
    free, named = held.when(name_stand_in(stand_in="o-new")).events
    assert isinstance(free, StepReleased)
    assert free.officer_id == STAND_IN.officer_id
    now = given(review, *WAITING, stand_in_named(), for_absent, free, named)
    now.when(claim()).then(claimed())


def test_who_may_anyway_acts_for_nobody() -> None:
    named = stand_in_named().model_copy(update={"stand_in": COLLEAGUE.officer_id})
    given(review, *WAITING, named).when(claim(actor=COLLEAGUE)).then(claimed(actor=COLLEAGUE))


def test_a_stand_in_does_not_follow_the_step_to_another_desk() -> None:
    left = (*WAITING, stand_in_named(), moved(officer_id=None, organisation=UNIT))
    given(review, *left).when(claim(actor=STAND_IN)).then_refused("rights.denied")


def test_a_step_tells_its_stand_in() -> None:
    told = view(CASE, given(review, *WAITING, stand_in_named()).state, step_id(4))
    assert told["stand_in"] == {
        "officer_id": "o-zhou",
        "acting_for": "o-zhao",
        "since": "2025-03-03T01:01:00.000Z",
        "until": "2025-03-07T09:30:00.000Z",
    }
    after = view(CASE, given(review, *WAITING, claimed(), released(), yielded()).state, step_id(4))
    assert (after["status"], after["outcome"]) == ("closed", "returned")
