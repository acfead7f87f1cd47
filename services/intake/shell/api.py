"""HTTP of intake: the catalogue, and every act on an application as a command."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from schemas.facts import Item
from schemas.values import Material
from services.intake.core.commands import (
    Accept,
    Draft,
    NotifyDeficiency,
    Refuse,
    Submit,
    Supplement,
    Withdraw,
)
from services.intake.shell.bodies import (
    Application,
    Deficiency,
    Nothing,
    Refusal,
    Supplied,
    Withdrawal,
)
from services.intake.shell.credit import known_restrictions
from services.intake.shell.people import People
from services.kernel.calendar import ZONE
from services.kernel.competence import may
from services.kernel.decider import UnknownReference
from services.runtime import clock
from services.runtime.command_calls import Called, Shell, told, view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer

router = APIRouter(prefix="/v1", tags=["intake"])
CaseKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="办件标识 case id")]
ItemKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,58}$")]


@router.get("/items")
async def items(request: Request) -> list[Item]:
    """Give the catalogue in force today, by code. Public: what can be done, with what papers."""
    shell: Shell = request.app.state.shell
    today = clock.now().astimezone(ZONE).date()
    codes = sorted({item.code for item in shell.reference.book.items()})
    found = (shell.reference.book.current_item(code, today) for code in codes)
    return [item for item in found if item is not None]


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
        return _item_in_force(shell, code)
    try:
        return shell.reference.book.item(code, version)
    except UnknownReference:
        told = f"没有事项 {code} 的第 {version} 版，请核对事项目录。"
        raise Problem("intake.item_not_in_force", 404, detail=told) from None


@router.post("/applications", status_code=201)
async def apply(request: Request, body: Application, call: Called) -> Response:
    """Put an application down, or hand it in at once with `submit`."""
    people: People = request.app.state.people
    item = _item_in_force(call.shell, body.item_code)
    known: dict[str, Any] = {
        "key": call.new_case_id(),
        "actor": call.actor,
        "at": call.at,
        "item_code": item.code,
        "item_version": item.version,
        "organisation": body.organisation or call.actor.organisation,
        "channel": body.channel,
        "applicant_ref": await people.remember(body.applicant),
        "materials": body.materials,
    }
    agent_ref = await people.remember(body.agent) if body.agent else None
    known |= known_restrictions(request, item.code, known["applicant_ref"], agent_ref)
    if not body.submit:
        return await call.carry_out(Draft(**known), 201)
    submit = Submit(
        **known,
        agent_ref=agent_ref,
        captured_at=body.captured_at,
        calendar_version=call.calendar_version,
    )
    return _with_query_code(await call.carry_out(submit, 201), people)


@router.get("/applications/{case_id}")
async def application(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """Give an application as it stands now."""
    return told(await _seen(request, officer, case_id))


@router.post("/applications/{case_id}/submit")
async def submit(request: Request, case_id: CaseKey, body: Nothing, call: Called) -> Response:
    """Hand in what was put down."""
    drafted = orjson.loads((await _seen(request, call.officer, case_id)).body)
    if drafted["status"] != "drafted":
        raise Problem("intake.not_a_draft", 409, detail="该申请已提交，不再是草稿。")
    command = Submit(
        key=case_id,
        actor=call.actor,
        at=call.at,
        calendar_version=call.calendar_version,
        **{name: drafted[name] for name in _DRAFTED},
        materials=tuple(Material.model_validate(paper) for paper in drafted["materials"]),
        **known_restrictions(request, drafted["item_code"], drafted["applicant_ref"]),
    )
    return _with_query_code(await call.carry_out(command), request.app.state.people)


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


_DRAFTED = ("item_code", "item_version", "organisation", "channel", "applicant_ref")


def _item_in_force(shell: Shell, code: str) -> Item:
    found = shell.reference.book.current_item(code, clock.now().astimezone(ZONE).date())
    if found is None:
        raise Problem("intake.item_not_in_force", 404, detail=f"没有事项 {code}，请核对事项目录。")
    return found


async def _seen(request: Request, officer: SignedInOfficer, case_id: str) -> Any:
    result = await view(request, officer, case_id, None)
    place = orjson.loads(result.body).get("organisation")
    if place is not None and not may(officer.actor, "intake.view", place):
        raise Problem("rights.denied")
    return result


def _with_query_code(response: Response, people: People) -> Response:
    """Add the villager's code. It is derived, so a repeat is told the same."""
    body = orjson.loads(bytes(response.body))
    if "case_id" not in body:
        return response
    body["query_code"] = people.query_code(body["case_id"])
    headers = {"ETag": response.headers["etag"], "Location": f"/v1/applications/{body['case_id']}"}
    return Response(
        orjson.dumps(body), response.status_code, headers, media_type="application/json"
    )
