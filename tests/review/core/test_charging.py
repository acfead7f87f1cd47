"""统一收费: one bill, from the published fees only, paid in full or waived (ALL 58, 59)."""

from __future__ import annotations

import pytest

from schemas.events.base import Event
from services.review.core.commands_of_result import Charge
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    FULL_ITEM,
    REMEDY,
    TOWN_APPROVER,
    checked,
    claimed,
    decided,
    received,
    review,
)
from tests.review.core.situations_of_results import (
    BOOK_AND_MAPS,
    assess,
    assessed,
    paid,
    pay,
    waive,
    waived,
)
from tests.support.builders import HOUSING, TOWNSHIP, later, officer
from tests.support.given import given

WAITING: tuple[Event, ...] = (received(of=FULL_ITEM),)
TAKEN: tuple[Event, ...] = (*WAITING, claimed())
APPROVED: tuple[Event, ...] = (*TAKEN, checked(), decided())
REJECTED: tuple[Event, ...] = (*TAKEN, checked(), decided("rejected", remedy=REMEDY))
BILLED: tuple[Event, ...] = (*TAKEN, assessed())


@pytest.mark.parametrize("history", [WAITING, TAKEN, APPROVED])
def test_the_bill_is_made_out_before_or_after_the_decision(history: tuple[Event, ...]) -> None:
    given(review, *history).when(assess()).then(assessed())


def test_lines_are_written_in_the_order_of_the_items_fees() -> None:
    given(review, *TAKEN).when(assess(BOOK_AND_MAPS[::-1])).then(assessed())


def test_nothing_is_charged_outside_the_list_or_twice() -> None:
    given(review, *TAKEN).when(assess((Charge(fee="trouble"),))).then_refused(
        "review.fee_not_listed", naming="trouble"
    )
    given(review, *TAKEN).when(assess((Charge(fee="book"), Charge(fee="book")))).then_refused(
        "review.fee_not_listed"
    )
    free = given(review, received(), claimed())
    free.when(assess((Charge(fee="book"),))).then_refused("review.fee_not_listed")


def test_there_is_one_bill() -> None:
    given(review, *BILLED).when(assess()).then()
    given(review, *BILLED).when(assess((Charge(fee="book"),))).then_refused(
        "review.already_billed", naming="11100"
    )


def test_what_was_rejected_costs_nothing() -> None:
    given(review, *REJECTED).when(assess()).then_refused("review.not_approved")
    billed_before = given(review, *BILLED, checked(), decided("rejected", remedy=REMEDY))
    billed_before.when(pay()).then_refused("review.not_approved")


def test_a_bill_is_paid_once_and_in_full() -> None:
    given(review, *BILLED).when(pay()).then(paid())
    for amount in (11099, 11101):
        given(review, *BILLED).when(pay(amount)).then_refused(
            "review.payment_differs", naming="11100"
        )
    given(review, *BILLED).when(pay(paid_at=later(2))).then_refused("review.held_in_future")
    settled = given(review, *BILLED, paid())
    settled.when(pay()).then()
    settled.when(pay(receipt_number="豫财0000002")).then_refused("review.already_settled")
    settled.when(waive()).then_refused("review.already_settled")


def test_a_bill_is_waived_by_rule_and_reason() -> None:
    given(review, *BILLED).when(waive()).then(waived())
    free = given(review, *BILLED, waived())
    free.when(waive()).then()
    free.when(waive(basis="其他")).then_refused("review.already_settled")
    free.when(pay()).then_refused("review.already_settled")


def test_a_clerk_waives_nothing() -> None:
    given(review, *BILLED).when(waive(CHECKER)).then_refused("rights.denied")
    given(review, *BILLED).when(assess(actor=TOWN_APPROVER)).then_refused("rights.denied")


def test_without_a_bill_nothing_is_paid_or_waived() -> None:
    given(review, *TAKEN).when(pay()).then_refused("review.not_billed")
    given(review, *TAKEN).when(waive()).then_refused("review.not_billed")


def test_a_step_received_before_the_item_was_told_is_not_charged() -> None:
    untold = given(review, received().model_copy(update={"case": None}), claimed())
    untold.when(assess()).then_refused("review.item_not_recorded")
    untold.when(pay()).then_refused("review.not_billed")


def test_only_the_deciding_step_charges() -> None:
    forwarding = given(review, received(1, TOWNSHIP, "forward", FULL_ITEM))
    forwarding.when(assess(actor=TOWN_APPROVER, number=1)).then_refused("review.wrong_duty")
    colleague = officer("department_reviewer", HOUSING, CONVENER.officer_id)
    given(review, *TAKEN).when(assess(actor=colleague)).then(assessed())
