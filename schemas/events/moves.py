"""`case.routing.events.v1`: what officers do with a route: move a step, or take it back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.base import ROUTING, Event
from schemas.values import (
    Instant,
    Label,
    OfficerId,
    OrganisationPath,
    PlannedStep,
    Recall,
    Role,
    StepId,
    Text,
)


class OfRoute(Event):
    """What was done with one open step of a route."""

    topics: ClassVar[tuple[str, ...]] = (ROUTING,)

    step_id: StepId
    number: Annotated[int, Field(ge=1, le=99)]
    organisation: OrganisationPath
    """Where the step lay before."""


class StepMove(OfRoute):
    """The step lies elsewhere from now on; its clock runs on, and so do those of the case."""

    to_organisation: OrganisationPath
    move: Annotated[int, Field(ge=1)]
    """Which move of this step it is: 1, 2, 3, with no gap."""
    moved_at: Instant


class StepTransferred(StepMove):
    """转办. Handed to a colleague, or to another unit of the same organisation."""

    type: ClassVar[str] = "cn.cunban.step.transferred.v1"

    officer_id: OfficerId
    """Who handed it over."""
    to_officer: OfficerId | None
    """Who answers for it from now on; None: whoever claims it there."""
    reason: Text


class StepTakenOver(StepMove):
    """提级办理. The superior organisation does it itself; the former holder loses it."""

    type: ClassVar[str] = "cn.cunban.step.taken-over.v1"

    officer_id: OfficerId
    """Who took it over, and answers for it from now on."""
    role: Role
    """By which they, and others of the superior organisation, may close it."""
    reason: Text


class StepRerouted(StepMove):
    """撤并改派. Its organisation is abolished; it lies with the successor, claimed by nobody."""

    type: ClassVar[str] = "cn.cunban.step.rerouted.v1"

    closed_on: date
    """First local day on which the former organisation does nothing more."""
    reference_version: Label
    """Facts of the former organisation by which this was done: their key, and by what their
    content is known again."""
    reason: Text


class StepDelegated(OfRoute):
    """委托代办. A colleague may do for a time what the absent officer might do on this step."""

    type: ClassVar[str] = "cn.cunban.step.delegated.v1"

    officer_id: OfficerId
    """Who ordered it."""
    absent: OfficerId
    stand_in: OfficerId
    role: Role
    """Of the step, which the absent holds there."""
    since: Instant
    until: Instant
    """Until then, and not a moment longer."""
    reason: Text


class StepRecalled(OfRoute):
    """收回环节. Asked for to be taken off its desk undecided. A decision made before wins; until
    the desk has yielded it the step lies where it lay."""

    type: ClassVar[str] = "cn.cunban.step.recalled.v1"

    why: Recall
    officer_id: OfficerId
    reason: Text


class _TakenBack(OfRoute):
    officer_id: OfficerId
    """Who asked for it."""
    reason: Text
    ahead: Annotated[tuple[PlannedStep, ...], Field(min_length=1)]
    """The rest of the route from now on, in place of what was planned before."""


class StepReturned(_TakenBack):
    """退回上一环节. The step is closed undecided; the stage before is done once more, then this
    one. The clocks of the case run on."""

    type: ClassVar[str] = "cn.cunban.step.returned.v1"

    returns: Annotated[int, Field(ge=1)]
    """How many there were on this case, with this one."""


class StepUploaded(_TakenBack):
    """直接上传. The township cannot do it; the county decides without its examination."""

    type: ClassVar[str] = "cn.cunban.step.uploaded.v1"
