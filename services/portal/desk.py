"""The clerk's desk: the list of what waits, and the acts on one step or one application."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import acts
from services.portal.acts import ApplicationAct, StepAct
from services.portal.applicants import papers_of
from services.portal.case_of_page import case_if_there
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor, portal_of
from services.portal.problem_words import conflict_of
from services.portal.route_forms import PREFIX, RECORD, ROUTE_FORMS, RouteAct
from services.portal.sending import Target, Typed, send
from services.portal.session import Session
from services.portal.step_bodies import body_of
from services.portal.step_page import Tried, of_form, step_page
from services.portal.templating import Portal, page
from services.portal.words import ACCEPTORS

router = APIRouter(route_class=PageRoute, include_in_schema=False)
CaseKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
StepKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}\.[1-9][0-9]?$")]
Done = Annotated[str, Query(max_length=40)]
Cursor = Annotated[str, Query(max_length=500)]


@router.get("/worklist")
async def worklist(
    request: Request, session: Visitor, portal: Reach, cursor: Cursor = ""
) -> Response:
    """待办. What waits for this officer, least time left first; for acceptors also what came in,
    and the drafts whose papers are to be looked at."""
    asked = {"cursor": cursor}
    found = await portal.apis.get("supervision", "/v1/worklist", session.token, asked)
    waiting = prechecks = None
    if session.has_role(ACCEPTORS):
        waiting = await _to_be_accepted(portal, session)
        prechecks = (await portal.apis.get("supervision", "/v1/prechecks", session.token)).body
    values = {"found": found.body, "waiting": waiting, "prechecks": prechecks}
    return page(request, "worklist.html", values, session=session)


@router.get("/steps/{step_id}")
async def step(
    request: Request, step_id: StepKey, session: Visitor, portal: Reach, done: Done = ""
) -> Response:
    """办理. One step as it stands, and what may be done about it."""
    values = await step_page(portal, session, step_id)
    on_route = ROUTE_FORMS.get(done)
    told = on_route.done if on_route else acts.DONE.get(done, "")
    shown = {**values, "done": told, "tried": "", "typed": Typed(), "conflict": None}
    return page(request, "step.html", shown, session=session)


@router.post("/steps/{step_id}/{act}")
async def act_on_step(
    request: Request, step_id: StepKey, act: StepAct, session: Visitor, portal: Reach, form: OwnForm
) -> Response:
    """Every act on a step, of review's."""
    target = Target("review", f"/v1/steps/{step_id}/{act}")
    sent = await send(portal.apis, session, target, acts.body_of(act, form), form)
    if sent.problem is None:
        return RedirectResponse(f"/steps/{step_id}?done={act}", 303)
    return await step_shown(request, session, step_id, (act, sent), acts.texts_of(form))


@router.post("/steps/{step_id}/route/{act}")
async def act_on_route(
    request: Request,
    step_id: StepKey,
    act: RouteAct,
    session: Visitor,
    portal: Reach,
    form: OwnForm,
) -> Response:
    """Every act on the route of the step's case."""
    name, typed = f"{PREFIX}{act}", acts.texts_of(form)
    of_step = {} if name == RECORD else {"step_id": step_id}
    body = {**of_step, **body_of(ROUTE_FORMS[name], typed)}
    target = Target("routing", f"/v1/routes/{step_id.rpartition('.')[0]}/{act}")
    sent = await send(portal.apis, session, target, body, form)
    if sent.problem is None:
        return RedirectResponse(f"/steps/{step_id}?done={quote(name, safe='')}", 303)
    return await step_shown(request, session, step_id, (name, sent), typed)


async def step_shown(
    request: Request, session: Session, step_id: str, tried: Tried, typed: Typed
) -> Response:
    """Show the step again, with what came of an act that did not come to its end, and with what
    was typed."""
    act, sent = tried
    values = await step_page(portal_of(request), session, step_id, tried)
    conflict = conflict_of(tried, values["whole"], session, typed)
    shown = {**values, "done": "", "tried": act, "typed": typed, "conflict": conflict}
    return page(request, "step.html", shown, sent.problem.status if sent.problem else 200, session)


@router.get("/applications/{case_id}")
async def application(
    request: Request, case_id: CaseKey, session: Visitor, portal: Reach, done: Done = ""
) -> Response:
    """受理. One application as it stands: accept, ask for papers, or refuse."""
    values = await _application_page(portal, session, case_id)
    told = acts.DONE.get(done, "")
    shown = {**values, "done": told, "tried": "", "typed": Typed(), "conflict": None}
    return page(request, "application.html", shown, session=session)


@router.post("/applications/{case_id}/{act}")
async def act_on_application(
    request: Request,
    case_id: CaseKey,
    act: ApplicationAct,
    session: Visitor,
    portal: Reach,
    form: OwnForm,
) -> Response:
    """Accept, notify of what is missing, refuse, take what was supplemented; of a draft, have its
    papers looked at and say what was found."""
    target = Target("intake", f"/v1/applications/{case_id}/{act}")
    sent = await send(portal.apis, session, target, acts.body_of(act, form), form)
    if sent.answer is not None and act == "request-precheck":
        # Told here and nowhere else: with it the villager sees the draft.
        values = await _application_page(portal, session, case_id)
        code = sent.answer.body.get("query_code", "")
        told = f"{acts.DONE[act]}请告知申请人：暂存编号 {case_id}，查询码 {code}。"
        shown = {**values, "done": told, "tried": "", "typed": Typed(), "conflict": None}
        return page(request, "application.html", shown, session=session)
    if sent.problem is None:
        return RedirectResponse(f"/applications/{case_id}?done={act}", 303)
    return await application_shown(request, session, case_id, (act, sent), acts.texts_of(form))


async def application_shown(
    request: Request, session: Session, case_id: str, tried: Tried, typed: Typed
) -> Response:
    """Show the application again, with what came of an act that did not come to its end, and with
    what was typed."""
    act, sent = tried
    values = await _application_page(portal_of(request), session, case_id, tried)
    conflict = conflict_of(tried, values["whole"], session, typed)
    shown = {**values, "done": "", "tried": act, "typed": typed, "conflict": conflict}
    status = sent.problem.status if sent.problem else 200
    return page(request, "application.html", shown, status, session)


async def _to_be_accepted(portal: Portal, session: Session) -> list[Any]:
    """Give the applications at the officer's own window that wait for an answer, oldest due first;
    one page of each status."""
    found: list[Any] = []
    for status in ("submitted", "supplemented"):
        asked = {"status": status, "organisation": session.organisation, "source": "cunban"}
        answer = await portal.apis.get("supervision", "/v1/cases", session.token, asked)
        found += answer.body["items"]
    return sorted(found, key=lambda case: case["answer_due_at"] or "9999")


async def _application_page(
    portal: Portal, session: Session, case_id: str, tried: Tried | None = None
) -> dict[str, Any]:
    found = await portal.apis.get("intake", f"/v1/applications/{case_id}", session.token)
    code = found.body.get("item_code")
    item = (await portal.apis.get("intake", f"/v1/items/{code}")).body if code else None
    whole = await case_if_there(portal, session, case_id)
    offered: dict[str, Any] = {}
    if found.body["status"] == "awaiting_supplement" and found.body["applicant_ref"]:
        offered = await papers_of(portal, session, found.body["applicant_ref"])
    shown = {"application": found.body, "item": item, "whole": whole, "offered": offered}
    return {**shown, **of_form(tried, found.etag)}
