"""HTTP of review: a step claimed, checked and closed."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from schemas.values import Opinion, Text
from services.kernel.competence import may
from services.review.core.commands import (
    Check,
    Claim,
    Decide,
    Findings,
    GiveOpinion,
    Outcome,
    Overrulings,
    Release,
)
from services.review.shell.steps import Body, Nothing, StepKey, act, case_of
from services.review.shell.told import StepTold
from services.runtime.command_calls import Called, told, view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

router = APIRouter(prefix="/v1", tags=["review"])


class ReleaseBody(Body):
    """Why the step goes back to the queue."""

    reason: Text


class CheckBody(Body):
    """What was found on every review rule of the item."""

    findings: Findings


class OpinionBody(Body):
    """What the consulted department thinks."""

    opinion: Opinion
    reasons: Text


class DecisionBody(Body):
    """What was decided, and why."""

    outcome: Outcome
    reasons: Text
    remedy: Text | None = None
    overruled: Overrulings = ()


@router.get("/steps/{step_id}", responses={200: {"model": StepTold}})
async def step(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """Give a step as it stands now; its `ETag` is what `If-Match` of the acts takes."""
    result = await view(request, officer, case_of(step_id), step_id)
    told_of = orjson.loads(result.body)
    places = [told_of["organisation"], *(c["organisation"] for c in told_of.get("consulted", ()))]
    if not any(may(officer.actor, "review.view", place) for place in places):
        raise Problem("rights.denied")
    return told(result)


@router.post("/steps/{step_id}/claim")
async def claim(step_id: StepKey, body: Nothing, call: Called) -> Response:
    """认领. Answer for the step from now on."""
    return await act(Claim, step_id, body, call)


@router.post("/steps/{step_id}/release")
async def release(step_id: StepKey, body: ReleaseBody, call: Called) -> Response:
    """Give the step back to the queue."""
    return await act(Release, step_id, body, call)


@router.post("/steps/{step_id}/check")
async def check(step_id: StepKey, body: CheckBody, call: Called) -> Response:
    """审查. Hold the papers against the review rules; whoever does it does not decide."""
    return await act(Check, step_id, body, call)


@router.post("/steps/{step_id}/give-opinion")
async def give_opinion(step_id: StepKey, body: OpinionBody, call: Called) -> Response:
    """Be heard; closes the step of a consulted department."""
    return await act(GiveOpinion, step_id, body, call)


@router.post("/steps/{step_id}/decide")
async def decide(step_id: StepKey, body: DecisionBody, call: Called) -> Response:
    """Approve, reject or forward, with reasons; closes the step."""
    return await act(Decide, step_id, body, call)
