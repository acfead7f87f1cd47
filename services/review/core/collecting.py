"""统一出件: ready, told, collected are three facts; whoever collects is known (000 领证时间)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.events.base import Event
from schemas.events.results import ReadyNotified, ResultDelivered, ResultReady
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.clocks import instant
from services.review.core.commands_of_result import MarkReady, NotifyReady, RecordDelivery
from services.review.core.item import item_of
from services.review.core.revoking import issued_of, require_in_force
from services.review.core.state import Issued, State, Step


def mark_ready(state: State, step: Step, command: MarkReady) -> Sequence[Event]:
    """Give that the result lies ready where the officer is; nothing where it does already.

    Raises:
        Refused: `review.not_issued`, `review.result_revoked`, `review.already_delivered`.
    """
    issued = _to_be_collected(state)
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
            `review.not_ready`, `review.held_in_future`.
    """
    issued = _to_be_collected(state)
    if issued.ready is None:
        raise Refused("review.not_ready", "结果尚未备好，请先登记可领取，再告知申请人。")
    if command.told_at < _minute_of(issued):
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
    """Give the delivery; nothing where this very one was recorded.

    Raises:
        Refused: `review.item_not_recorded`, `review.not_issued`, `review.result_revoked`,
            `review.already_delivered`, `review.delivery_not_offered`,
            `review.delivery_before_issue`, `review.held_in_future`,
            `review.identity_unchecked`, `review.mandate_missing`, `review.tracking_missing`.
    """
    _, item = item_of(state, reference)
    issued = issued_of(state)
    require_in_force(issued)
    delivered = ResultDelivered(
        step_id=step.step_id,
        organisation=command.actor.organisation,
        officer_id=command.actor.officer_id,
        delivery=command.delivery,
        delivered_at=command.delivered_at,
        received_by=command.received_by,
        tracking_number=command.tracking_number,
        identity_checked=command.identity_checked or None,
        mandate=command.mandate,
    )
    if issued.delivered == fingerprint(delivered):
        return ()
    _require_undelivered(issued)
    if command.delivery not in item.deliveries:
        raise Refused(
            "review.delivery_not_offered",
            f"该事项的领取方式为 {'、'.join(item.deliveries) or '无'}。",
        )
    if command.delivered_at < _minute_of(issued):
        raise Refused("review.delivery_before_issue", "送达不能早于颁发。")
    if command.delivered_at > command.at:
        raise Refused("review.held_in_future", "领证时间尚未到，不能记录。")
    _require_receiver(command)
    return [delivered]


def _to_be_collected(state: State) -> Issued:
    issued = issued_of(state)
    require_in_force(issued)
    _require_undelivered(issued)
    return issued


def _minute_of(issued: Issued) -> datetime:
    """A window writes the time down to the minute, and may hand over what was just issued."""
    return instant(issued.at).replace(second=0, microsecond=0)


def _require_undelivered(issued: Issued) -> None:
    if issued.delivered is not None:
        raise Refused("review.already_delivered", f"{issued.document_number} 已送达。")


def _require_receiver(command: RecordDelivery) -> None:
    at_window = command.delivery in ("window", "village")
    if at_window and not command.identity_checked:
        raise Refused("review.identity_unchecked", "窗口领取须核验领取人身份证件，请核验后再记录。")
    if at_window and command.received_by == "agent" and command.mandate is None:
        raise Refused("review.mandate_missing", "代领须有申请人的委托书，请填写委托书号。")
    if command.delivery == "courier" and command.tracking_number is None:
        raise Refused("review.tracking_missing", "快递送达须填写快递单号。")
