"""What may be wanted after, or around, the decision: fees, the result and its delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.values import Delivery, Instant, ItemCode, Label, Text, Value
from services.review.core.command_of_step import OfStep


class Charge(Value):
    """How many of one fee of the item."""

    fee: ItemCode
    quantity: Annotated[int, Field(ge=1, le=10**6)] = 1


# Bounds as in `commands`.
Charges: TypeAlias = Annotated[tuple[Charge, ...], Field(min_length=1, max_length=30)]
Fen: TypeAlias = Annotated[int, Field(ge=0, le=10**18)]
Receiver: TypeAlias = Literal["applicant", "agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessFee(OfStep):
    """Make out the bill, once, from the item's fees."""

    action: ClassVar[str] = "review.assess_fee"

    charges: Charges


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment(OfStep):
    """Say that the bill was paid."""

    action: ClassVar[str] = "review.record_payment"

    amount_fen: Fen
    receipt_number: Label
    paid_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveFee(OfStep):
    """Let the applicant off the bill."""

    action: ClassVar[str] = "review.waive_fee"

    basis: Text
    reasons: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(OfStep):
    """Make out the result document."""

    action: ClassVar[str] = "review.issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(OfStep):
    """Say how and when the applicant got the result."""

    action: ClassVar[str] = "review.record_delivery"

    delivery: Delivery
    delivered_at: Instant
    received_by: Receiver
    tracking_number: Label | None = None
