"""`case.review.events.v1`: the bill, the result document and its delivery."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.events.review import OfStep
from schemas.values import (
    BillLine,
    Delivery,
    Instant,
    Label,
    OfficerId,
    OrganisationPath,
    Text,
)


class FeeAssessed(OfStep):
    """统一收费. All that is charged, in one bill, from the item's published fees only."""

    type: ClassVar[str] = "cn.cunban.fee.assessed.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    lines: Annotated[tuple[BillLine, ...], Field(min_length=1)]
    """In the order of the item's fees; none twice."""
    total_fen: Annotated[int, Field(ge=0, le=10**18)]


class FeePaid(OfStep):
    """缴费. The bill was paid in full."""

    type: ClassVar[str] = "cn.cunban.fee.paid.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    amount_fen: Annotated[int, Field(ge=0, le=10**18)]
    receipt_number: Label
    """Of the fiscal receipt (财政票据)."""
    paid_at: Instant


class FeeWaived(OfStep):
    """免缴. Nothing of the bill has to be paid."""

    type: ClassVar[str] = "cn.cunban.fee.waived.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    basis: Text
    """The rule that allows it."""
    reasons: Text


class ResultIssued(OfStep):
    """颁证. The result document has its number, and holds from now on."""

    type: ClassVar[str] = "cn.cunban.result.issued.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    document_number: Label
    name: Label
    issued_at: Instant
    valid_from: date
    """Local day."""
    valid_until: date | None
    """Last day on which it holds, local; None: until it is revoked."""


class ResultDelivered(OfStep):
    """送达. The applicant has the result."""

    type: ClassVar[str] = "cn.cunban.result.delivered.v1"

    organisation: OrganisationPath
    """Whose officer saw to it; not always the one that decided."""
    officer_id: OfficerId
    delivery: Delivery
    delivered_at: Instant
    """领证时间."""
    received_by: Literal["applicant", "agent"]
    tracking_number: Label | None = None
