"""Bills, results and deliveries, as commands and as events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from schemas.events.results import FeeAssessed, FeePaid, FeeWaived, ResultDelivered, ResultIssued
from schemas.values import (
    BillLine,
    Delivery,
)
from services.kernel.actor import Actor
from services.kernel.identifiers import document_number
from services.review.core.commands_of_result import (
    AssessFee,
    Charge,
    Issue,
    RecordDelivery,
    RecordPayment,
    WaiveFee,
)
from tests.review.core.situations import CONVENER, _act, step_id
from tests.support.builders import (
    CASE,
    HOUSING,
    VILLAGE,
    later,
    officer,
)

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
    )


def delivered(by: Actor = VILLAGE_CLERK, delivery: Delivery = "village") -> ResultDelivered:
    return ResultDelivered(
        step_id=step_id(4),
        organisation=by.organisation,
        officer_id=by.officer_id,
        delivery=delivery,
        delivered_at=later(5),
        received_by="applicant",
    )
