"""What review answers with, for those who read its API document."""

from __future__ import annotations

from pydantic import Field

from services.runtime.api_document import Told


class CheckTold(Told):
    """Who held the papers against the rules, and which were not met."""

    officer_id: str
    unmet: list[str]


class CheckFoundTold(Told):
    """What a department found."""

    code: str
    found: str
    """`found`, `not_found`, `differs`."""


class ConsultedTold(Told):
    """A department that was asked outside its route."""

    organisation: str
    by: str
    """`request` or `meeting`."""
    due_at: str
    opinion: str | None
    absent: bool = False
    checks: list[str] | None = None
    """Codes of what it is to look up (内部核查)."""
    found: list[CheckFoundTold] | None = None


class SurveyedTold(Told):
    """How far a survey has come."""

    survey: str
    result: str


class CorrectionTold(Told):
    """An obvious error put right: both words."""

    what: str
    survey: str | None
    old: str
    new: str
    officer_id: str
    at: str


class DocumentTold(Told):
    """The result as it reads now."""

    name: str
    issued_at: str
    valid_from: str
    valid_until: str | None


class RevokedTold(Told):
    """How and when it was taken back."""

    how: str
    at: str


class OfficerTold(Told):
    """Who can be on site."""

    officer_id: str
    name: str


class SealTold(Told):
    """A seal that may be put on today."""

    code: str
    kind: str
    """`approval` or `closing`."""
    name: str
    keeper: str


class FeeTold(Told):
    """The one bill."""

    total_fen: int
    settled: bool


class StepDocumentTold(Told):
    """A document for the applicant that the step has brought forth."""

    kind: str
    """`decision`, `stop`, `extension`, `result`: as in its address."""
    ordinal: int
    at: str | None


class PictureTold(Told):
    """A picture that was taken in."""

    step_id: str
    name: str
    sha256: str
    size: int
    media_type: str


class ParcelTold(Told):
    """The result on its way."""

    by: str
    """`courier` or `locker`."""
    carrier: str
    tracking_number: str
    handed_at: str
    lost: bool


class StepTold(Told):
    """A step as it stands; all steps of the case where an act brought nothing about."""

    case_id: str
    version: int = Field(ge=0)
    step_id: str | None = None
    status: str | None = None
    """`waiting`, `claimed`, `closed`."""
    organisation: str | None = None
    duty: str | None = None
    role: str | None = None
    due_at: str | None = None
    claimed_by: str | None = None
    closed_by: str | None = None
    outcome: str | None = None
    item_code: str | None = None
    item_version: int | None = None
    documents: list[StepDocumentTold] | None = None
    accepted_by: str | None = None
    extended: bool | None = None
    surveys: list[SurveyedTold] | None = None
    corrections: list[CorrectionTold] | None = None
    checked: CheckTold | None = None
    consulted: list[ConsultedTold] | None = None
    stopped_for: str | None = None
    runs_again_at: str | None = None
    fee: FeeTold | None = None
    deliver_by: str | None = None
    """By when to issue and deliver (ALL 44)."""
    document_number: str | None = None
    document: DocumentTold | None = None
    ready_place: str | None = None
    """Organisation where it lies ready."""
    told: bool | None = None
    parcel: ParcelTold | None = None
    """The latest that went out and did not come back."""
    seals: list[str] | None = None
    """Names of the seals on the document."""
    duplicate: int | None = None
    """Which duplicate copy the document is, from 1; None: the first that was issued."""
    delivered: bool | None = None
    revoked: RevokedTold | None = None
    steps: list[StepTold] | None = None
