"""HTTP of routing: the way of a case, and what officers do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response

from schemas.facts import Organisation
from schemas.values import CaseId
from services.kernel.competence import may
from services.routing.core.commands import (
    DelegateStep,
    OfStep,
    RecordExternalResult,
    ReturnStep,
    TakeOverStep,
    TransferStep,
    UploadStep,
)
from services.routing.shell.bodies import (
    DelegationBody,
    ExternalResultBody,
    ReasonBody,
    TransferBody,
)
from services.routing.shell.told import RouteTold
from services.runtime import clock
from services.runtime.command_calls import Call, Called, Shell, told, view
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
    """Give the route of a case: every step, where it lies, how it stands, and which are overdue.

    A department that is silent beyond its date is named in `overdue`; nothing is approved by that.
    """
    result = await view(request, officer, case_id, None)
    told_route = orjson.loads(result.body)
    places = {step["organisation"] for step in told_route["steps"]} | {told_route["accepted_by"]}
    if not any(may(officer.actor, "routing.view", place) for place in places if place):
        raise Problem("rights.denied")
    told_route["overdue"] = overdue(told_route["steps"], clock.now())
    return told(result._replace(body=orjson.dumps(told_route)))


@router.post("/routes/{case_id}/transfer")
async def transfer(case_id: CaseKey, body: TransferBody, call: Called) -> Response:
    """转办. Hand an open step to a colleague, or to another unit of the same organisation."""
    return await _act(TransferStep, case_id, body, call)


@router.post("/routes/{case_id}/return")
async def return_step(case_id: CaseKey, body: ReasonBody, call: Called) -> Response:
    """退回上一环节. Have the stage before done once more; `recalled` until the desk has yielded."""
    return await _act(ReturnStep, case_id, body, call)


@router.post("/routes/{case_id}/take-over")
async def take_over(case_id: CaseKey, body: ReasonBody, call: Called) -> Response:
    """提级办理. Do a step of a subordinate organisation oneself."""
    return await _act(TakeOverStep, case_id, body, call)


@router.post("/routes/{case_id}/delegate")
async def delegate(case_id: CaseKey, body: DelegationBody, call: Called) -> Response:
    """委托代办. Let a colleague do for a time what an absent officer might do on a step."""
    return await _act(DelegateStep, case_id, body, call)


@router.post("/routes/{case_id}/upload-to-county")
async def upload_to_county(case_id: CaseKey, body: ReasonBody, call: Called) -> Response:
    """直接上传. Send what the township cannot do straight to the county; `recalled` until the desk
    has yielded."""
    return await _act(UploadStep, case_id, body, call)


@router.post("/routes/{case_id}/record-external-result")
async def record_external_result(
    case_id: CaseKey, body: ExternalResultBody, call: Called
) -> Response:
    """上级批复. Say what the city or province decided on a case that was reported up; ends it."""
    command = RecordExternalResult(key=case_id, actor=call.actor, at=call.at, **dict(body))
    return await call.carry_out(command)


def overdue(steps: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Give the open steps whose due date has passed: which, where, since when."""
    return [
        {name: step[name] for name in ("step_id", "organisation", "duty", "due_at")}
        for step in steps
        if step["status"] == "open" and datetime.fromisoformat(step["due_at"]) < now
    ]


async def _act(
    kind: type[OfStep], case_id: str, body: TransferBody | DelegationBody | ReasonBody, call: Call
) -> Response:
    command = kind(key=case_id, actor=call.actor, at=call.at, **dict(body))
    return await call.carry_out(command)
