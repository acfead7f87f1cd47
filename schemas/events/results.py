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
    NoticeWay,
    OfficerId,
    OrganisationPath,
    Revocation,
    Survey,
    Term,
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


class DeliveryClockStarted(OfStep):
    """送达时限起算. It was approved; by then the result is to be issued and delivered (ALL 44)."""

    type: ClassVar[str] = "cn.cunban.delivery-clock.started.v1"

    organisation: OrganisationPath
    """Which has to issue it."""
    term: Term


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


class ResultReady(OfStep):
    """可领取. The result lies ready to be collected; a later one moves it to another place."""

    type: ClassVar[str] = "cn.cunban.result.ready.v1"

    organisation: OrganisationPath
    """Where it is collected."""
    officer_id: OfficerId
    ready_at: Instant


class ReadyNotified(OfStep):
    """告知领取. The applicant was told that the result is ready; again, where nobody came."""

    type: ClassVar[str] = "cn.cunban.result.ready-notified.v1"

    organisation: OrganisationPath
    """Which told."""
    officer_id: OfficerId
    way: NoticeWay
    told_at: Instant


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
    identity_checked: bool | None = None
    """The receiver's identity document was seen; None on deliveries before it was written down,
    and where nobody comes to a window; never False."""
    mandate: Label | None = None
    """委托书. By which an agent received it."""


class ResultRevoked(OfStep):
    """撤销、撤回、注销、吊销. The document holds no more; the holder was told in writing."""

    type: ClassVar[str] = "cn.cunban.result.revoked.v1"

    organisation: OrganisationPath
    """Which had issued it."""
    officer_id: OfficerId
    document_number: Label
    how: Revocation
    grounds: Text
    basis: Text
    """The article that allows it."""
    notice_number: Label
    """Of the written notice to the holder."""
    revoked_at: Instant


class ResultCorrected(OfStep):
    """更正. An obvious error on the document is put right; what it said stands beside it."""

    type: ClassVar[str] = "cn.cunban.result.corrected.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    document_number: Label
    what: Literal["name", "valid_from", "valid_until"]
    old: Text
    new: Text
    """As `old`; a day as `2026-03-09`."""
    reasons: Text
    corrected_at: Instant


class RecordCorrected(OfStep):
    """笔录更正. An obvious error in a record is put right; the record stays as it was written."""

    type: ClassVar[str] = "cn.cunban.record.corrected.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    what: Literal["survey_findings", "meeting_minutes"]
    survey: Survey | None = None
    """Whose findings; None for minutes."""
    old: Text
    new: Text
    reasons: Text
    corrected_at: Instant
