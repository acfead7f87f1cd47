"""停表: the clock stands still for an announced procedure, at most for its days (ALL 45)."""

from __future__ import annotations

from typing import Any

from tests.review.core.situations import (
    COLLEAGUE,
    FULL_ITEM,
    REMEDY,
    checked,
    claimed,
    decide,
    decided,
    heard,
    opine,
    received,
    release,
    released,
    review,
    reviewer,
    step_id,
    taken,
)
from tests.review.core.situations_of_clocks import resume, resumed, stop, stopped
from tests.review.core.situations_of_consulting import SURVEYED
from tests.review.core.situations_of_results import to_deliver
from tests.support.builders import LAND, MONDAY, WATER, at, term
from tests.support.given import given

TAKEN = (received(of=FULL_ITEM), checked(), claimed())
CONSULTED = (received(1, LAND, "opinion", FULL_ITEM), taken(1))
WEDNESDAY = at("2025-03-05 10:00")
RUNS_AGAIN = at("2025-03-10 00:00")
BY_LAND: dict[str, Any] = {"step_id": step_id(1), "organisation": LAND, "officer_id": "o-land"}


def test_a_stop_moves_every_deadline_as_if_it_took_all_of_its_days() -> None:
    # Stopped on Monday, 5 days announced: 3 to 7 March are out, then 10 to 12 count; the legal
    # limit moves by four closes past 31 March, over Qingming (4 to 6 April).
    given(review, *TAKEN).when(stop()).then(stopped())


def test_a_resume_gives_back_the_days_that_were_not_needed() -> None:
    # The day of a resume counts: 5, 6 and 7 March.
    given(review, *TAKEN, stopped()).when(resume(WEDNESDAY)).then(resumed())


def test_a_procedure_that_the_item_does_not_list_stops_nothing() -> None:
    given(review, *TAKEN).when(stop(procedure="hearing")).then_refused(
        "review.procedure_not_allowed", naming="hearing"
    )
    plain = given(review, received(), claimed())
    plain.when(stop()).then_refused("review.procedure_not_allowed", naming="survey")


def test_no_more_days_are_announced_than_the_item_allows() -> None:
    given(review, *TAKEN).when(stop(6)).then_refused("review.procedure_cap_exceeded", naming="5")


def test_the_days_of_several_stops_for_one_procedure_are_added_up() -> None:
    again = given(review, *TAKEN, stopped(), resumed())
    again.when(stop(1, at=WEDNESDAY)).then_refused("review.procedure_cap_exceeded", naming="0")
    # Testing has days of its own: 5 March to 18 March are out, 19, 20 and 21 count.
    (second,) = again.when(stop(10, "testing", at=WEDNESDAY)).events
    assert getattr(second, "term", None) == term(3, "2025-03-21 17:30")
    assert getattr(second, "runs_again_at", None) == at("2025-03-19 00:00")


def test_a_clock_is_stopped_once_at_a_time() -> None:
    held = given(review, *TAKEN, stopped())
    held.when(stop()).then()
    held.when(stop(2, "testing", at=WEDNESDAY)).then_refused(
        "review.clock_already_stopped", naming="survey"
    )
    held.when(stop(2, "testing")).then_refused("review.clock_already_stopped")


def test_a_stop_ends_by_itself_with_its_announced_days() -> None:
    held = given(review, *TAKEN, stopped())
    held.when(resume(RUNS_AGAIN)).then_refused("review.clock_not_stopped")
    (second,) = held.when(stop(1, "testing", at=RUNS_AGAIN)).events
    assert getattr(second, "term", None) == term(3, "2025-03-13 17:30")


def test_what_runs_cannot_be_resumed() -> None:
    given(review, *TAKEN).when(resume()).then_refused("review.clock_not_stopped")
    running = given(review, *TAKEN, stopped(), resumed())
    running.when(resume(WEDNESDAY)).then()
    running.when(resume(at("2025-03-06 10:00"))).then_refused("review.clock_not_stopped")


def test_nothing_is_decided_while_its_procedure_is_under_way() -> None:
    held = given(review, *TAKEN, stopped())
    for decision in (decide(), decide("rejected", remedy=REMEDY)):
        held.when(decision).then_refused("review.clock_stopped", naming="survey")
    asked = given(review, *CONSULTED, stopped(**BY_LAND))
    asked.when(opine(1)).then_refused("review.clock_stopped")
    given(review, *TAKEN, *SURVEYED, stopped(), resumed()).when(decide()).then(
        decided(), to_deliver()
    )


def test_only_the_claimant_stops_and_resumes() -> None:
    given(review, *TAKEN).when(stop(actor=COLLEAGUE)).then_refused("review.not_yours")
    held = given(review, *TAKEN, stopped())
    held.when(resume(actor=COLLEAGUE)).then_refused("review.not_yours")
    handed_on = given(review, *TAKEN, stopped(), released(), claimed(actor=COLLEAGUE))
    by_colleague = {"officer_id": COLLEAGUE.officer_id}
    handed_on.when(resume(WEDNESDAY, actor=COLLEAGUE)).then(
        resumed().model_copy(update=by_colleague)
    )


def test_over_parallel_steps_the_clocks_of_the_case_run_on() -> None:
    alone = ("2025-03-12 17:30", None, None)
    both = given(review, *CONSULTED, received(2, WATER, "opinion", FULL_ITEM))
    at_land = stop(number=1, actor=reviewer(LAND))
    both.when(at_land).then(stopped(due=alone, **BY_LAND))
    after = given(review, *CONSULTED, received(2, WATER, "opinion", FULL_ITEM), taken(2), heard(2))
    after.when(at_land).then(stopped(**BY_LAND))
    # What one step took alone moves no deadline of the case afterwards: nine closes are out.
    later_step = (stopped(due=alone, **BY_LAND), heard(1), received(of=FULL_ITEM), claimed())
    (last,) = given(review, *CONSULTED, *later_step).when(stop(10, "testing")).events
    assert getattr(last, "legal", None) == term(20, "2025-04-14 17:30")


def test_a_stop_of_an_earlier_step_stays_in_the_deadlines_of_the_case() -> None:
    history = (*CONSULTED, stopped(**BY_LAND), heard(1), received(of=FULL_ITEM), claimed())
    (second,) = given(review, *history).when(stop(1, "testing", at=RUNS_AGAIN)).events
    assert getattr(second, "legal", None) == term(20, "2025-04-08 17:30")
    assert getattr(second, "term", None) == term(3, "2025-03-06 17:30")


def test_a_clock_whose_machine_is_a_little_behind_stops_no_earlier_than_it_started() -> None:
    given(review, *TAKEN).when(stop(at=at("2025-03-03 08:59"))).then(stopped(MONDAY))
    behind = stopped(WEDNESDAY)
    (back,) = given(review, *TAKEN, behind).when(resume(at("2025-03-05 09:59"))).events
    assert getattr(back, "resumed_at", None) == WEDNESDAY


def test_a_step_received_before_the_item_was_told_cannot_be_stopped() -> None:
    untold = received().model_copy(update={"case": None})
    held = given(review, untold, claimed())
    held.when(stop()).then_refused("review.item_not_recorded")
    held.when(resume()).then_refused("review.item_not_recorded")


def test_releasing_a_stopped_step_leaves_it_stopped() -> None:
    given(review, *TAKEN, stopped()).when(release()).then(released())
