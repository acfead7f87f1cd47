"""HTTP of review: every act on a step as a command."""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from schemas.values import Finding, Label, Overruled, Procedure, Text
from services.kernel.competence import may
from services.review.core.commands import (
    Check,
    Claim,
    Decide,
    Extend,
    GiveOpinion,
    Release,
    ResumeClock,
    StopClock,
)
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


class StopBody(_Body):
    """Which special procedure, and what was announced of it in writing."""

    procedure: Procedure
    announced_days: Annotated[int, Field(ge=1, le=365)]
    notice_number: Label


class ResumeBody(_Body):
    """What the special procedure has found."""

    result: Text


class ExtensionBody(_Body):
    """By how many working days, and why; told to the applicant."""

    days: Annotated[int, Field(ge=1, le=365)]
    reasons: Text


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


@router.post("/steps/{step_id}/stop-clock")
async def stop_clock(step_id: StepKey, body: StopBody, call: Called) -> Response:
    """停表. Stop the clock for an announced special procedure."""
    return await call.carry_out(
        StopClock(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            procedure=body.procedure,
            announced_days=body.announced_days,
            notice_number=body.notice_number,
        )
    )


@router.post("/steps/{step_id}/resume-clock")
async def resume_clock(step_id: StepKey, body: ResumeBody, call: Called) -> Response:
    """恢复计时. Let the clock run again before the announced days have passed."""
    return await call.carry_out(
        ResumeClock(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            result=body.result,
        )
    )


@router.post("/steps/{step_id}/extend")
async def extend(step_id: StepKey, body: ExtensionBody, call: Called) -> Response:
    """延期. Prolong the limit, once and before it is due; by the head of the organ."""
    return await call.carry_out(
        Extend(
            key=_case_of(step_id),
            actor=call.actor,
            at=call.at,
            step_id=step_id,
            days=body.days,
            reasons=body.reasons,
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
