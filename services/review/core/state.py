"""What the rules of review must know of the steps of one case, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.values import Duty, Role, StepOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnDesk:
    step_id: str
    version: int
    organisation: str
    duty: Duty
    role: Role | None = None
    """Who may close it."""
    due_at: str
    """RFC 3339, UTC; for those who ask, no rule reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(_OnDesk):
    """In the queue of its organisation."""

    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(_OnDesk):
    """One officer answers for it."""

    kind: Literal["claimed"] = "claimed"
    officer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(_OnDesk):
    """Heard or decided. Final."""

    kind: Literal["closed"] = "closed"
    officer_id: str
    outcome: StepOutcome
    words: str
    """Fingerprint of the event that closed it."""


Step: TypeAlias = Annotated[Waiting | Claimed | Closed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class UnderReview:
    """All steps of one case that ever came to a desk; none before the first."""

    steps: tuple[Step, ...] = ()
    """In the order in which they were received; ids unique."""

    def step(self, step_id: str) -> Step | None:
        """Give the step, None where it was never received."""
        for step in self.steps:
            if step.step_id == step_id:
                return step
        return None


State: TypeAlias = UnderReview
