"""What the rules of routing must know of a route, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.values import CaseOutcome, Duty, PlannedStep, StepOutcome, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Not opened yet; holds what opening it wants."""

    kind: Literal["planned"] = "planned"
    step: PlannedStep

    @property
    def number(self) -> int:
        """Of the step on the route."""
        return self.step.number

    @property
    def stage(self) -> int:
        """Of the step on the route."""
        return self.step.stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """On the desk of its organisation."""

    kind: Literal["open"] = "open"
    number: int
    stage: int
    organisation: str
    duty: Duty
    due_at: str
    """RFC 3339, UTC; for those who ask, no rule reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Ended at its organisation."""

    kind: Literal["closed"] = "closed"
    number: int
    stage: int
    organisation: str
    duty: Duty
    outcome: StepOutcome


Step: TypeAlias = Annotated[Planned | Open | Closed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class NotLaid:
    """No route is here."""

    kind: Literal["not_laid"] = "not_laid"
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Planned, nothing opened: between two events of one decision, never longer."""

    kind: Literal["laid"] = "laid"
    version: int
    item_code: str
    item_version: int | None = None
    """None in states written before steps told it."""
    accepted_by: str | None
    """May see the whole route."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """At least one step was opened, and the case is not complete."""

    kind: Literal["under_way"] = "under_way"
    version: int
    item_code: str
    item_version: int | None = None
    """None in states written before steps told it."""
    accepted_by: str | None
    """May see the whole route."""
    steps: tuple[Step, ...]
    """By number, without gap."""
    legal: Term
    promised: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """办结. Final."""

    kind: Literal["completed"] = "completed"
    version: int
    item_code: str
    accepted_by: str | None
    """May see the whole route."""
    steps: tuple[Step, ...]
    outcome: CaseOutcome


State: TypeAlias = Annotated[NotLaid | Laid | UnderWay | Completed, Field(discriminator="kind")]
