"""HTTP of review: a step claimed, checked and closed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from schemas.values import Opinion, OrganisationPath, Text
from services.kernel.calendar import local
from services.kernel.competence import may
from services.kernel.decider import UnknownReference
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
from services.review.core.sealing import in_force
from services.review.shell.seeing import seen
from services.review.shell.steps import Body, Nothing, StepKey, act
from services.review.shell.told import OfficerTold, SealTold, StepTold
from services.runtime import clock
from services.runtime.command_calls import Called, Shell, told
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

router = APIRouter(prefix="/v1", tags=["review"])
Place = Annotated[OrganisationPath, Query(description="机构路径 path of an organisation")]


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
    return told(await seen(request, officer, step_id))


@router.get("/officers", responses={200: {"model": list[OfficerTold]}})
async def officers(
    request: Request, organisation: Place, officer: SignedIn
) -> list[dict[str, str]]:
    """Give id and name of those with a post at `organisation`, by id: who can be on site.

    Told to whoever works on steps anywhere; no numbers, no contacts.
    """
    actor = officer.actor
    if not any(may(actor, "review.view", post.organisation) for post in actor.posts):
        raise Problem("rights.denied")
    shell: Shell = request.app.state.shell
    return [
        {"officer_id": known.officer_id, "name": known.name}
        for known in shell.reference.book.officers()
        if any(post.organisation == organisation for post in known.posts)
    ]


@router.get("/seals", responses={200: {"model": list[SealTold]}})
async def seals(request: Request, organisation: Place, officer: SignedIn) -> list[dict[str, str]]:
    """印章. Give the seals of `organisation` that are in force today, by code, and who keeps them.

    Told to whoever works on steps there.
    """
    if not may(officer.actor, "review.view", organisation):
        raise Problem("rights.denied")
    shell: Shell = request.app.state.shell
    try:
        place = shell.reference.book.organisation(organisation)
    except UnknownReference:
        return []
    return [
        {"code": seal.code, "kind": seal.kind, "name": seal.name, "keeper": seal.keeper}
        for seal in in_force(place, local(clock.now()).date())
    ]


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
