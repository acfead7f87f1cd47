"""HTTP of review: the result on its way to the applicant."""

from __future__ import annotations

from fastapi import APIRouter, Response

from schemas.values import Carriage, DeliveryFailure, Label, Text
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered, Reissue
from services.review.shell.api_results import SealedBody
from services.review.shell.steps import Body, StepKey, act
from services.runtime.command_calls import Called
from services.runtime.named_instants import NamedInstant

router = APIRouter(prefix="/v1", tags=["review"])


class ParcelBody(Body):
    """To whom the result was handed, under which number, and when."""

    by: Carriage = "courier"
    carrier: Label
    tracking_number: Label
    handed_at: NamedInstant


class FailureBody(Body):
    """Which parcel did not arrive, how and why, and when that was known."""

    tracking_number: Label
    how: DeliveryFailure
    reasons: Text
    found_at: NamedInstant


@router.post("/steps/{step_id}/dispatch")
async def dispatch(step_id: StepKey, body: ParcelBody, call: Called) -> Response:
    """交寄. Say that the result was given to a courier, or put into a parcel locker."""
    return await act(Dispatch, step_id, body, call)


@router.post("/steps/{step_id}/record-undelivered")
async def record_undelivered(step_id: StepKey, body: FailureBody, call: Called) -> Response:
    """丢失、退回. Say that the parcel was lost, or came back undelivered."""
    return await act(RecordUndelivered, step_id, body, call)


@router.post("/steps/{step_id}/reissue")
async def reissue(step_id: StepKey, body: SealedBody, call: Called) -> Response:
    """补发. Make out a duplicate copy of a result that was lost on its way."""
    return await act(Reissue, step_id, body, call)
