"""认领: one officer answers for a step."""

from __future__ import annotations

from tests.review.core.situations import (
    COLLEAGUE,
    CONVENER,
    asked,
    claim,
    claimed,
    decide,
    decided,
    opine,
    receive,
    received,
    release,
    released,
    review,
    step_id,
)
from tests.support.builders import COUNTY, HOUSING, LAND, officer
from tests.support.given import given

COUNTER = officer("department_clerk", LAND, "o-land")


def test_a_step_waits_for_whoever_claims_it() -> None:
    given(review).when(receive()).then(received())
    given(review, received()).when(claim()).then(claimed())


def test_a_step_received_twice_lies_there_once() -> None:
    given(review, received()).when(receive()).then()
    given(review, received(), claimed()).when(receive()).then()


def test_the_second_to_claim_is_told_who_was_first() -> None:
    given(review, received(), claimed()).when(claim(actor=COLLEAGUE)).then_refused(
        "review.already_claimed", naming=CONVENER.officer_id
    )


def test_claiming_ones_own_step_again_changes_nothing() -> None:
    given(review, received(), claimed()).when(claim()).then()


def test_a_released_step_can_be_claimed_by_a_colleague() -> None:
    given(review, received(), claimed()).when(release()).then(released())
    given(review, received(), claimed(), released()).when(claim(actor=COLLEAGUE)).then(
        claimed(actor=COLLEAGUE)
    )


def test_only_the_claimant_releases_or_decides() -> None:
    taken = given(review, received(), claimed())
    taken.when(release(actor=COLLEAGUE)).then_refused(
        "review.not_yours", naming=CONVENER.officer_id
    )
    taken.when(decide(actor=COLLEAGUE)).then_refused("review.not_yours")


def test_nothing_is_released_or_decided_that_nobody_has_claimed() -> None:
    given(review, received()).when(release()).then_refused("review.not_claimed")
    given(review, received()).when(decide()).then_refused("review.not_claimed")
    given(review, received(), claimed(), released()).when(decide()).then_refused(
        "review.not_claimed"
    )


def test_only_who_may_close_a_step_may_claim_it() -> None:
    reviewer = officer("department_reviewer", HOUSING, CONVENER.officer_id)
    waiting, taken = given(review, received()), given(review, received(), claimed())
    waiting.when(claim(actor=reviewer)).then_refused("rights.denied", naming="joint_convener")
    taken.when(decide(actor=reviewer)).then_refused("rights.denied", naming="joint_convener")
    given(review, asked(1), claimed(1, COUNTER)).when(opine(1, actor=COUNTER)).then_refused(
        "rights.denied", naming="department_reviewer"
    )
    taken.when(decide(actor=officer("joint_convener", COUNTY, CONVENER.officer_id))).then(decided())


def test_a_step_received_before_roles_were_written_down_can_still_be_closed() -> None:
    before = received().model_copy(update={"role": None})
    given(review, before, claimed()).when(decide()).then(decided())


def test_a_step_that_never_came_cannot_be_claimed() -> None:
    given(review, received()).when(claim(number=7)).then_refused(
        "review.step_unknown", naming=step_id(7)
    )
