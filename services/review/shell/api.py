"""HTTP of review: every act on a step as a command."""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from schemas.values import Finding, Overruled, Text
from services.kernel.competence import may
from services.review.core.commands import Check, Claim, Decide, GiveOpinion, Release
from services.runtime.command_calls import Called, told, view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

router = APIRouter(prefix="/v1", tags=["review"])
StepKey = Annotated[
    str, Path(pattern=r"^[0-9a-f-]{36}\.[1-9][0-9]?$", description="环节标识 step id")
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(_Body):
    """An empty object; more is an error."""


class ReleaseBody(_Body):
    """Why the step goes back to the queue."""

    reason: Text


class CheckBody(_Body):
    """What was found on every review rule of the item."""

    findings: Annotated[tuple[Finding, ...], Field(min_length=1, max_length=99)]


class OpinionBody(_Body):
    """What the consulted department thinks."""

    opinion: Literal["agreed", "disagreed"]
    reasons: Text


class DecisionBody(_Body):
    """What was decided, and why."""

    outcome: Literal["approved", "rejected", "forwarded"]
    reasons: Text
    remedy: Text | None = None
    overruled: Annotated[tuple[Overruled, ...], Field(max_length=99)] = ()


@router.get("/steps/{step_id}")
async def step(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """Give a step as it stands now; its `ETag` is what `If-Match` of the acts takes."""
    result = await view(request, officer, _case_of(step_id), step_id)
    if not may(officer.actor, "review.view", orjson.loads(result.body)["organisation"]):
        raise Problem("rights.denied")
    return told(result)


@router.post("/steps/{step_id}/claim")
async def claim(step_id: StepKey, body: Nothing, call: Called) -> Response:
    """认领. Answer for the step from now on."""
    return await call.carry_out(
        Claim(key=_case_of(step_id), actor=call.actor, at=call.at, step_id=step_id)
    )


@router.post("/steps/{step_id}/release")
async def release(step_id: StepKey, body: ReleaseBody, call: Called) -> Response:
    """Give the step back to the queue."""
    return await call.carry_out(
        Release(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            reason=body.reason,
        )
    )


@router.post("/steps/{step_id}/check")
async def check(step_id: StepKey, body: CheckBody, call: Called) -> Response:
    """审查. Hold the papers against the review rules; whoever does it does not decide."""
    return await call.carry_out(
        Check(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            findings=body.findings,
        )
    )


@router.post("/steps/{step_id}/give-opinion")
async def give_opinion(step_id: StepKey, body: OpinionBody, call: Called) -> Response:
    """Be heard; closes the step of a consulted department."""
    return await call.carry_out(
        GiveOpinion(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            opinion=body.opinion,
            reasons=body.reasons,
        )
    )


@router.post("/steps/{step_id}/decide")
async def decide(step_id: StepKey, body: DecisionBody, call: Called) -> Response:
    """Approve, reject or forward, with reasons; closes the step."""
    return await call.carry_out(
        Decide(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            outcome=body.outcome,
            reasons=body.reasons,
            remedy=body.remedy,
            overruled=body.overruled,
        )
    )


def _case_of(step_id: str) -> str:
    return step_id.rpartition(".")[0]
