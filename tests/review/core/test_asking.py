"""征求意见: a department that the route does not ask is asked, and is heard before approval."""

from __future__ import annotations

from schemas.events.base import Event
from tests.review.core.situations import (
    CONVENER,
    TOWN_APPROVER,
    asked,
    claimed,
    decide,
    decided,
    heard,
    over,
    received,
    release,
    released,
    review,
    reviewer,
    taken,
)
from tests.review.core.situations_of_consulting import answer, answered, request, requested
from tests.support.builders import FORESTRY, HOUSING, LAND, TOWNSHIP, WATER
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(), claimed())
UNTOLD = received().model_copy(update={"case": None})


def test_the_claimant_asks_with_a_deadline_of_its_own() -> None:
    given(review, *TAKEN).when(request()).then(requested())
    (soon,) = given(review, *TAKEN).when(request(days=1)).events
    assert getattr(soon, "term", None) is not None
    assert soon.model_dump()["term"]["limit"] == 1


def test_a_department_is_asked_once_and_never_the_own_or_an_unknown_one() -> None:
    given(review, *TAKEN, requested()).when(request()).then_refused(
        "review.already_asked", naming=TOWNSHIP
    )
    given(review, *TAKEN, requested(), answered()).when(request()).then_refused(
        "review.already_asked"
    )
    given(review, asked(1), *TAKEN).when(request(LAND)).then_refused("review.already_asked")
    given(review, *TAKEN).when(request(HOUSING)).then_refused("review.asks_itself")
    given(review, *TAKEN).when(request("/qingyun/d-nowhere")).then_refused(
        "review.organisation_unknown", naming="d-nowhere"
    )


def test_a_consulted_department_asks_nobody() -> None:
    at_land = request(WATER, 1, reviewer(LAND))
    given(review, asked(1), taken(1)).when(at_land).then_refused("review.wrong_duty")


def test_nobody_is_asked_on_a_step_received_before_the_item_was_told() -> None:
    given(review, UNTOLD, claimed()).when(request()).then_refused("review.item_not_recorded")
    given(review, UNTOLD, claimed()).when(answer()).then_refused("review.not_asked")


def test_the_asked_department_answers_for_itself() -> None:
    waiting = given(review, *TAKEN, requested())
    waiting.when(answer()).then(answered())
    waiting.when(answer("disagreed")).then(answered("disagreed"))
    waiting.when(answer(actor=CONVENER)).then_refused("rights.denied")
    waiting.when(answer(organisation=WATER, actor=reviewer(WATER))).then_refused(
        "review.not_asked", naming=WATER
    )


def test_an_answer_also_comes_to_a_step_that_was_given_back() -> None:
    given(review, *TAKEN, requested(), released()).when(answer()).then(answered())


def test_the_same_answer_twice_is_one_and_another_is_too_late() -> None:
    told = given(review, *TAKEN, requested(), answered())
    told.when(answer()).then()
    told.when(answer("disagreed")).then_refused("review.already_answered", naming="agreed")


def test_nothing_is_approved_before_the_asked_department_answered() -> None:
    given(review, *TAKEN, requested()).when(decide()).then_refused(
        "review.opinions_outstanding", naming=TOWNSHIP
    )
    given(review, *TAKEN, requested(), answered()).when(decide()).then(decided())


def test_an_asked_department_that_disagreed_is_overruled_by_name() -> None:
    against = given(review, *TAKEN, requested(), answered("disagreed"))
    against.when(decide()).then_refused("review.not_overruled", naming=TOWNSHIP)
    against.when(decide("approved", over(TOWNSHIP))).then(decided("approved", over(TOWNSHIP)))


def test_asked_departments_and_those_of_the_route_are_heard_alike() -> None:
    both = (asked(3), taken(3), heard(3, "disagreed"), *TAKEN, requested(), answered("disagreed"))
    given(review, *both).when(decide("approved", over(TOWNSHIP))).then_refused(
        "review.not_overruled", naming=FORESTRY
    )
    named = (over(FORESTRY), over(TOWNSHIP))
    given(review, *both).when(decide("approved", *named)).then(decided("approved", *named))


def test_asking_leaves_the_step_with_its_claimant() -> None:
    given(review, *TAKEN, requested()).when(release()).then(released())
    assert TOWN_APPROVER.officer_id != CONVENER.officer_id
