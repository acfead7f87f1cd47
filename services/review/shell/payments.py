"""The seam for payments: whoever takes the money says whether a bill was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fastapi import Request

from services.runtime.problems import Problem


@dataclass(frozen=True, slots=True)
class Payment:
    """What the clerk says was paid."""

    step_id: str
    amount_fen: int
    """Hundredths of a yuan."""
    receipt_number: str
    paid_at: datetime


class Payments(Protocol):
    """Where money is taken: the county's own window, a bank, the province's platform.

    `app.state.payments` of review; a connector takes the place of `AtTheWindow` there.
    """

    async def confirmed(self, payment: Payment) -> bool:
        """Say whether this very sum came in under this receipt. Asked again on a repeat; what it
        answers must not depend on how often it was asked.

        Raises:
            OSError: it cannot be reached; nothing is recorded and the clerk tries again.
        """
        ...


class AtTheWindow:
    """Money taken at the county's own window: the receipt that the clerk wrote is the proof."""

    async def confirmed(self, payment: Payment) -> bool:
        """Take the clerk's word; that the sum is that of the bill, the rules see to."""
        return True


async def require_confirmed(request: Request, payment: Payment) -> None:
    """Pass where whoever takes the money has it.

    Raises:
        Problem: 409 `review.payment_unconfirmed`, 503 `review.payments_unavailable`.
    """
    payments: Payments = request.app.state.payments
    try:
        confirmed = await payments.confirmed(payment)
    except OSError:
        told = "收费系统暂时连不上，缴费未登记，请稍后用同一张单据再试。"
        raise Problem("review.payments_unavailable", 503, detail=told) from None
    if not confirmed:
        told = f"收费系统没有单据 {payment.receipt_number} 的这笔缴费，请核对单据号和金额。"
        raise Problem("review.payment_unconfirmed", 409, detail=told)
