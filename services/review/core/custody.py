"""交寄、丢失退回、补发: who holds the result on its way is known at every instant (002 快递)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.custody import DeliveryFailed, ResultDispatched, ResultReissued
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import document_number, fingerprint
from services.review.core.clocks import instant
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered, Reissue
from services.review.core.item import item_of
from services.review.core.revoking import issued_of, require_in_force
from services.review.core.sealing import sealed
from services.review.core.state import State, Step
from services.review.core.state_of_result import Issued, Parcel


def send(
    state: State, step: Step, command: Dispatch | RecordUndelivered | Reissue, reference: Reference
) -> Sequence[Event]:
    """Give what a word about a parcel brings about; what is refused, its own function says."""
    match command:
        case Dispatch():
            return dispatch(state, step, command, reference)
        case RecordUndelivered():
            return record_undelivered(state, step, command)
        case Reissue():
            return reissue(state, step, command, reference)
        case _:
            assert_never(command)


def dispatch(state: State, step: Step, command: Dispatch, reference: Reference) -> Sequence[Event]:
    """Give that the result went out; nothing where this very parcel was told.

    Raises:
        Refused: `review.item_not_recorded`, `review.not_issued`, `review.result_revoked`,
            `review.already_delivered`, `review.result_lost`, `review.under_way`,
            `review.delivery_not_offered`, `review.delivery_before_issue`,
            `review.custody_out_of_order`, `review.held_in_future`.
    """
    _, item = item_of(state, reference)
    issued = to_be_delivered(state)
    dispatched = ResultDispatched(
        step_id=step.step_id,
        organisation=command.actor.organisation,
        officer_id=command.actor.officer_id,
        document_number=issued.document_number,
        by=command.by,
        carrier=command.carrier,
        tracking_number=command.tracking_number,
        handed_at=command.handed_at,
    )
    if issued.parcel is not None and issued.parcel.words == fingerprint(dispatched):
        return ()
    require_at_hand(issued)
    if "courier" not in item.deliveries:
        raise Refused("review.delivery_not_offered", "该事项不提供快递送达，请改在窗口领取。")
    require_in_order(issued, command.handed_at, command.at)
    return [dispatched]


def record_undelivered(state: State, step: Step, command: RecordUndelivered) -> Sequence[Event]:
    """Give that the parcel did not arrive; nothing where this very word was told. One that was
    lost may still come back, until a duplicate takes its place.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`,
            `review.not_dispatched`, `review.parcel_differs`, `review.already_lost`,
            `review.custody_out_of_order`, `review.held_in_future`.
    """
    issued = to_be_delivered(state)
    failed = DeliveryFailed(
        step_id=step.step_id,
        organisation=command.actor.organisation,
        officer_id=command.actor.officer_id,
        tracking_number=command.tracking_number,
        how=command.how,
        reasons=command.reasons,
        found_at=command.found_at,
    )
    words, parcel = fingerprint(failed), issued.parcel
    if parcel is None and issued.back is not None and issued.back.words == words:
        return ()
    parcel = parcel_of(issued, command.tracking_number)
    if parcel.lost is not None and command.how == "lost":
        if parcel.lost.words == words:
            return ()
        raise Refused("review.already_lost", f"{parcel.tracking_number} 已登记丢失，可补发。")
    require_in_order(issued, command.found_at, command.at)
    return [failed]


def reissue(state: State, step: Step, command: Reissue, reference: Reference) -> Sequence[Event]:
    """Give the duplicate with a number of its own; nothing where it was just made out. It reads
    as the lost one does after corrections.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`,
            `review.not_lost`, and those of `sealed`.
    """
    issued = to_be_delivered(state)
    if issued.duplicate and issued.at == instant_text(command.at):
        return ()
    if issued.parcel is None or issued.parcel.lost is None or not issued.valid_from:
        raise Refused("review.not_lost", "没有登记过寄送丢失，不能补发；请先登记丢失。")
    division = reference.organisation(step.organisation).division
    duplicate, year = issued.duplicate + 1, local(command.at).year
    number = document_number(command.key, division, year, duplicate)
    return [
        ResultReissued(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            document_number=number,
            replaces=issued.document_number,
            duplicate=duplicate,
            name=issued.name,
            valid_from=date.fromisoformat(issued.valid_from),
            valid_until=date.fromisoformat(issued.valid_until) if issued.valid_until else None,
            reissued_at=command.at,
        ),
        *sealed(step, command, number, "duplicate", reference),
    ]


def to_be_delivered(state: State) -> Issued:
    """Give the result that holds and has not come to the applicant yet.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`.
    """
    issued = issued_of(state)
    require_in_force(issued)
    if issued.delivered is not None:
        raise Refused("review.already_delivered", f"{issued.document_number} 已送达。")
    return issued


def require_at_hand(issued: Issued) -> None:
    """Pass where the result lies with us.

    Raises:
        Refused: `review.under_way`, `review.result_lost`.
    """
    if (parcel := issued.parcel) is None:
        return
    sent = f"{issued.document_number} 已交 {parcel.carrier} 寄送（{parcel.tracking_number}）"
    if parcel.lost is not None:
        raise Refused("review.result_lost", f"{sent}并丢失，请先补发。")
    raise Refused("review.under_way", f"{sent}，请先登记送达、退回或者丢失。")


def parcel_of(issued: Issued, tracking_number: str | None) -> Parcel:
    """Give the parcel that is out, lost or not; `tracking_number` None: whichever it is.

    Raises:
        Refused: `review.not_dispatched`, `review.parcel_differs`.
    """
    if (parcel := issued.parcel) is None:
        raise Refused("review.not_dispatched", "结果没有寄出，请先登记交寄。")
    if tracking_number not in (None, parcel.tracking_number):
        raise Refused("review.parcel_differs", f"寄出的单号是 {parcel.tracking_number}，请核对。")
    return parcel


def require_in_order(issued: Issued, then: datetime, now: datetime) -> None:
    """Pass where `then` is not before the result last changed hands, nor after `now`. A window
    writes the time down to the minute, and may hand over what was just made out.

    Raises:
        Refused: `review.delivery_before_issue`, `review.custody_out_of_order`,
            `review.held_in_future`.
    """
    if then < minute_of(issued.at):
        raise Refused("review.delivery_before_issue", "送达、交寄不能早于颁发。")
    last = issued.parcel.handed_at if issued.parcel else issued.back.at if issued.back else None
    if last is not None and then < minute_of(last):
        raise Refused("review.custody_out_of_order", f"不能早于上一次交接的时间 {last}。")
    if then > now:
        raise Refused("review.held_in_future", "时间尚未到，不能记录。")


def minute_of(at: str) -> datetime:
    """Give the beginning of the minute of `at` (RFC 3339): a window writes no seconds down."""
    return instant(at).replace(second=0, microsecond=0)
