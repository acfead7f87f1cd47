"""What may be wanted of a step. Private to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from schemas.values import (
    CaseTerms,
    Duty,
    Finding,
    Label,
    OrganisationPath,
    Overruled,
    Procedure,
    Role,
    StepId,
    Term,
    Text,
)
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfStep(decider.Command):
    step_id: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveStep(_OfStep):
    """Put the step on the desk of its organisation; comes from a reaction."""

    action: ClassVar[str] = "review.receive_step"

    organisation: OrganisationPath
    duty: Duty
    role: Role
    term: Term
    case: CaseTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(_OfStep):
    """Answer for the step from now on."""

    action: ClassVar[str] = "review.claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(_OfStep):
    """Give the step back to the queue."""

    action: ClassVar[str] = "review.release"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(_OfStep):
    """Hold the papers against the review rules of the item, all of them at once."""

    action: ClassVar[str] = "review.check"

    findings: Annotated[tuple[Finding, ...], Field(min_length=1, max_length=99)]
    """One a rule, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopClock(_OfStep):
    """Stop the clock for a special procedure that was announced to the applicant in writing."""

    action: ClassVar[str] = "review.stop_clock"

    procedure: Procedure
    announced_days: Annotated[int, Field(ge=1, le=365)]
    notice_number: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeClock(_OfStep):
    """Let the clock run again before the announced days have passed."""

    action: ClassVar[str] = "review.resume_clock"

    result: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(_OfStep):
    """Prolong the limit; by the head of the organ, of a joint case by the county's leader."""

    action: ClassVar[str] = "review.extend"

    days: Annotated[int, Field(ge=1, le=365)]
    reasons: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion(_OfStep):
    """Say what the consulted department thinks; closes its step."""

    action: ClassVar[str] = "review.give_opinion"

    opinion: Literal["agreed", "disagreed"]
    reasons: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(_OfStep):
    """Approve, reject or forward; closes the step."""

    action: ClassVar[str] = "review.decide"

    outcome: Literal["approved", "rejected", "forwarded"]
    reasons: Text
    remedy: Text | None = None
    """Appeal and suit; mandatory where rejected."""
    overruled: Annotated[tuple[Overruled, ...], Field(max_length=99)] = ()
    """Every department that disagreed, where approved all the same; in any order."""


DeskAct: TypeAlias = Check | Extend
"""What may be done on a step that is not closed by others than its claimant, too."""
HeldAct: TypeAlias = Release | StopClock | ResumeClock | GiveOpinion | Decide
"""What only the claimant may do."""
Command: TypeAlias = ReceiveStep | Claim | DeskAct | HeldAct

COMMANDS: tuple[type[Command], ...] = (
    ReceiveStep,
    Claim,
    Check,
    Extend,
    Release,
    StopClock,
    ResumeClock,
    GiveOpinion,
    Decide,
)
