"""统一收费: one bill, from the item's published fees only; paid in full or waived (ALL 58, 59)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.results import FeeAssessed, FeePaid, FeeWaived
from schemas.facts import Item
from schemas.values import BillLine
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.commands_of_result import AssessFee, Charge, RecordPayment, WaiveFee
from services.review.core.item import item_of
from services.review.core.state import Closed, State, Step
from services.review.core.state_of_result import Bill


def assess_fee(
    state: State, step: Step, command: AssessFee, reference: Reference
) -> Sequence[Event]:
    """Give the bill; nothing where this very one was made out. Also before the decision, never
    for what was rejected.

    Raises:
        Refused: `review.item_not_recorded`, `review.not_approved`, `review.fee_not_listed`,
            `review.already_billed`.
    """
    case, item = item_of(state, reference)
    _require_not_rejected(step)
    lines = _lines(item, command.charges)
    assessed = FeeAssessed(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        lines=lines,
        total_fen=sum(line.amount_fen for line in lines),
    )
    if case.bill is None:
        return [assessed]
    if case.bill.words != fingerprint(assessed):
        raise Refused(
            "review.already_billed", f"已核定收费 {case.bill.total_fen} 分；一件只开一张账单。"
        )
    return ()


def record_payment(state: State, step: Step, command: RecordPayment) -> Sequence[Event]:
    """Give the payment; nothing where this very one was recorded. None is taken for what was
    rejected since the bill was made out.

    Raises:
        Refused: `review.not_billed`, `review.already_settled`, `review.not_approved`,
            `review.payment_differs`, `review.held_in_future`.
    """
    bill = _bill(state)
    paid = FeePaid(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        amount_fen=command.amount_fen,
        receipt_number=command.receipt_number,
        paid_at=command.paid_at,
    )
    if _settled(bill, paid):
        return ()
    _require_not_rejected(step)
    if command.amount_fen != bill.total_fen:
        raise Refused("review.payment_differs", f"应缴 {bill.total_fen} 分，须一次缴清，不多不少。")
    if command.paid_at > command.at:
        raise Refused("review.held_in_future", "缴费时间尚未到，不能记录。")
    return [paid]


def waive_fee(state: State, step: Step, command: WaiveFee) -> Sequence[Event]:
    """Give the waiver; nothing where this very one was granted.

    Raises:
        Refused: `review.not_billed`, `review.already_settled`.
    """
    waived = FeeWaived(
        step_id=step.step_id,
        organisation=step.organisation,
        officer_id=command.actor.officer_id,
        basis=command.basis,
        reasons=command.reasons,
    )
    return () if _settled(_bill(state), waived) else [waived]


def _lines(item: Item, charges: Sequence[Charge]) -> tuple[BillLine, ...]:
    wanted = {charge.fee: charge.quantity for charge in charges}
    extra = sorted(wanted.keys() - {fee.code for fee in item.fees})
    if extra or len(wanted) < len(charges):
        raise Refused(
            "review.fee_not_listed",
            f"收费项目有重复，或不在该事项的收费清单上：{'、'.join(extra[:8]) or '重复'}。",
        )
    return tuple(
        BillLine(
            fee=fee.code, quantity=wanted[fee.code], amount_fen=fee.amount_fen * wanted[fee.code]
        )
        for fee in item.fees
        if fee.code in wanted
    )


def _require_not_rejected(step: Step) -> None:
    if isinstance(step, Closed) and step.outcome != "approved":
        raise Refused("review.not_approved", "该办件未获批准，不收费。")


def _bill(state: State) -> Bill:
    if state.case is None or state.case.bill is None:
        raise Refused("review.not_billed", "该办件尚未核定收费。")
    return state.case.bill


def _settled(bill: Bill, event: Event) -> bool:
    if bill.settled is None:
        return False
    if bill.settled != fingerprint(event):
        raise Refused("review.already_settled", "该账单已缴清或已免缴。")
    return True
