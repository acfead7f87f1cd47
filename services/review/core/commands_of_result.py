"""What may be wanted after, or around, the decision: fees, the result and its delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.values import (
    Delivery,
    Instant,
    ItemCode,
    Label,
    NoticeWay,
    OfficerId,
    Revocation,
    Survey,
    Text,
    Value,
)
from services.review.core.command_of_step import OfStep


class Charge(Value):
    """How many of one fee of the item."""

    fee: ItemCode
    quantity: Annotated[int, Field(ge=1, le=10**6)] = 1


# Bounds as in `commands`.
Charges: TypeAlias = Annotated[tuple[Charge, ...], Field(min_length=1, max_length=30)]
Fen: TypeAlias = Annotated[int, Field(ge=0, le=10**18)]
Seals: TypeAlias = Annotated[tuple[ItemCode, ...], Field(max_length=9)]
Receiver: TypeAlias = Literal["applicant", "agent"]
Corrected: TypeAlias = Literal[
    "name", "valid_from", "valid_until", "survey_findings", "meeting_minutes"
]
"""What an obvious error may be in: words of the document, or of a record."""


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
class Sealed(OfStep):
    """What is done with seals on it."""

    seals: Seals = ()
    """By code; in any order."""
    put_on_by: OfficerId | None = None
    """By whose hand; None: each by its keeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Sealed):
    """Make out the result document."""

    action: ClassVar[str] = "review.issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkReady(OfStep):
    """Say that the result lies ready where the officer is."""

    action: ClassVar[str] = "review.mark_ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyReady(OfStep):
    """Say that the applicant was told that it is ready."""

    action: ClassVar[str] = "review.notify_ready"

    way: NoticeWay
    told_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivery(OfStep):
    """Say how and when the applicant got the result."""

    action: ClassVar[str] = "review.record_delivery"

    delivery: Delivery
    delivered_at: Instant
    received_by: Receiver
    tracking_number: Label | None = None
    identity_checked: bool = False
    """Whether the receiver's identity document was seen."""
    mandate: Label | None = None
    """By which an agent receives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(OfStep):
    """Take the result document back; the holder was told in writing."""

    action: ClassVar[str] = "review.revoke"

    how: Revocation
    grounds: Text
    basis: Text
    notice_number: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Sealed):
    """Put an obvious error right, by a later word."""

    action: ClassVar[str] = "review.correct"

    what: Corrected
    old: Text
    """What stands there; a day as `2026-03-09`."""
    new: Text
    reasons: Text
    survey: Survey | None = None
    """Whose findings."""
