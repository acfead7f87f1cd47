"""联审: nobody is skipped. Approved means everyone consulted agreed, or is overruled by name."""

from __future__ import annotations

from tests.review.core.situations import (
    REMEDY,
    asked,
    claimed,
    decide,
    decided,
    heard,
    opine,
    over,
    received,
    review,
    reviewer,
    taken,
)
from tests.support.builders import FORESTRY, LAND, WATER, officer
from tests.support.given import given

ASKED = tuple(event for n in (1, 2, 3) for event in (asked(n), taken(n)))
CONVENED = (received(), claimed())
ALL_AGREE = (*ASKED, heard(1), heard(2), heard(3), *CONVENED)
TWO_AGAINST = (*ASKED, heard(1, "disagreed"), heard(2, "disagreed"), heard(3), *CONVENED)


def test_a_department_says_what_it_thinks() -> None:
    given(review, *ASKED).when(opine(1)).then(heard(1))
    given(review, *ASKED).when(opine(1, "disagreed")).then(heard(1, "disagreed"))


def test_the_same_opinion_twice_is_one_and_another_is_too_late() -> None:
    told = given(review, *ASKED, heard(1))
    told.when(opine(1)).then()
    told.when(opine(1, "disagreed")).then_refused("review.already_closed", naming="agreed")
    told.when(opine(1, reasons="另一理由")).then_refused("review.already_closed")


def test_a_department_speaks_for_itself_only() -> None:
    given(review, *ASKED).when(opine(1, actor=reviewer(WATER))).then_refused("rights.denied")


def test_only_whoever_claimed_the_step_gives_its_opinion() -> None:
    given(review, asked(1)).when(opine(1)).then_refused("review.not_claimed")
    colleague = officer("department_reviewer", LAND, "o-other")
    given(review, *ASKED).when(opine(1, actor=colleague)).then_refused("review.not_yours")


def test_an_opinion_is_no_decision_and_a_decision_no_opinion() -> None:
    given(review, *ASKED).when(decide(number=1, actor=reviewer(LAND))).then_refused(
        "review.wrong_duty"
    )
    given(review, *CONVENED).when(opine(4, actor=decide().actor)).then_refused("review.wrong_duty")


def test_the_convener_approves_what_everybody_agreed_to() -> None:
    given(review, *ALL_AGREE).when(decide()).then(decided())


def test_the_convener_cannot_approve_before_everybody_was_heard() -> None:
    silent = (*ASKED, heard(1), heard(3), *CONVENED)
    given(review, *silent).when(decide()).then_refused("review.opinions_outstanding", naming=WATER)
    unclaimed = (asked(1), *CONVENED)
    given(review, *unclaimed).when(decide()).then_refused(
        "review.opinions_outstanding", naming=LAND
    )


def test_the_convener_may_reject_without_waiting() -> None:
    given(review, *ASKED, *CONVENED).when(decide("rejected", remedy=REMEDY)).then(
        decided("rejected", remedy=REMEDY)
    )


def test_whoever_disagreed_is_overruled_by_name_with_a_reason() -> None:
    by_name = (over(LAND), over(WATER))
    given(review, *TWO_AGAINST).when(decide("approved", *by_name)).then(
        decided("approved", *by_name)
    )


def test_the_overruled_are_written_in_the_order_of_their_paths() -> None:
    given(review, *TWO_AGAINST).when(decide("approved", over(WATER), over(LAND))).then(
        decided("approved", over(LAND), over(WATER))
    )


def test_nobody_who_disagreed_is_passed_over_in_silence() -> None:
    given(review, *TWO_AGAINST).when(decide()).then_refused(
        "review.not_overruled", naming=f"{LAND}、{WATER}"
    )
    given(review, *TWO_AGAINST).when(decide("approved", over(LAND))).then_refused(
        "review.not_overruled", naming=WATER
    )


def test_nobody_is_overruled_who_agreed_or_twice() -> None:
    three = (over(LAND), over(WATER), over(FORESTRY))
    twice = (over(LAND), over(WATER), over(WATER, "另一理由"))
    for named in (three, twice):
        given(review, *TWO_AGAINST).when(decide("approved", *named)).then_refused(
            "review.nothing_to_overrule"
        )


def test_a_rejection_overrules_nobody() -> None:
    given(review, *TWO_AGAINST).when(decide("rejected", over(LAND), remedy=REMEDY)).then_refused(
        "review.nothing_to_overrule"
    )
