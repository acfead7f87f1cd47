"""What routing answers with, for those who read its API document."""

from __future__ import annotations

from pydantic import Field

from services.runtime.api_document import TermTold, Told


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


class RouteTold(Told):
    """A route; its terms stand there while it is under way, its outcome afterwards."""

    case_id: str
    status: str
    version: int = Field(ge=0)
    item_code: str | None = None
    accepted_by: str | None = None
    legal: TermTold | None = None
    promised: TermTold | None = None
    outcome: str | None = None
    steps: list[StepOfRoute] | None = None
