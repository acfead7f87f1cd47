"""What routing answers with, for those who read its API document."""

from __future__ import annotations

from pydantic import Field

from services.runtime.api_document import TermTold, Told


class MoveTold(Told):
    """The latest move of an open step."""

    times: int
    at: str
    to_officer: str | None


class StandInTold(Told):
    """Who may act on an open step for whom, and for how long."""

    officer_id: str
    acting_for: str
    since: str
    until: str


class RecallTold(Told):
    """Who asked for an open step, and why, while its desk has not yielded it yet."""

    why: str
    officer_id: str


class OverdueTold(Told):
    """An open step whose due date has passed."""

    step_id: str
    organisation: str
    duty: str
    due_at: str


class ReportedUpTold(Told):
    """A case that lies at a higher authority: which department sent it, since when, until when."""

    organisation: str
    since: str
    due_at: str


class StepOfRoute(Told):
    """One step, by where it lies and how it stands."""

    step_id: str
    number: int
    stage: int
    organisation: str
    duty: str
    status: str
    due_at: str | None = None
    """Of an open one; RFC 3339, UTC."""
    outcome: str | None = None
    """Of a closed one."""
    repeats: int | None = None
    """Number of the step that is done once more after a return."""
    moved: MoveTold | None = None
    stand_in: StandInTold | None = None
    recalled: RecallTold | None = None


class RouteTold(Told):
    """A route; its terms stand there while it is under way, its outcome afterwards."""

    case_id: str
    status: str
    version: int = Field(ge=0)
    item_code: str | None = None
    accepted_by: str | None = None
    legal: TermTold | None = None
    promised: TermTold | None = None
    returns: int | None = None
    """How often a step was returned."""
    reported_up: ReportedUpTold | None = None
    overdue: list[OverdueTold] | None = None
    outcome: str | None = None
    steps: list[StepOfRoute] | None = None
