"""What the rules of review must know of the steps of one case, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.check_values import CheckAnswer
from schemas.values import (
    CaseOutcome,
    Duty,
    Opinion,
    Procedure,
    Recall,
    Role,
    StepOutcome,
    Survey,
)
from services.review.core.state_of_clocks import Clock, ClockOfAct
from services.review.core.state_of_result import Bill, Correction, Issued


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnDesk:
    step_id: str
    version: int
    organisation: str
    duty: Duty
    role: Role | None = None
    """Who may close it."""
    due_at: str
    """RFC 3339, UTC; as the latest event says that set or moved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingIn:
    """Who may do what an absent officer may; instants are RFC 3339, UTC."""

    officer_id: str
    acting_for: str
    role: Role
    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open(_OnDesk):
    clock: Clock | None = None
    """None in states written before a clock could be moved."""
    moves: int = 0
    """How many of routing's moves were followed."""
    stand_in: StandingIn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(_Open):
    """In the queue of its organisation."""

    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(_Open):
    """One officer answers for it."""

    kind: Literal["claimed"] = "claimed"
    officer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(_OnDesk):
    """Heard, decided or yielded. Final."""

    kind: Literal["closed"] = "closed"
    officer_id: str
    """Of one that was yielded: who asked for it."""
    outcome: StepOutcome | Recall
    words: str
    """Fingerprint of the event that closed it."""


Step: TypeAlias = Annotated[Waiting | Claimed | Closed, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The latest check of the papers against the review rules."""

    officer_id: str
    unmet: tuple[str, ...]
    """Codes of the rules that are not met, in the order of the item's."""
    words: str
    """Fingerprint of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A clock was stopped, for a special procedure or at a superior; RFC 3339, UTC."""

    number: int
    """Of the step."""
    procedure: Procedure | Literal["superior"]
    days: int
    """Announced."""
    whole: bool
    """Whether the clocks of the case stood still too."""
    at: str
    again_at: str
    """When it runs by itself."""
    resumed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The limit was prolonged."""

    number: int
    """Of the step on which it was granted."""
    days: int
    at: str
    """RFC 3339, UTC."""
    clocks: tuple[Literal["step", "legal", "promised"], ...]
    """Which were not yet due, and moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """A department that was asked outside its route, or convened; once at most."""

    organisation: str
    by: Literal["request", "meeting"]
    due_at: str
    """RFC 3339, UTC: by when to answer, or when the meeting is."""
    clock: ClockOfAct | None = None
    """Of a request not answered yet; None in states written before it could be moved."""
    opinion: Opinion | None = None
    """The latest; None until it is heard."""
    words: str = ""
    """Fingerprint of the event that told it."""
    absent: bool = False
    """Convened, and did not come: its silence may be overruled by name."""
    checks: tuple[str, ...] = ()
    """Codes of what it is to look up."""
    found: tuple[CheckAnswer, ...] = ()
    """By code; empty until it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """How far one of the three on site has come."""

    survey: Survey
    result: Literal["planned", "passed", "failed"]
    words: str
    """Fingerprint of the event."""
    findings: str = ""
    """Mark of what was found, as it stands after corrections; empty before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What its steps share."""

    item_code: str
    item_version: int
    accepted_by: str
    """By whose office hours `legal` and `promised` are reckoned."""
    calendar_version: str
    """The newest by which a clock of the case was reckoned; every move is reckoned by it."""
    legal: Clock
    promised: Clock
    checked: Checked | None = None
    stops: tuple[Stopped, ...] = ()
    """In the order of the log."""
    extended: Extended | None = None
    consulted: tuple[Consulted, ...] = ()
    surveys: tuple[Surveyed, ...] = ()
    bill: Bill | None = None
    deliver_by: str | None = None
    """RFC 3339, UTC: by when to issue and deliver; None until it was approved."""
    delivery: ClockOfAct | None = None
    """Until it was delivered or revoked; None in states written before it could be moved."""
    issued: Issued | None = None
    superior: CaseOutcome | None = None
    """What the higher authority decided; None until it is heard of."""
    met: str = ""
    """Fingerprint of the latest meeting held."""
    minutes: str = ""
    """Mark of the latest minutes, as they stand after corrections; empty before."""
    corrections: tuple[Correction, ...] = ()
    """In the order of the log."""


@dataclass(frozen=True, slots=True)
class UnderReview:
    """All steps of one case that ever came to a desk; none before the first."""

    steps: tuple[Step, ...] = ()
    """In the order in which they were received; ids unique."""
    case: Case | None = None
    """None where the steps were received before it was told."""

    def open_stop(self, step_id: str) -> Stopped | None:
        """Give the latest stop on a step that nobody has resumed; its days may have passed."""
        number = number_of(step_id)
        for stop in reversed(self.case.stops if self.case else ()):
            if stop.number == number:
                return stop if stop.resumed_at is None else None
        return None

    def step(self, step_id: str) -> Step | None:
        """Give the step, None where it was never received."""
        for step in self.steps:
            if step.step_id == step_id:
                return step
        return None


State: TypeAlias = UnderReview


def survey_of(case: Case, survey: Survey) -> Surveyed | None:
    """Give how far a survey has come; None where it was never planned."""
    return next((known for known in case.surveys if known.survey == survey), None)


def consulted_of(case: Case, organisation: str) -> Consulted | None:
    """Give the consulted department; None where it was neither asked nor convened."""
    return next((c for c in case.consulted if c.organisation == organisation), None)


def number_of(step_id: str) -> int:
    """Give the number of a step on its route."""
    return int(step_id.rpartition(".")[2])
