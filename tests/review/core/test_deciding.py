"""One department decides, the township forwards."""

from __future__ import annotations

import pytest

from tests.review.core.situations import (
    COLLEAGUE,
    REMEDY,
    TOWN_APPROVER,
    Decision,
    claimed,
    decide,
    decided,
    over,
    received,
    review,
)
from tests.support.builders import LAND, TOWNSHIP
from tests.support.given import given

AT_DEPARTMENT = (received(), claimed())
AT_TOWNSHIP = (received(1, TOWNSHIP, "forward"), claimed(1, TOWN_APPROVER))


def test_the_claimant_approves_with_reasons() -> None:
    given(review, *AT_DEPARTMENT).when(decide()).then(decided())


def test_a_rejection_tells_the_remedy() -> None:
    given(review, *AT_DEPARTMENT).when(decide("rejected", remedy=REMEDY)).then(
        decided("rejected", remedy=REMEDY)
    )
    given(review, *AT_DEPARTMENT).when(decide("rejected")).then_refused("review.remedy_missing")


def test_the_township_forwards_or_withholds_its_consent() -> None:
    at_township = given(review, *AT_TOWNSHIP)
    at_township.when(decide("forwarded", number=1, actor=TOWN_APPROVER)).then(
        decided("forwarded", number=1, organisation=TOWNSHIP, actor=TOWN_APPROVER)
    )
    at_township.when(decide("rejected", number=1, actor=TOWN_APPROVER, remedy=REMEDY)).then(
        decided("rejected", number=1, organisation=TOWNSHIP, actor=TOWN_APPROVER, remedy=REMEDY)
    )


def test_a_township_that_only_forwards_cannot_approve_nor_a_department_forward() -> None:
    given(review, *AT_TOWNSHIP).when(
        decide("approved", number=1, actor=TOWN_APPROVER)
    ).then_refused("review.outcome_unfit", naming="forwarded")
    given(review, *AT_DEPARTMENT).when(decide("forwarded")).then_refused(
        "review.outcome_unfit", naming="approved"
    )


def test_nobody_can_be_overruled_where_nobody_was_asked() -> None:
    given(review, *AT_DEPARTMENT).when(decide("approved", over(LAND))).then_refused(
        "review.nothing_to_overrule"
    )
    given(review, *AT_TOWNSHIP).when(
        decide("forwarded", over(LAND), number=1, actor=TOWN_APPROVER)
    ).then_refused("review.nothing_to_overrule")


def test_the_same_decision_twice_is_one() -> None:
    given(review, *AT_DEPARTMENT, decided()).when(decide()).then()


@pytest.mark.parametrize(
    ("outcome", "reasons"),
    [("approved", "另一理由"), ("rejected", "符合条件"), ("forwarded", "符合条件")],
)
def test_a_decision_stands_whatever_is_said_afterwards(outcome: Decision, reasons: str) -> None:
    given(review, *AT_DEPARTMENT, decided()).when(decide(outcome, reasons=reasons)).then_refused(
        "review.already_closed", naming="approved"
    )


def test_a_colleague_cannot_decide_again() -> None:
    given(review, *AT_DEPARTMENT, decided()).when(decide(actor=COLLEAGUE)).then_refused(
        "review.already_closed", naming="o-zhao"
    )
