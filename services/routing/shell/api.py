"""HTTP of routing: the way of a case."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request, Response

from schemas.facts import Organisation
from schemas.values import CaseId
from services.kernel.competence import may
from services.routing.shell.told import RouteTold
from services.runtime.command_calls import Shell, told, view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

router = APIRouter(prefix="/v1", tags=["routing"])
CaseKey = Annotated[CaseId, Path(description="办件标识 case id")]


@router.get("/organisations")
async def organisations(request: Request) -> list[Organisation]:
    """Give the organisations, by path. Public: who handles what, and when it is open."""
    shell: Shell = request.app.state.shell
    return sorted(shell.reference.book.organisations(), key=lambda found: found.path)


@router.get("/routes/{case_id}", responses={200: {"model": RouteTold}})
async def route(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """Give the route of a case: every step, where it lies, how it stands."""
    result = await view(request, officer, case_id, None)
    told_route = orjson.loads(result.body)
    places = {step["organisation"] for step in told_route["steps"]} | {told_route["accepted_by"]}
    if not any(may(officer.actor, "routing.view", place) for place in places if place):
        raise Problem("rights.denied")
    return told(result)
