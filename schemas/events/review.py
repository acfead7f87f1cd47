"""`case.review.events.v1`: what happens inside one step at one organisation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.check_values import CheckAnswer, CheckAsked
from schemas.events.base import REVIEW, Event
from schemas.values import (
    CaseTerms,
    DepartmentOpinion,
    Duty,
    Finding,
    Instant,
    Label,
    OfficerId,
    Opinion,
    OrganisationPath,
    Overruled,
    Procedure,
    Recall,
    Role,
    Sha256,
    StepId,
    Survey,
    Term,
    Text,
)


class OfStep(Event):
    """What happened on one step."""

    topics: ClassVar[tuple[str, ...]] = (REVIEW,)

    step_id: StepId


class StepReceived(OfStep):
    """The organisation has the step on its desk."""

    type: ClassVar[str] = "cn.cunban.step.received.v1"

    organisation: OrganisationPath
    duty: Duty
    role: Role | None = None
    """Who may close it; None on steps received before it was written down."""
    term: Term
    case: CaseTerms | None = None
    """What the catalogue and the clocks of the case hang on; None on steps received before it was
    written down."""


class StepClaimed(OfStep):
    """认领. One officer answers for the step from now on."""

    type: ClassVar[str] = "cn.cunban.step.claimed.v1"

    officer_id: OfficerId
    acting_for: OfficerId | None = None
    """Whose stand-in answers for it; None where they do so by a post of their own."""


class StepReleased(OfStep):
    """The officer gave the step back to the queue."""

    type: ClassVar[str] = "cn.cunban.step.released.v1"

    officer_id: OfficerId
    reason: Text


class StepMoved(OfStep):
    """环节移交. Routing laid the step to another organisation or officer; whoever had claimed it
    holds it no more. What was done on it stays done, and its clock runs on."""

    type: ClassVar[str] = "cn.cunban.step.moved.v1"

    organisation: OrganisationPath
    role: Role | None
    """Who may close it from now on; None on steps received before it was written down."""
    officer_id: OfficerId | None
    """Who answers for it from now on; None: it waits in the queue of `organisation`."""
    move: Annotated[int, Field(ge=1)]
    """Which of routing's moves of this step is followed."""


class StandInNamed(OfStep):
    """代办人到位. Until `until` the stand-in may do what the one whom they stand in for may."""

    type: ClassVar[str] = "cn.cunban.step.stand-in-named.v1"

    stand_in: OfficerId
    acting_for: OfficerId
    role: Role
    since: Instant
    until: Instant


class StepYielded(OfStep):
    """环节交回. Taken off the desk undecided, because routing recalled it."""

    type: ClassVar[str] = "cn.cunban.step.yielded.v1"

    organisation: OrganisationPath
    why: Recall
    officer_id: OfficerId
    """Who asked for it."""


class StepChecked(OfStep):
    """审查. The papers were held against the item's review rules, all of them."""

    type: ClassVar[str] = "cn.cunban.step.checked.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    """Never the one who decides, but on instant items (一审一核)."""
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    """One a rule, in the order of the item's."""


class _ClockMoved(OfStep):
    organisation: OrganisationPath
    """Whose step it is."""
    officer_id: OfficerId
    term: Term | None
    """Clock of the step from now on; None where it was already due and stays so."""
    legal: Term | None
    """Of the case; None where it stays as it was: parallel steps run on, or it was due."""
    promised: Term | None
    """Of the case; as `legal`."""


class ClockStopped(_ClockMoved):
    """停表. The clock stands still for an announced special procedure (ALL 45), at most for the
    announced days; the deadlines are reckoned as if it took all of them."""

    type: ClassVar[str] = "cn.cunban.clock.stopped.v1"

    procedure: Procedure
    announced_days: Annotated[int, Field(ge=1, le=365)]
    notice_number: Label
    """Of the written notice to the applicant."""
    stopped_at: Instant
    runs_again_at: Instant
    """When the clock runs by itself if nobody resumes it before."""


