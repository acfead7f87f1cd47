"""HTTP of review: the bill, the result document and its delivery."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from schemas.values import Delivery, Label, NoticeWay, OfficerId, Revocation, Survey, Text
from services.review.core.commands_of_result import (
    AssessFee,
    Charges,
    Correct,
    Corrected,
    Fen,
    Issue,
    MarkReady,
    NotifyReady,
    Receiver,
    RecordDelivery,
    RecordPayment,
    Revoke,
    Seals,
    WaiveFee,
)
from services.review.shell.payments import Payment, require_confirmed
from services.review.shell.steps import Body, Nothing, StepKey, act
from services.runtime.command_calls import Called
from services.runtime.named_instants import NamedInstant

router = APIRouter(prefix="/v1", tags=["review"])


class BillBody(Body):
    """Which fees of the item, and how many of each."""

    charges: Charges


class PaymentBody(Body):
    """What was paid, in hundredths of a yuan, and when."""

    amount_fen: Fen
    receipt_number: Label
    paid_at: NamedInstant


class WaiverBody(Body):
    """Why nothing has to be paid, and by which rule."""

    basis: Text
    reasons: Text


class SealedBody(Body):
    """Which seals are put on, by code, and by whose hand where not by their keepers'."""

    seals: Seals = ()
    put_on_by: OfficerId | None = None


class DeliveryBody(Body):
    """How and when the applicant got the result."""

    delivery: Delivery
    delivered_at: NamedInstant
    received_by: Receiver
    tracking_number: Label | None = None
    identity_checked: bool = False
    mandate: Label | None = None


class NoticeBody(Body):
    """How and when the applicant was told that the result is ready."""

    way: NoticeWay
    told_at: NamedInstant


class RevocationBody(Body):
    """How the document is taken back, why, by which article; the notice to its holder."""

    how: Revocation
    grounds: Text
    basis: Text
    notice_number: Label


class CorrectionBody(SealedBody):
    """What stands there and what should; `survey` for findings, seals for the document only."""

    what: Corrected
    old: Text
    new: Text
    reasons: Text
    survey: Survey | None = None


@router.post("/steps/{step_id}/assess-fee")
async def assess_fee(step_id: StepKey, body: BillBody, call: Called) -> Response:
    """核定收费. Make out the one bill, from the item's fees only."""
    return await act(AssessFee, step_id, body, call)


@router.post("/steps/{step_id}/record-payment")
async def record_payment(
    request: Request, step_id: StepKey, body: PaymentBody, call: Called
) -> Response:
    """缴费. Say that the bill was paid in full; whoever takes the money confirms it first."""
    paid = Payment(step_id, body.amount_fen, body.receipt_number, body.paid_at)
    await require_confirmed(request, paid)
    return await act(RecordPayment, step_id, body, call)


@router.post("/steps/{step_id}/waive-fee")
async def waive_fee(step_id: StepKey, body: WaiverBody, call: Called) -> Response:
    """免缴. Let the applicant off the bill, by which rule and why."""
    return await act(WaiveFee, step_id, body, call)


@router.post("/steps/{step_id}/issue")
async def issue(step_id: StepKey, body: SealedBody, call: Called) -> Response:
    """颁证. Make out the result document of an approved case, with the seals on it."""
    return await act(Issue, step_id, body, call)


@router.post("/steps/{step_id}/mark-ready")
async def mark_ready(step_id: StepKey, body: Nothing, call: Called) -> Response:
    """可领取. Say that the result lies ready at the officer's own place."""
    return await act(MarkReady, step_id, body, call)


@router.post("/steps/{step_id}/notify-ready")
async def notify_ready(step_id: StepKey, body: NoticeBody, call: Called) -> Response:
    """告知领取. Say how and when the applicant was told that it is ready."""
    return await act(NotifyReady, step_id, body, call)


@router.post("/steps/{step_id}/record-delivery")
async def record_delivery(step_id: StepKey, body: DeliveryBody, call: Called) -> Response:
    """送达. Say how and when the applicant got the result (领证时间)."""
    return await act(RecordDelivery, step_id, body, call)


@router.post("/steps/{step_id}/revoke")
async def revoke(step_id: StepKey, body: RevocationBody, call: Called) -> Response:
    """撤销、撤回、注销、吊销. Take the result document back, with grounds and basis."""
    return await act(Revoke, step_id, body, call)


@router.post("/steps/{step_id}/correct")
async def correct(step_id: StepKey, body: CorrectionBody, call: Called) -> Response:
    """更正. Put an obvious error on the document or in a record right, by a later word."""
    return await act(Correct, step_id, body, call)
