"""What review answers with, for those who read its API document."""

from __future__ import annotations

from pydantic import Field

from services.runtime.api_document import Told


class CheckTold(Told):
    """Who held the papers against the rules, and which were not met."""

    officer_id: str
    unmet: list[str]


class ConsultedTold(Told):
    """A department that was asked outside its route."""

    organisation: str
    due_at: str
    opinion: str | None


class FeeTold(Told):
    """The one bill."""

    total_fen: int
    settled: bool


class StepTold(Told):
    """A step as it stands; all steps of the case where an act brought nothing about."""

    case_id: str
    version: int = Field(ge=0)
    step_id: str | None = None
    status: str | None = None
    """`waiting`, `claimed`, `closed`."""
    organisation: str | None = None
    duty: str | None = None
    due_at: str | None = None
    claimed_by: str | None = None
    closed_by: str | None = None
    outcome: str | None = None
    item_code: str | None = None
    item_version: int | None = None
    checked: CheckTold | None = None
    consulted: list[ConsultedTold] | None = None
    stopped_for: str | None = None
    runs_again_at: str | None = None
    fee: FeeTold | None = None
    document_number: str | None = None
    delivered: bool | None = None
    steps: list[StepTold] | None = None
