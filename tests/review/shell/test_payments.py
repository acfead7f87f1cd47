"""缴费 behind its seam: what nobody took is not recorded."""

from __future__ import annotations

from schemas.events.results import FeePaid
from services.review.shell.payments import Payment
from tests.review.core.situations import CHECKER, step_id
from tests.review.core.situations_of_results import assessed
from tests.review.shell.one_desk import OneDesk, at_the_desk
from tests.review.shell.test_paths_of_a_step import PAYMENT, TAKEN

HERE = f"/v1/steps/{step_id(4)}/record-payment"


class Bank:
    """A bank's interface, which cannot be here: it knows one receipt, or is out of reach."""

    def __init__(self, receipt_number: str = "", *, reachable: bool = True) -> None:
        self._receipt_number, self.reachable = receipt_number, reachable
        self.asked: list[Payment] = []

    async def confirmed(self, payment: Payment) -> bool:
        self.asked.append(payment)
        if not self.reachable:
            raise ConnectionRefusedError
        return payment.receipt_number == self._receipt_number


def billed(bank: Bank) -> OneDesk:
    desk = OneDesk((*TAKEN, assessed()))
    desk.payments = bank
    return desk


async def test_what_the_bank_has_is_recorded() -> None:
    bank = Bank(str(PAYMENT["receipt_number"]))
    desk = billed(bank)
    async with at_the_desk(desk, CHECKER) as client:
        assert (await client.post(HERE, json=PAYMENT)).status_code == 200
    assert [type(event) for event in desk.told] == [FeePaid]
    (asked,) = bank.asked
    assert (asked.step_id, asked.amount_fen) == (step_id(4), PAYMENT["amount_fen"])


async def test_a_receipt_that_the_bank_does_not_know_is_not_recorded() -> None:
    desk = billed(Bank("another"))
    async with at_the_desk(desk, CHECKER) as client:
        answer = await client.post(HERE, json=PAYMENT)
    assert (answer.status_code, answer.json()["code"]) == (409, "review.payment_unconfirmed")
    assert desk.asked == []


async def test_while_the_bank_is_out_of_reach_nothing_is_recorded_and_one_may_try_again() -> None:
    bank = Bank(str(PAYMENT["receipt_number"]), reachable=False)
    desk = billed(bank)
    async with at_the_desk(desk, CHECKER) as client:
        answer = await client.post(HERE, json=PAYMENT)
        assert (answer.status_code, answer.json()["code"]) == (503, "review.payments_unavailable")
        assert desk.asked == []
        bank.reachable = True
        assert (await client.post(HERE, json=PAYMENT)).status_code == 200
