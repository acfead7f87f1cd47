"""`case.routing.events.v1`: the way of a case through the levels."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.base import ROUTING, Event
from schemas.values import (
    CaseOutcome,
    Duty,
    ItemCode,
    Label,
    OfficerId,
    OrganisationPath,
    PlannedStep,
    Role,
    RouteShape,
    StepId,
    StepOutcome,
    Term,
)


class _Routing(Event):
    topics: ClassVar[tuple[str, ...]] = (ROUTING,)


class RouteLaid(_Routing):
    """The route of a case, drawn from the version of the item that it was accepted under."""

    type: ClassVar[str] = "cn.cunban.route.laid.v1"

    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    shape: RouteShape
    steps: Annotated[tuple[PlannedStep, ...], Field(min_length=1)]
    accepted_by: OrganisationPath | None = None
    """Organisation that accepted the case; it may follow the whole way."""


class StepOpened(_Routing):
    """A step lies at one organisation; its clock runs from the event's time."""

    type: ClassVar[str] = "cn.cunban.step.opened.v1"

    step_id: StepId
    number: Annotated[int, Field(ge=1, le=99)]
    stage: Annotated[int, Field(ge=1, le=99)]
    title: Label
    organisation: OrganisationPath
    duty: Duty
    role: Role
    """Who may close it."""
    item_code: ItemCode
    term: Term
    legal: Term
    promised: Term
    """Clocks of the whole case, as they were set when it was accepted."""
    item_version: Annotated[int, Field(ge=1)] | None = None
    """Which the case keeps; None on steps opened before it was written down."""
    accepted_by: OrganisationPath | None = None
    """Organisation that accepted the case; None on steps opened before it was written down."""


class StepClosed(_Routing):
    """A step ended at its organisation."""

    type: ClassVar[str] = "cn.cunban.step.closed.v1"

    step_id: StepId
    number: Annotated[int, Field(ge=1, le=99)]
    organisation: OrganisationPath
    outcome: StepOutcome
    officer_id: OfficerId | None
    """Who closed it in review."""


class CaseCompleted(_Routing):
    """办结. The last step closed; both clocks of the case stand still from the event's time."""

    type: ClassVar[str] = "cn.cunban.case.completed.v1"

    outcome: CaseOutcome
    """What the deciding step said."""
