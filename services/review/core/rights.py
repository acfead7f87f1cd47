"""Who may do what on a step, beside the table of rights."""

from __future__ import annotations

from typing import Final

from services.kernel.actor import Actor
from services.kernel.competence import holds, may, require, require_system
from services.kernel.decider import Refused
from services.review.core.commands import (
    Claim,
    Command,
    Decide,
    GiveOpinion,
    ReceiveStep,
    StepAct,
)
from services.review.core.commands_of_consulting import (
    AnswerOpinion,
)
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered
from services.review.core.commands_of_result import (
    MarkReady,
    NotifyReady,
    RecordDelivery,
)
from services.review.core.commands_of_route import (
    Followed,
    Upward,
)
from services.review.core.following import acting
from services.review.core.state import State, Step

_AT_THE_COUNTER: Final = (MarkReady, NotifyReady, Dispatch, RecordUndelivered, RecordDelivery)
"""What whoever took the application in may do, too."""


def require_right(state: State, step: Step | None, command: StepAct) -> None:
    """Pass where the actor may do this on this step.

    Raises:
        Refused: `rights.denied`.
    """
    if isinstance(command, ReceiveStep | Followed | Upward):
        require_system(command.actor)
    elif isinstance(command, AnswerOpinion):
        require(command.actor, command.action, command.organisation)
    elif isinstance(command, _AT_THE_COUNTER) and _delivers_elsewhere(state, command):
        return
    elif step is not None:  # what never came has no organisation
        actor = acting(command.actor, step, command.at)
        require(actor, command.action, step.organisation)
        if isinstance(command, Claim | GiveOpinion | Decide):
            # Who may not close a step must not keep it from those who may.
            _require_role(step, actor)


def _delivers_elsewhere(state: State, command: Command) -> bool:
    """Where the case came in, its result may be collected (村级领取)."""
    case = state.case
    return case is not None and may(command.actor, command.action, case.accepted_by)


def _require_role(step: Step, actor: Actor) -> None:
    if step.role is not None and not holds(actor, step.role, step.organisation):
        raise Refused(
            "rights.denied",
            f"该环节须由岗位 {step.role} 办理，请由该岗位人员认领。",
            kind="forbidden",
        )
