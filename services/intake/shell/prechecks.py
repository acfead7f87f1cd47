"""HTTP of the pre-check (网上预审) of a draft: asked for the applicant, answered by the window."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.intake.core.commands import AnswerPrecheck, RequestPrecheck
from services.intake.shell.api import CaseKey
from services.intake.shell.bodies import Nothing, PrecheckAnswer
from services.intake.shell.handing_in import Window, with_query_code
from services.runtime.command_calls import Called

router = APIRouter(prefix="/v1", tags=["intake"])


@router.post("/applications/{case_id}/request-precheck")
async def request_precheck(
    request: Request, case_id: CaseKey, body: Nothing, call: Called
) -> Response:
    """申请预审. Ask whether the papers of a draft will do; the answer names the query code with
    which the applicant sees what comes of it."""
    window: Window = request.app.state.window
    command = RequestPrecheck(
        key=case_id, actor=call.actor, at=call.at, calendar_version=call.calendar_version
    )
    return with_query_code(await call.carry_out(command), window.people)


@router.post("/applications/{case_id}/answer-precheck")
async def answer_precheck(case_id: CaseKey, body: PrecheckAnswer, call: Called) -> Response:
    """答复预审. Say all that is wrong, or that the papers will do; once."""
    return await call.carry_out(
        AnswerPrecheck(key=case_id, actor=call.actor, at=call.at, defects=body.defects)
    )