class ClockResumed(_ClockMoved):
    """恢复计时. The special procedure ended before its announced days did, or they are over."""

    type: ClassVar[str] = "cn.cunban.clock.resumed.v1"

    procedure: Procedure
    resumed_at: Instant
    result: Text
    """What the procedure has found."""
    capped: bool = False
    """The announced days were over and nobody had resumed it: it runs by itself (ALL 45), and no
    deadline moves."""


class ClockExtended(_ClockMoved):
    """延期. Granted once, before the legal limit is due, with reasons for the applicant (ALL 42).
    The limits of the terms hold the extension."""

    type: ClassVar[str] = "cn.cunban.clock.extended.v1"

    days: Annotated[int, Field(ge=1, le=365)]
    granted_at: Instant
    reasons: Text


class OpinionGiven(OfStep):
    """A consulted department was heard; closes its step."""

    type: ClassVar[str] = "cn.cunban.opinion.given.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    opinion: Opinion
    reasons: Text


class OpinionRequested(OfStep):
    """征求意见. A department that the route does not ask is asked, with a deadline of its own."""

    type: ClassVar[str] = "cn.cunban.opinion.requested.v1"

    organisation: OrganisationPath
    """Which asks."""
    officer_id: OfficerId
    asked: OrganisationPath
    question: Text
    term: Term
    checks: tuple[CheckAsked, ...] | None = None
    """内部核查. What it is to look up, in the order of the item's; None where nothing."""


class OpinionAnswered(OfStep):
    """The department that was asked has answered; its step is the asking one's."""

    type: ClassVar[str] = "cn.cunban.opinion.answered.v1"

    organisation: OrganisationPath
    """Which was asked."""
    officer_id: OfficerId
    opinion: Opinion
    reasons: Text
    found: tuple[CheckAnswer, ...] | None = None
    """What it found, by code; None where it was to look nothing up."""


class SurveyScheduled(OfStep):
    """约定勘查. Officers will be on site; a later one takes the place of an earlier."""

    type: ClassVar[str] = "cn.cunban.survey.scheduled.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    survey: Survey
    planned_at: Instant
    participants: Annotated[tuple[OfficerId, ...], Field(min_length=2)]
    """Two or more, never twice the same (ALL 34)."""
    until: Instant | None = None
    """When those on site are back at their desks; None where it is not told."""


class SurveyRecorded(OfStep):
    """现场勘查记录. What was found on site."""

    type: ClassVar[str] = "cn.cunban.survey.recorded.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    survey: Survey
    held_at: Instant
    participants: Annotated[tuple[OfficerId, ...], Field(min_length=2)]
    """Two or more, never twice the same (ALL 34)."""
    result: Literal["passed", "failed"]
    findings: Text
    pictures: Annotated[tuple[Sha256, ...], Field(min_length=1)]
    """Hashes of the attachments."""
    until: Instant | None = None
    """When those on site are back at their desks; None where it is not told."""


class MeetingConvened(OfStep):
    """召集联席会议. Each of these departments will be heard."""

    type: ClassVar[str] = "cn.cunban.meeting.convened.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    planned_at: Instant
    departments: Annotated[tuple[OrganisationPath, ...], Field(min_length=1)]
    """In the order of their paths; none twice."""
    subject: Text


class MeetingHeld(OfStep):
    """联席会议纪要. What every convened department said; it holds over what it said before."""

    type: ClassVar[str] = "cn.cunban.meeting.held.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    held_at: Instant
    opinions: Annotated[tuple[DepartmentOpinion, ...], Field(min_length=1)]
    """One of each department that came, in the order of their paths."""
    minutes: Text
    absent: tuple[OrganisationPath, ...] | None = None
    """Convened, and did not come; in the order of their paths, None where all came."""


class StepDecided(OfStep):
    """A step was approved, rejected or forwarded (同意上报); closes it."""

    type: ClassVar[str] = "cn.cunban.step.decided.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    outcome: Literal["approved", "rejected", "forwarded"]
    reasons: Text
    remedy: Text | None = None
    """Appeal and suit; never absent where the outcome is `rejected` (ALL 38)."""
    overruled: tuple[Overruled, ...] = ()
    """Every department that disagreed or kept silent beyond its time, where the outcome is
    `approved` all the same."""
