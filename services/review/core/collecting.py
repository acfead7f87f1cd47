"""统一出件: ready, told, collected are three facts; whoever collects is known (000 领证时间)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from schemas.events.base import Event
from schemas.events.results import ReadyNotified, ResultDelivered, ResultReady
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.commands_of_result import MarkReady, NotifyReady, RecordDelivery
from services.review.core.custody import (
    minute_of,
    parcel_of,
    require_at_hand,
    require_in_order,
    to_be_delivered,
)
from services.review.core.item import item_of
from services.review.core.revoking import issued_of, require_in_force
from services.review.core.state import State, Step


def hand_over(
    state: State,
    step: Step,
    command: MarkReady | NotifyReady | RecordDelivery,
    reference: Reference,
) -> Sequence[Event]:
    """Give what an act at the counter brings about; what is refused, its own function says."""
    match command:
        case MarkReady():
            return mark_ready(state, step, command)
        case NotifyReady():
            return notify_ready(state, step, command)
        case RecordDelivery():
            return record_delivery(state, step, command, reference)
        case _:
            assert_never(command)


def mark_ready(state: State, step: Step, command: MarkReady) -> Sequence[Event]:
    """Give that the result lies ready where the officer is; nothing where it does already.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`,
            `review.under_way`, `review.result_lost`.
    """
    issued = to_be_delivered(state)
    require_at_hand(issued)
    if issued.ready == command.actor.organisation:
        return ()
    return [
        ResultReady(
            step_id=step.step_id,
            organisation=command.actor.organisation,
            officer_id=command.actor.officer_id,
            ready_at=command.at,
        )
    ]


def notify_ready(state: State, step: Step, command: NotifyReady) -> Sequence[Event]:
    """Give the notice to the applicant; nothing where this very one was recorded. Whoever does
    not come is told again.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`,
            `review.under_way`, `review.result_lost`, `review.not_ready`,
            `review.held_in_future`.
    """
    issued = to_be_delivered(state)
    require_at_hand(issued)
    if issued.ready is None:
        raise Refused("review.not_ready", "结果尚未备好，请先登记可领取，再告知申请人。")
    if command.told_at < minute_of(issued.at):
        raise Refused("review.not_ready", "告知时间早于颁发，届时尚无结果可领，请核对。")
    if command.told_at > command.at:
        raise Refused("review.held_in_future", "告知时间尚未到，不能记录。")
    told = ReadyNotified(
        step_id=step.step_id,
        organisation=command.actor.organisation,
        officer_id=command.actor.officer_id,
        way=command.way,
        told_at=command.told_at,
    )
    return () if issued.told == fingerprint(told) else [told]


def record_delivery(
    state: State, step: Step, command: RecordDelivery, reference: Reference
) -> Sequence[Event]:
    """Give the delivery; nothing where this very one was recorded. A courier delivers what was
    handed to them, and the parcel's number is written down where it is not told again.

    Raises:
        Refused: `review.item_not_recorded`, `review.not_issued`, `review.result_revoked`,
            `review.already_delivered`, `review.delivery_not_offered`,
            `review.not_dispatched`, `review.parcel_differs`, `review.under_way`,
            `review.result_lost`, `review.delivery_before_issue`,
            `review.custody_out_of_order`, `review.held_in_future`,
            `review.identity_unchecked`, `review.mandate_missing`.
    """
    _, item = item_of(state, reference)
    issued = issued_of(state)
    require_in_force(issued)
    sent = issued.parcel if command.delivery == "courier" else None
    delivered = ResultDelivered(
        step_id=step.step_id,
        organisation=command.actor.organisation,
        officer_id=command.actor.officer_id,
        delivery=command.delivery,
        delivered_at=command.delivered_at,
        received_by=command.received_by,
        tracking_number=command.tracking_number or (sent.tracking_number if sent else None),
        identity_checked=command.identity_checked or None,
        mandate=command.mandate,
    )
    if issued.delivered == fingerprint(delivered):
        return ()
    to_be_delivered(state)
    if command.delivery not in item.deliveries:
        raise Refused(
            "review.delivery_not_offered",
            f"该事项的领取方式为 {'、'.join(item.deliveries) or '无'}。",
        )
    if command.delivery == "courier":
        parcel_of(issued, command.tracking_number)
    else:
        require_at_hand(issued)
    require_in_order(issued, command.delivered_at, command.at)
    _require_receiver(command)
    return [delivered]


def _require_receiver(command: RecordDelivery) -> None:
    at_window = command.delivery in ("window", "village")
    if at_window and not command.identity_checked:
        raise Refused("review.identity_unchecked", "窗口领取须核验领取人身份证件，请核验后再记录。")
    if at_window and command.received_by == "agent" and command.mandate is None:
        raise Refused("review.mandate_missing", "代领须有申请人的委托书，请填写委托书号。")
