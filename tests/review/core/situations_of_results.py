"""Bills, results and deliveries, as commands and as events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from schemas.events.results import (
    DeliveryClockStarted,
    FeeAssessed,
    FeePaid,
    FeeWaived,
    ReadyNotified,
    ResultDelivered,
    ResultIssued,
    ResultReady,
    ResultRevoked,
)
from schemas.values import (
    BillLine,
    Delivery,
)
from services.kernel.actor import Actor
from services.kernel.identifiers import document_number
from services.review.core.commands_of_result import (
    AssessFee,
    Charge,
    Correct,
    Issue,
    MarkReady,
    NotifyReady,
    RecordDelivery,
    RecordPayment,
    Revoke,
    WaiveFee,
)
from tests.review.core.situations import CONVENER, _act, step_id
from tests.support.builders import CASE, HOUSING, VILLAGE, later, officer, term

BOOK_AND_MAPS: Final = (Charge(fee="book"), Charge(fee="map", quantity=2))


def assess(
    charges: tuple[Charge, ...] = BOOK_AND_MAPS, actor: Actor = CONVENER, number: int = 4
) -> AssessFee:
    return AssessFee(**_act(number, actor), charges=charges)


def assessed() -> FeeAssessed:
    return FeeAssessed(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        lines=(
            BillLine(fee="book", quantity=1, amount_fen=1000),
            BillLine(fee="map", quantity=2, amount_fen=10100),
        ),
        total_fen=11100,
    )


def pay(
    amount_fen: int = 11100,
    paid_at: datetime | None = None,
    receipt_number: str = "豫财0000001",
    number: int = 4,
    actor: Actor = CONVENER,
) -> RecordPayment:
    return RecordPayment(
        **_act(number, actor),
        amount_fen=amount_fen,
        receipt_number=receipt_number,
        paid_at=paid_at or later(),
    )


def paid() -> FeePaid:
    return FeePaid(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        amount_fen=11100,
        receipt_number="豫财0000001",
        paid_at=later(),
    )


def waive(actor: Actor = CONVENER, basis: str = "低保户免收", number: int = 4) -> WaiveFee:
    return WaiveFee(**_act(number, actor), basis=basis, reasons="申请人为低保户")


def waived() -> FeeWaived:
    return FeeWaived(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=CONVENER.officer_id,
        basis="低保户免收",
        reasons="申请人为低保户",
    )


def to_deliver() -> DeliveryClockStarted:
    """Ten working days from the decision of Monday (ALL 44)."""
    running = term(10, "2025-03-17 17:30", later())
    return DeliveryClockStarted(step_id=step_id(4), organisation=HOUSING, term=running)


def issue(at: datetime | None = None, actor: Actor = CONVENER, number: int = 4) -> Issue:
    return Issue(**(_act(number, actor) | ({"at": at} if at else {})))


def issued(**changes: Any) -> ResultIssued:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "document_number": document_number(CASE, "410322105207", 2025),
        "name": "建设用地批准书",
        "issued_at": later(),
        "valid_from": date(2025, 3, 3),
        "valid_until": date(2027, 3, 2),
    }
    return ResultIssued.model_validate(told | changes)


def revoke(
    actor: Actor | None = None,
    basis: str = "许可法第六十九条第二款",
    at: datetime | None = None,
    number: int = 4,
) -> Revoke:
    return Revoke(
        **(_act(number, actor or HOUSING_REVIEWER) | ({"at": at} if at else {})),
        how="revoked",
        grounds="以欺骗手段取得",
        basis=basis,
        notice_number="撤〔2025〕1号",
    )


def revoked() -> ResultRevoked:
    return ResultRevoked(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id=HOUSING_REVIEWER.officer_id,
        document_number=issued().document_number,
        how="revoked",
        grounds="以欺骗手段取得",
        basis="许可法第六十九条第二款",
        notice_number="撤〔2025〕1号",
        revoked_at=later(),
    )


def correct(
    what: Any = "name",
    old: str = "建设用地批准书",
    new: str = "农村宅基地批准书",
    survey: Any = None,
    number: int = 4,
    actor: Actor = CONVENER,
) -> Correct:
    return Correct(
        **_act(number, actor), what=what, old=old, new=new, reasons="笔误", survey=survey
    )


HOUSING_REVIEWER: Final = officer("department_reviewer", HOUSING, "o-wu")
VILLAGE_CLERK: Final = officer("village_clerk", VILLAGE, "o-li")


def deliver(
    delivery: Delivery = "village",
    delivered_at: datetime | None = None,
    actor: Actor = VILLAGE_CLERK,
    at: datetime | None = None,
    number: int = 4,
) -> RecordDelivery:
    return RecordDelivery(
        **(_act(number, actor) | {"at": at or later(9)}),
        delivery=delivery,
        delivered_at=delivered_at or later(5),
        received_by="applicant",
        identity_checked=True,
        tracking_number=None,
    )


def make_ready(actor: Actor = VILLAGE_CLERK, number: int = 4) -> MarkReady:
    return MarkReady(**_act(number, actor))


def made_ready(by: Actor = VILLAGE_CLERK) -> ResultReady:
    return ResultReady(
        step_id=step_id(4),
        organisation=by.organisation,
        officer_id=by.officer_id,
        ready_at=later(),
    )


def notify(
    told_at: datetime | None = None, actor: Actor = VILLAGE_CLERK, number: int = 4
) -> NotifyReady:
    return NotifyReady(
        **(_act(number, actor) | {"at": later(9)}), way="phone", told_at=told_at or later(3)
    )


def notified(told_at: datetime | None = None) -> ReadyNotified:
    return ReadyNotified(
        step_id=step_id(4),
        organisation=VILLAGE,
        officer_id=VILLAGE_CLERK.officer_id,
        way="phone",
        told_at=told_at or later(3),
    )


def delivered(by: Actor = VILLAGE_CLERK, delivery: Delivery = "village") -> ResultDelivered:
    return ResultDelivered(
        step_id=step_id(4),
        organisation=by.organisation,
        officer_id=by.officer_id,
        delivery=delivery,
        delivered_at=later(5),
        received_by="applicant",
        identity_checked=True,
        tracking_number="EMS1" if delivery == "courier" else None,
    )
