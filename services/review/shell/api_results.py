"""HTTP of review: the bill, the result document and its delivery."""

from __future__ import annotations

from fastapi import APIRouter, Response

from schemas.values import Delivery, Instant, Label, Text
from services.review.core.commands_of_result import (
    AssessFee,
    Charges,
    Fen,
    Issue,
    Receiver,
    RecordDelivery,
    RecordPayment,
    WaiveFee,
)
from services.review.shell.steps import Body, Nothing, StepKey, act
from services.runtime.command_calls import Called

router = APIRouter(prefix="/v1", tags=["review"])


class BillBody(Body):
    """Which fees of the item, and how many of each."""

    charges: Charges


class PaymentBody(Body):
    """What was paid, in hundredths of a yuan, and when."""

    amount_fen: Fen
    receipt_number: Label
    paid_at: Instant


class WaiverBody(Body):
    """Why nothing has to be paid, and by which rule."""

    basis: Text
    reasons: Text


class DeliveryBody(Body):
    """How and when the applicant got the result."""

    delivery: Delivery
    delivered_at: Instant
    received_by: Receiver
    tracking_number: Label | None = None


@router.post("/steps/{step_id}/assess-fee")
async def assess_fee(step_id: StepKey, body: BillBody, call: Called) -> Response:
    """核定收费. Make out the one bill, from the item's fees only."""
    return await act(AssessFee, step_id, body, call)


@router.post("/steps/{step_id}/record-payment")
async def record_payment(step_id: StepKey, body: PaymentBody, call: Called) -> Response:
    """缴费. Say that the bill was paid in full."""
    return await act(RecordPayment, step_id, body, call)


@router.post("/steps/{step_id}/waive-fee")
async def waive_fee(step_id: StepKey, body: WaiverBody, call: Called) -> Response:
    """免缴. Let the applicant off the bill, by which rule and why."""
    return await act(WaiveFee, step_id, body, call)


@router.post("/steps/{step_id}/issue")
async def issue(step_id: StepKey, body: Nothing, call: Called) -> Response:
    """颁证. Make out the result document of an approved case."""
    return await act(Issue, step_id, body, call)


@router.post("/steps/{step_id}/record-delivery")
async def record_delivery(step_id: StepKey, body: DeliveryBody, call: Called) -> Response:
    """送达. Say how and when the applicant got the result (领证时间)."""
    return await act(RecordDelivery, step_id, body, call)
