"""What may be wanted of a route. Private to routing; both come from reactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from schemas.values import (
    ItemCode,
    OfficerId,
    OrganisationPath,
    StepId,
    StepOutcome,
    Term,
)
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class LayRoute(decider.Command):
    """Lay the route of a case that was accepted, and open its first stage.

    All its steps are reckoned by the calendar of `legal`, the one it was accepted under.
    """

    action: ClassVar[str] = "routing.lay_route"

    item_code: ItemCode
    item_version: Annotated[int, Field(ge=1)]
    organisation: OrganisationPath
    """Which accepted."""
    legal: Term
    promised: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep(decider.Command):
    """Take over how a step ended, and open what comes next."""

    action: ClassVar[str] = "routing.close_step"

    step_id: StepId
    outcome: StepOutcome
    officer_id: OfficerId


Command: TypeAlias = LayRoute | CloseStep

COMMANDS: tuple[type[Command], ...] = (LayRoute, CloseStep)
