"""What the rules of routing must know of a route, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.values import CaseOutcome, Duty, PlannedStep, Recall, Role, StepOutcome, Term


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
class Moved:
    """The latest move of a step that is open."""

    times: int
    """How often it was moved, with this one."""
    at: str
    """RFC 3339, UTC."""
    holder: str | None
    """To whom; None: to the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """The latest delegation of a step that is open; instants are RFC 3339, UTC."""

    absent: str
    stand_in: str
    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Asked back from its desk, and not yielded yet."""

    why: Recall
    officer_id: str
    reason: str


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
    repeats: int | None = None
    """Number of the step that it does once more."""
    role: Role | None = None
    """Who may close it since it was taken over; None: as the item says."""
    moved: Moved | None = None
    delegated: Delegated | None = None
    recalled: Recalled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Ended at its organisation."""

    kind: Literal["closed"] = "closed"
    number: int
    stage: int
    organisation: str
    duty: Duty
    outcome: StepOutcome | Recall
    repeats: int | None = None
    role: Role | None = None


Step: TypeAlias = Annotated[Planned | Open | Closed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Reported up, and not back yet; instants are RFC 3339, UTC."""

    number: int
    """Of the step that sent it up."""
    organisation: str
    since: str
    due_at: str
    """By when the authority should have decided; no rule reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the higher authority decided, as far as a second telling is held against it."""

    document_number: str
    outcome: CaseOutcome


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
    """At least one step was opened, and the case is not complete: a step is open, or it is away."""

    kind: Literal["under_way"] = "under_way"
    version: int
    item_code: str
    item_version: int | None = None
    """None in states written before steps told it."""
    accepted_by: str | None
    """May see the whole route."""
    steps: tuple[Step, ...]
    """In the order of the route: by stage, then number."""
    legal: Term
    promised: Term
    away: Away | None = None
    result: Heard | None = None
    """Of the authority, between its record and the end of the case."""


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
    result: Heard | None = None
    """Of the authority that ended it; None where the county did."""


State: TypeAlias = Annotated[NotLaid | Laid | UnderWay | Completed, Field(discriminator="kind")]


def returns_of(state: UnderWay) -> int:
    """Give how often a step of the case was returned to the one before."""
    return sum(isinstance(s, Closed) and s.outcome == "returned" for s in state.steps)
