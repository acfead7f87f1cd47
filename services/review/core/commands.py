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
    Opinion,
    OrganisationPath,
    Overruled,
    Procedure,
    Role,
    Term,
    Text,
)
from services.review.core.command_of_step import OfStep
from services.review.core.commands_of_consulting import (
    AnswerOpinion,
    Convene,
    RecordMeeting,
    RecordSurvey,
    RequestOpinion,
    ScheduleSurvey,
)
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered, Reissue
from services.review.core.commands_of_result import (
    AssessFee,
    Correct,
    Issue,
    MarkReady,
    NotifyReady,
    RecordDelivery,
    RecordPayment,
    Revoke,
    WaiveFee,
)
from services.review.core.commands_of_route import (
    Followed,
    MoveStep,
    NameStandIn,
    RestartClock,
    SuspendClock,
    Upward,
    YieldStep,
)
from services.review.core.commands_of_time import CorrectDueDates, RunAgain

# Bounds of what is wanted, for the commands and for the bodies that they are made of.
Findings: TypeAlias = Annotated[tuple[Finding, ...], Field(min_length=1, max_length=99)]
MovedDays: TypeAlias = Annotated[int, Field(ge=1, le=365)]
"""Working days by which a clock is stopped or extended."""
Overrulings: TypeAlias = Annotated[tuple[Overruled, ...], Field(max_length=99)]
Outcome: TypeAlias = Literal["approved", "rejected", "forwarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveStep(OfStep):
    """Put the step on the desk of its organisation; comes from a reaction."""

    action: ClassVar[str] = "review.receive_step"

    organisation: OrganisationPath
    duty: Duty
    role: Role
    term: Term
    case: CaseTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(OfStep):
    """Answer for the step from now on."""

    action: ClassVar[str] = "review.claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(OfStep):
    """Give the step back to the queue."""

    action: ClassVar[str] = "review.release"

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(OfStep):
    """Hold the papers against the review rules of the item, all of them at once."""

    action: ClassVar[str] = "review.check"

    findings: Findings
    """One a rule, in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopClock(OfStep):
    """Stop the clock for a special procedure that was announced to the applicant in writing."""

    action: ClassVar[str] = "review.stop_clock"

    procedure: Procedure
    announced_days: MovedDays
    notice_number: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeClock(OfStep):
    """Let the clock run again before the announced days have passed."""

    action: ClassVar[str] = "review.resume_clock"

    result: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(OfStep):
    """Prolong the limit; by the head of the organ, of a joint case by the county's leader."""

    action: ClassVar[str] = "review.extend"

    days: MovedDays
    reasons: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion(OfStep):
    """Say what the consulted department thinks; closes its step."""

    action: ClassVar[str] = "review.give_opinion"

    opinion: Opinion
    reasons: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(OfStep):
    """Approve, reject or forward; closes the step."""

    action: ClassVar[str] = "review.decide"

    outcome: Outcome
    reasons: Text
    remedy: Text | None = None
    """Appeal and suit; mandatory where rejected."""
    overruled: Overrulings = ()
    """Every department that disagreed, or kept silent beyond its time, where approved all the
    same; in any order."""


DeskAct: TypeAlias = Check | Extend | AnswerOpinion
"""What may be done on a step that is not closed by others than its claimant, too."""
HeldAct: TypeAlias = (
    Release
    | StopClock
    | ResumeClock
    | RequestOpinion
    | ScheduleSurvey
    | RecordSurvey
    | Convene
    | RecordMeeting
    | GiveOpinion
    | Decide
)
"""What only the claimant may do."""
ResultAct: TypeAlias = (
    AssessFee
    | RecordPayment
    | WaiveFee
    | Issue
    | MarkReady
    | NotifyReady
    | Dispatch
    | RecordUndelivered
    | Reissue
    | RecordDelivery
    | Revoke
    | Correct
)
"""What officers of the organisation may do, some of it only after the decision."""
StepAct: TypeAlias = ReceiveStep | Followed | Upward | Claim | DeskAct | HeldAct | ResultAct
"""What officers do on a step, and its arrival."""
TimedAct: TypeAlias = RunAgain | CorrectDueDates
"""What only the system does; where it has come too late, nothing follows from it."""
Command: TypeAlias = StepAct | TimedAct

COMMANDS: tuple[type[Command], ...] = (
    ReceiveStep,
    MoveStep,
    NameStandIn,
    YieldStep,
    SuspendClock,
    RestartClock,
    Claim,
    Check,
    Extend,
    AnswerOpinion,
    Release,
    StopClock,
    ResumeClock,
    RequestOpinion,
    ScheduleSurvey,
    RecordSurvey,
    Convene,
    RecordMeeting,
    GiveOpinion,
    Decide,
    AssessFee,
    RecordPayment,
    WaiveFee,
    Issue,
    MarkReady,
    NotifyReady,
    Dispatch,
    RecordUndelivered,
    Reissue,
    RecordDelivery,
    Revoke,
    Correct,
    RunAgain,
    CorrectDueDates,
)
