"""What may be wanted of a result that is sent: handed over, lost, come back, made out anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemas.values import Carriage, DeliveryFailure, Instant, Label, Text
from services.review.core.command_of_step import OfStep
from services.review.core.commands_of_result import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch(OfStep):
    """Say that the result was given to a courier, or put into a parcel locker."""

    action: ClassVar[str] = "review.dispatch"

    by: Carriage = "courier"
    carrier: Label
    tracking_number: Label
    handed_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUndelivered(OfStep):
    """Say that a parcel was lost, or came back to where the officer is."""

    action: ClassVar[str] = "review.record_undelivered"

    tracking_number: Label
    how: DeliveryFailure
    reasons: Text
    found_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissue(Sealed):
    """Make out a duplicate copy of a result that was lost on its way."""

    action: ClassVar[str] = "review.reissue"
