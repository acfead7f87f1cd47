"""Results that are sent, as commands and as events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from schemas.events.custody import DeliveryFailed, ResultDispatched, ResultReissued
from schemas.values import Carriage, DeliveryFailure
from services.kernel.actor import Actor
from services.kernel.identifiers import document_number
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered, Reissue
from tests.review.core.situations import CONVENER, _act, step_id
from tests.review.core.situations_of_results import VILLAGE_CLERK, issued
from tests.support.builders import CASE, HOUSING, later


def dispatch(
    tracking_number: str = "EMS1",
    handed_at: datetime | None = None,
    actor: Actor = VILLAGE_CLERK,
    by: Carriage = "courier",
    number: int = 4,
) -> Dispatch:
    return Dispatch(
        **(_act(number, actor) | {"at": later(9)}),
        by=by,
        carrier="邮政EMS",
        tracking_number=tracking_number,
        handed_at=handed_at or later(3),
    )


def dispatched(
    tracking_number: str = "EMS1", handed_at: datetime | None = None, **changes: Any
) -> ResultDispatched:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": VILLAGE_CLERK.organisation,
        "officer_id": VILLAGE_CLERK.officer_id,
        "document_number": issued().document_number,
        "by": "courier",
        "carrier": "邮政EMS",
        "tracking_number": tracking_number,
        "handed_at": handed_at or later(3),
    }
    return ResultDispatched.model_validate(told | changes)


def undelivered(
    how: DeliveryFailure = "lost",
    found_at: datetime | None = None,
    tracking_number: str = "EMS1",
    actor: Actor = VILLAGE_CLERK,
    number: int = 4,
) -> RecordUndelivered:
    return RecordUndelivered(
        **(_act(number, actor) | {"at": later(9)}),
        tracking_number=tracking_number,
        how=how,
        reasons="承运方确认",
        found_at=found_at or later(4),
    )


def failed(how: DeliveryFailure = "lost", found_at: datetime | None = None) -> DeliveryFailed:
    return DeliveryFailed(
        step_id=step_id(4),
        organisation=VILLAGE_CLERK.organisation,
        officer_id=VILLAGE_CLERK.officer_id,
        tracking_number="EMS1",
        how=how,
        reasons="承运方确认",
        found_at=found_at or later(4),
    )


def reissue(at: datetime | None = None, actor: Actor = CONVENER, number: int = 4) -> Reissue:
    return Reissue(**(_act(number, actor) | {"at": at or later(6)}))


def reissued(duplicate: int = 1, **changes: Any) -> ResultReissued:
    told: dict[str, Any] = {
        "step_id": step_id(4),
        "organisation": HOUSING,
        "officer_id": CONVENER.officer_id,
        "document_number": document_number(CASE, "410322105207", 2025, duplicate),
        "replaces": issued().document_number,
        "duplicate": duplicate,
        "name": "建设用地批准书",
        "valid_from": date(2025, 3, 3),
        "valid_until": date(2027, 3, 2),
        "reissued_at": later(6),
    }
    return ResultReissued.model_validate(told | changes)
