"""`case.review.events.v1`: what happens inside one step at one organisation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.events.base import REVIEW, Event
from schemas.values import (
    CaseTerms,
    Duty,
    Finding,
    OfficerId,
    OrganisationPath,
    Overruled,
    Role,
    StepId,
    Term,
    Text,
)


class _Review(Event):
    topics: ClassVar[tuple[str, ...]] = (REVIEW,)

    step_id: StepId


class StepReceived(_Review):
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


class StepClaimed(_Review):
    """认领. One officer answers for the step from now on."""

    type: ClassVar[str] = "cn.cunban.step.claimed.v1"

    officer_id: OfficerId


class StepReleased(_Review):
    """The officer gave the step back to the queue."""

    type: ClassVar[str] = "cn.cunban.step.released.v1"

    officer_id: OfficerId
    reason: Text


class StepChecked(_Review):
    """审查. The papers were held against the item's review rules, all of them."""

    type: ClassVar[str] = "cn.cunban.step.checked.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    """Never the one who decides, but on instant items (一审一核)."""
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    """One a rule, in the order of the item's."""


class OpinionGiven(_Review):
    """A consulted department was heard; closes its step."""

    type: ClassVar[str] = "cn.cunban.opinion.given.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    opinion: Literal["agreed", "disagreed"]
    reasons: Text


class StepDecided(_Review):
    """A step was approved, rejected or forwarded (同意上报); closes it."""

    type: ClassVar[str] = "cn.cunban.step.decided.v1"

    organisation: OrganisationPath
    officer_id: OfficerId
    outcome: Literal["approved", "rejected", "forwarded"]
    reasons: Text
    remedy: Text | None = None
    """Appeal and suit; never absent where the outcome is `rejected` (ALL 38)."""
    overruled: tuple[Overruled, ...] = ()
    """Every department that disagreed, where the outcome is `approved` all the same."""
