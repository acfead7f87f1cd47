"""What every route of a step takes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from services.runtime.command_calls import Call

StepKey = Annotated[
    str, Path(pattern=r"^[0-9a-f-]{36}\.[1-9][0-9]?$", description="环节标识 step id")
]


class Body(BaseModel):
    """What an act takes; a field that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Body):
    """An empty object; more is an error."""


def on_step(step_id: str, call: Call) -> dict[str, Any]:
    """Give what every command on a step is made of: case, actor, time, step."""
    return {"key": case_of(step_id), "actor": call.actor, "at": call.at, "step_id": step_id}


def case_of(step_id: str) -> str:
    """Give the id of the case that a step is of."""
    return step_id.rpartition(".")[0]
