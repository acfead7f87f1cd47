"""What every route of a step takes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from schemas.values import StepId
from services.review.core.command_of_step import OfStep
from services.runtime.closed_body import ClosedBody
from services.runtime.command_calls import Call

StepKey = Annotated[StepId, Path(description="环节标识 step id")]


class Body(ClosedBody):
    """What an act takes; a field that it does not know is an error."""


class Nothing(Body):
    """An empty object; more is an error."""


async def act(kind: type[OfStep], step_id: str, body: Body, call: Call) -> Response:
    """Have a command on a step carried out whose own fields are those of `body`.

    Raises:
        Problem: as `Call.carry_out`.
    """
    fields: dict[str, Any] = dict(body)
    command = kind(key=case_of(step_id), actor=call.actor, at=call.at, step_id=step_id, **fields)
    return await call.carry_out(command)


def case_of(step_id: str) -> str:
    """Give the id of the case that a step is of."""
    return step_id.rpartition(".")[0]
