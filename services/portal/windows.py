"""The windows for villagers: handing an application in with a clerk, and asking after it alone."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from services.portal import acts
from services.portal.apis import ApiProblem
from services.portal.applicants import looked_up
from services.portal.gate import OwnForm, PageRoute, Reach, Visitor, session_of
from services.portal.sending import FormHeads, Target, Typed, send
from services.portal.session import Session
from services.portal.templating import Portal, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Short = Annotated[str, Query(max_length=80)]
CHANNELS = {
    "village_clerk": "village",
    "township_clerk": "township",
    "department_clerk": "county",
}
"""Which door an officer's post is."""
_NOBODY: Final[dict[str, Any]] = {"known": {}, "offered": {}}
"""As long as nobody was looked up."""


@router.get("/apply")
async def apply_page(
    request: Request, session: Visitor, portal: Reach, item: Short = ""
) -> Response:
    """收件. Choose an item, then fill in one form."""
    values = await _form_of(portal, session, item)
    fresh = {"problem": None, "heads": FormHeads(None), "typed": Typed(), "receipt": None}
    fresh |= _NOBODY
    return page(request, "apply.html", {**values, **fresh}, session=session)


@router.post("/apply/lookup")
async def look_up(request: Request, session: Visitor, portal: Reach, form: OwnForm) -> Response:
    """预填. Fill the form from what is known of the holder of a number, with source and day."""
    values = await _form_of(portal, session, acts.texts_of(form)["item_code"])
    found = await looked_up(portal, session, form)
    shown = {**values, "heads": FormHeads(None), "receipt": None, **found}
    problem: ApiProblem | None = found["problem"]
    return page(request, "apply.html", shown, problem.status if problem else 200, session)


@router.post("/apply")
async def apply(request: Request, session: Visitor, portal: Reach, form: OwnForm) -> Response:
    """Hand the application in; the answer is the receipt with number and query code."""
    body = acts.application(form)
    sent = await send(portal.apis, session, Target("intake", "/v1/applications"), body, form)
    values = await _form_of(portal, session, str(body.get("item_code", "")))
    heads = FormHeads(None)
    if sent.again is not None:
        heads["apply"] = sent.again
    shown = {
        **values,
        "problem": sent.problem,
        "heads": heads,
        "typed": acts.texts_of(form),
        "receipt": sent.answer.body if sent.answer else None,
        **_NOBODY,
    }
    return page(request, "apply.html", shown, sent.problem.status if sent.problem else 200, session)


@router.get("/track")
async def track(
    request: Request, portal: Reach, number: Short = "", query_code: Short = ""
) -> Response:
    """办件查询. One's own case by its number and query code; nobody signs in."""
    values: dict[str, Any] = {"case": None, "problem": None}
    status = 200
    if number and query_code:
        asked = {"query_code": query_code.strip()}
        try:
            path = f"/v1/public/cases/{_segment(number.strip())}"
            values["case"] = (await portal.apis.get("supervision", path, query=asked)).body
        except ApiProblem as problem:
            values["problem"], status = problem, problem.status
    shown = {**values, "number": number, "query_code": query_code}
    return page(request, "track.html", shown, status, session_of(request))


def channel_of(session: Session) -> str:
    """Give the door at which the officer takes things in; empty where it is none of theirs."""
    return next((CHANNELS[role] for role in session.roles if role in CHANNELS), "")


async def _form_of(portal: Portal, session: Session, code: str) -> dict[str, Any]:
    channel = channel_of(session)
    items = (await portal.apis.get("intake", "/v1/items")).body
    here = [item for item in items if channel in item["channels"]]
    chosen = next((item for item in here if item["code"] == code), None)
    anywhere = chosen is not None and channel in chosen.get("accept_anywhere", ())
    peers = portal.names.peers(session.organisation) if anywhere else ()
    return {"items": here, "item": chosen, "channel": channel, "peers": peers}


def _segment(text: str) -> str:
    """Give one path segment: whatever was typed, no other address is asked."""
    return "".join(letter for letter in text if letter.isalnum() or letter in "-_.") or "-"
