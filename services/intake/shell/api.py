"""HTTP of intake: the catalogue, and every act on an application as a command."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from schemas.events.intake import ApplicationDrafted
from schemas.facts import Item
from schemas.values import CaseId
from services.intake.core.commands import (
    Accept,
    NotifyDeficiency,
    Refuse,
    Supplement,
    Withdraw,
)
from services.intake.shell.bodies import (
    Application,
    Confirmation,
    Deficiency,
    Nothing,
    Refusal,
    Supplied,
    Withdrawal,
)
from services.intake.shell.handing_in import (
    Window,
    barred,
    earlier_cases,
    hand_in,
    item_in_force,
    likeness_view,
    submit,
)
from services.intake.shell.met_restrictions import met_restrictions
from services.intake.shell.seeing import seen as _seen
from services.intake.shell.told import ApplicationTold
from services.kernel.authority_contradictions import is_cancelled
from services.kernel.calendar import ZONE
from services.kernel.decider import UnknownReference
from services.runtime import clock
from services.runtime.command_calls import Called, Shell, told
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer

router = APIRouter(prefix="/v1", tags=["intake"])
CaseKey = Annotated[CaseId, Path(description="办件标识 case id")]
ItemKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,58}$")]


@router.get("/items")
async def items(request: Request) -> list[Item]:
    """Give the catalogue in force today, by code, without what is cancelled. Public: what can be
    done, with what papers."""
    shell: Shell = request.app.state.shell
    today = clock.now().astimezone(ZONE).date()
    codes = sorted({item.code for item in shell.reference.book.items()})
    found = (shell.reference.book.current_item(code, today) for code in codes)
    return [item for item in found if item is not None and not is_cancelled(item)]


@router.get("/items/{code}")
async def item(
    request: Request,
    code: ItemKey,
    version: Annotated[
        int | None, Query(ge=1, description="办件所依版本，缺省为现行 that a case keeps")
    ] = None,
) -> Item:
    """Give one item as it is in force today, or in the version that a case keeps."""
    shell: Shell = request.app.state.shell
    if version is None:
        return item_in_force(shell, code)
    try:
        return shell.reference.book.item(code, version)
    except UnknownReference:
        told = f"没有事项 {code} 的第 {version} 版，请核对事项目录。"
        raise Problem("intake.item_not_in_force", 404, detail=told) from None


@router.post("/applications", status_code=201)
async def apply(request: Request, body: Application, call: Called) -> Response:
    """Put an application down, or hand it in at once with `submit`."""
    return await hand_in(call, request.app.state.window, body, call.new_case_id())


@router.put("/applications/{case_id}")
async def rewrite(request: Request, case_id: CaseKey, body: Application, call: Called) -> Response:
    """Write a draft anew, as a whole; with `submit` also hand it in."""
    await _require_draft(request, call.officer, case_id)
    return await hand_in(call, request.app.state.window, body, case_id, 200)


@router.get("/applications/{case_id}", responses={200: {"model": ApplicationTold}})
async def application(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """Give an application as it stands now, and which others are like it."""
    result = await _seen(request, officer, case_id)
    answer = told(result)
    found = orjson.loads(result.body)
    if "applicant_ref" not in found:
        return answer
    window: Window = request.app.state.window
    alike = window.open_cases.alike(
        found["applicant_ref"], found["item_code"], clock.now(), case_id
    )
    found["possible_duplicates"] = [likeness_view(case) for case in alike]
    headers = {"ETag": answer.headers["etag"]}
    return Response(orjson.dumps(found), 200, headers, media_type="application/json")


@router.post("/applications/{case_id}/submit")
async def submit_draft(
    request: Request, case_id: CaseKey, body: Confirmation, call: Called
) -> Response:
    """Hand in what was put down."""
    drafted = await _require_draft(request, call.officer, case_id)
    put_down = ApplicationDrafted.model_validate(
        {name: drafted.get(name) for name in ApplicationDrafted.model_fields}
    )
    known: dict[str, Any] = {
        "key": case_id,
        "actor": call.actor,
        "at": call.at,
        **{name: getattr(put_down, name) for name in ApplicationDrafted.model_fields},
        "barred": barred(call.shell, put_down.item_code, put_down.channel),
        "earlier": await earlier_cases(call, put_down.materials),
        **met_restrictions(
            call.shell.reference.book,
            request.app.state.window.restrictions,
            put_down.item_code,
            put_down.applicant_ref,
            put_down.agent_ref,
        ),
    }
    return await submit(call, request.app.state.window, known, body)


@router.post("/applications/{case_id}/notify-deficiency")
async def notify_deficiency(case_id: CaseKey, body: Deficiency, call: Called) -> Response:
    """一次性补正告知. Say all that is wrong, once."""
    return await call.carry_out(
        NotifyDeficiency(key=case_id, actor=call.actor, at=call.at, defects=body.defects)
    )


@router.post("/applications/{case_id}/supplement")
async def supplement(case_id: CaseKey, body: Supplied, call: Called) -> Response:
    """补正. Add what the notice asked for."""
    return await call.carry_out(
        Supplement(
            key=case_id,
            actor=call.actor,
            at=call.at,
            materials=body.materials,
            calendar_version=call.calendar_version,
            earlier=await earlier_cases(call, body.materials),
        )
    )


@router.post("/applications/{case_id}/accept")
async def accept(case_id: CaseKey, body: Nothing, call: Called) -> Response:
    """受理. Starts the clocks; routing lays the route."""
    return await call.carry_out(
        Accept(key=case_id, actor=call.actor, at=call.at, calendar_version=call.calendar_version)
    )


@router.post("/applications/{case_id}/refuse")
async def refuse(case_id: CaseKey, body: Refusal, call: Called) -> Response:
    """不予受理, with reason, basis and remedy."""
    return await call.carry_out(
        Refuse(
            key=case_id,
            actor=call.actor,
            at=call.at,
            reason=body.reason,
            basis=body.basis,
            remedy=body.remedy,
        )
    )


@router.post("/applications/{case_id}/withdraw")
async def withdraw(case_id: CaseKey, body: Withdrawal, call: Called) -> Response:
    """撤回, by the applicant's word."""
    return await call.carry_out(
        Withdraw(key=case_id, actor=call.actor, at=call.at, reason=body.reason)
    )


async def _require_draft(request: Request, officer: SignedInOfficer, case_id: str) -> Any:
    """Give a draft as it was put down.

    Raises:
        Problem: 404 `intake.not_found`, 409 `intake.not_a_draft`, 403 `rights.denied`.
    """
    drafted = orjson.loads((await _seen(request, officer, case_id)).body)
    if drafted["status"] != "drafted":
        raise Problem("intake.not_a_draft", 409, detail="该申请已提交，不再是草稿。")
    return drafted
