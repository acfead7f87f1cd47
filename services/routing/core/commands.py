"""What may be wanted of a route. Private to routing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import (
    CaseOutcome,
    Instant,
    ItemCode,
    Label,
    OfficerId,
    OrganisationPath,
    StepId,
    StepOutcome,
    Term,
    Text,
)
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class LayRoute(decider.Command):
    """Lay the route of a case that was accepted, and open its first stage; from a reaction.

    All its steps are reckoned by the calendar of `legal`, the one it was accepted under.
    """

    action: ClassVar[str] = "routing.lay_route"

    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    organisation: OrganisationPath
    """Which accepted."""
    legal: Term
    promised: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStep(decider.Command):
    """Something wanted of one step."""

    step_id: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep(OfStep):
    """Take over how a step ended, and open what comes next; from a reaction."""

    action: ClassVar[str] = "routing.close_step"

    outcome: StepOutcome
    officer_id: OfficerId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackStep(OfStep):
    """Go on with a step that its desk has yielded; from a reaction."""

    action: ClassVar[str] = "routing.take_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep(OfStep):
    """Hand the step to a colleague, or to another unit of the same organisation."""

    action: ClassVar[str] = "routing.transfer"

    to_organisation: OrganisationPath | None = None
    """None: it stays where it is."""
    to_officer: OfficerId | None = None
    """None: whoever claims it there."""
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateStep(OfStep):
    """Let a colleague do for a time what an absent officer might do."""

    action: ClassVar[str] = "routing.delegate"

    absent: OfficerId
    stand_in: OfficerId | None
    """None: whoever the roster names for the absent officer."""
    since: Instant
    until: Instant
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverStep(OfStep):
    """Do it at the superior organisation."""

    action: ClassVar[str] = "routing.take_over"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStep(OfStep):
    """Have the stage before done once more."""

    action: ClassVar[str] = "routing.return"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStep(OfStep):
    """Send what the township cannot do straight to the county."""

    action: ClassVar[str] = "routing.upload"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExternalResult(decider.Command):
    """Say what the higher authority decided on a case that was reported up."""

    action: ClassVar[str] = "routing.record_external_result"

    authority: Label
    document_number: Label
    decided_on: date
    outcome: CaseOutcome
    remarks: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HearExternalResult(RecordExternalResult):
    """Take over what the higher authority's own system told; from a reaction."""

    action: ClassVar[str] = "routing.hear_external_result"


@dataclass(frozen=True, slots=True, kw_only=True)
class RerouteStep(OfStep):
    """Lay the step to the successor of its organisation; from a timer."""

    action: ClassVar[str] = "routing.reroute"

    organisation: OrganisationPath
    """Which is abolished; elsewhere the step stays where it is."""
    to_organisation: OrganisationPath
    closed_on: date
    reference_version: Label
    reason: Text


Act: TypeAlias = TransferStep | DelegateStep | TakeOverStep | ReturnStep | UploadStep
"""What officers do with an open step."""
Followed: TypeAlias = CloseStep | TakeBackStep
"""What follows from what review did."""
Result: TypeAlias = RecordExternalResult | HearExternalResult
Asked: TypeAlias = LayRoute | Followed | Act | Result
"""What may be refused."""
Command: TypeAlias = Asked | RerouteStep

COMMANDS: tuple[type[Command], ...] = (
    LayRoute,
    CloseStep,
    TakeBackStep,
    TransferStep,
    DelegateStep,
    TakeOverStep,
    ReturnStep,
    UploadStep,
    RecordExternalResult,
    HearExternalResult,
    RerouteStep,
)
