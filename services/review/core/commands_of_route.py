"""What routing wants of a desk because of what officers did with the route. Private to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import CaseOutcome, Instant, OfficerId, OrganisationPath, Recall, Role, Text
from services.review.core.command_of_step import OfStep


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStep(OfStep):
    """Follow routing, which laid the step to others; comes from a reaction."""

    action: ClassVar[str] = "review.move_step"

    organisation: OrganisationPath
    role: Role | None = None
    """Who may close it; None: who might before."""
    officer_id: OfficerId | None = None
    """Who answers for it; None: nobody yet."""
    move: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameStandIn(OfStep):
    """Follow routing, which delegated the step; comes from a reaction."""

    action: ClassVar[str] = "review.name_stand_in"

    stand_in: OfficerId
    acting_for: OfficerId
    role: Role
    since: Instant
    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldStep(OfStep):
    """Give the step up undecided, which routing recalled; comes from a reaction."""

    action: ClassVar[str] = "review.yield_step"

    why: Recall
    officer_id: OfficerId
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendClock(OfStep):
    """Follow routing, which reported the case up; comes from a reaction."""

    action: ClassVar[str] = "review.suspend_clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartClock(OfStep):
    """Follow routing, which heard of the result; comes from a reaction."""

    action: ClassVar[str] = "review.restart_clock"

    outcome: CaseOutcome


Upward: TypeAlias = SuspendClock | RestartClock
"""What follows from where the case lies; its steps are closed by then."""
Followed: TypeAlias = MoveStep | NameStandIn | YieldStep
"""What follows from what officers did with the route."""
