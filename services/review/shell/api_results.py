"""HTTP of review: the bill, the result document and its delivery."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from schemas.values import Delivery, Instant, Label, Text
from services.review.core.commands_of_result import (
    AssessFee,
    Charge,
    Issue,
    RecordDelivery,
    RecordPayment,
    WaiveFee,
)
from services.review.shell.steps import Body, Nothing, StepKey, on_step
from services.runtime.command_calls import Called

router = APIRouter(prefix="/v1", tags=["review"])


class BillBody(Body):
    """Which fees of the item, and how many of each."""

    charges: Annotated[tuple[Charge, ...], Field(min_length=1, max_length=30)]


class PaymentBody(Body):
    """What was paid, in hundredths of a yuan, and when."""

    amount_fen: Annotated[int, Field(ge=0, le=10**18)]
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
    received_by: Literal["applicant", "agent"]
    tracking_number: Label | None = None


@router.post("/steps/{step_id}/assess-fee")
async def assess_fee(step_id: StepKey, body: BillBody, call: Called) -> Response:
    """核定收费. Make out the one bill, from the item's fees only."""
    return await call.carry_out(AssessFee(**on_step(step_id, call), charges=body.charges))


@router.post("/steps/{step_id}/record-payment")
async def record_payment(step_id: StepKey, body: PaymentBody, call: Called) -> Response:
    """缴费. Say that the bill was paid in full."""
    return await call.carry_out(
        RecordPayment(
            **on_step(step_id, call),
            amount_fen=body.amount_fen,
            receipt_number=body.receipt_number,
            paid_at=body.paid_at,
        )
    )


@router.post("/steps/{step_id}/waive-fee")
async def waive_fee(step_id: StepKey, body: WaiverBody, call: Called) -> Response:
    """免缴. Let the applicant off the bill, by which rule and why."""
    return await call.carry_out(
        WaiveFee(**on_step(step_id, call), basis=body.basis, reasons=body.reasons)
    )


@router.post("/steps/{step_id}/issue")
async def issue(step_id: StepKey, body: Nothing, call: Called) -> Response:
    """颁证. Make out the result document of an approved case."""
    return await call.carry_out(Issue(**on_step(step_id, call)))


@router.post("/steps/{step_id}/record-delivery")
async def record_delivery(step_id: StepKey, body: DeliveryBody, call: Called) -> Response:
    """送达. Say how and when the applicant got the result (领证时间)."""
    return await call.carry_out(
        RecordDelivery(
            **on_step(step_id, call),
            delivery=body.delivery,
            delivered_at=body.delivered_at,
            received_by=body.received_by,
            tracking_number=body.tracking_number,
        )
    )
