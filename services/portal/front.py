"""Signing in and out, the beat of an open page, the size of letters, and the files of pages."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.apis import ApiProblem
from services.portal.gate import (
    OwnForm,
    PageRoute,
    Reach,
    Visitor,
    local_address,
    session_of,
)
from services.portal.session import LONGEST_SECONDS, Session
from services.portal.templating import page
from services.portal.words import OVERSEERS
from services.runtime.ids import new_case_id
from services.runtime.problems import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)
nowhere = APIRouter(route_class=PageRoute, include_in_schema=False)
"""To be asked last: what no other route answers."""
DEVICE: Final = "浏览器 browser"
Next = Annotated[str, Query(max_length=2000)]


@router.get("/assets/{name}")
async def asset(name: str, portal: Reach) -> Response:
    """Give a script or style of the package."""
    return portal.assets.answer(name)


@router.get("/login")
async def sign_in_page(request: Request, next: Next = "", lost: bool = False) -> Response:
    """登录. `lost`: a form was sent after the session had ended, and nothing was done."""
    if session_of(request) is not None:
        return RedirectResponse(local_address(next), 303)
    shown = {"problem": None, "login": "", "next": next, "lost": lost}
    return page(request, "login.html", shown)


@router.post("/login")
async def sign_in(request: Request, form: OwnForm, portal: Reach) -> Response:
    """Sign in at supervision, and keep the token in a cookie that no script can read."""
    login, password = str(form.get("login", "")).strip(), str(form.get("password", ""))
    wanted = str(form.get("next", ""))
    try:
        answer = await portal.apis.post(
            "supervision",
            "/v1/sessions",
            {"login": login, "password": password, "device": DEVICE},
            headers={"Idempotency-Key": new_case_id()},
        )
    except ApiProblem as problem:
        shown = {"problem": problem, "login": login, "next": wanted, "lost": False}
        return page(request, "login.html", shown, problem.status)
    officer = answer.body["officer"]
    session = Session(
        token=answer.body["token"],
        officer_id=officer["officer_id"],
        name=officer["name"],
        organisation=officer["organisation"],
        roles=tuple(dict.fromkeys(post["role"] for post in officer["posts"])),
        posts=tuple((post["organisation"], post["role"]) for post in officer["posts"]),
    )
    response = RedirectResponse(local_address(wanted), 303)
    response.set_cookie(
        portal.cookie,
        portal.seal.cookie_of(session),
        max_age=LONGEST_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/logout")
async def sign_out(session: Visitor, form: OwnForm, portal: Reach) -> Response:
    """退出. The token is taken nowhere any more, even where supervision does not answer."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie(portal.cookie, path="/")
    try:
        await portal.apis.delete("supervision", "/v1/sessions/current", session.token)
    except ApiProblem as problem:
        if problem.status != 401:
            raise
    return response


@router.post("/beat")
async def beat(session: Visitor, form: OwnForm, portal: Reach) -> Response:
    """心跳. Every open page says twice a minute that somebody is there."""
    await portal.apis.post("supervision", "/v1/sessions/current/beat", {}, session.token)
    return Response(status_code=204)


@router.get("/")
async def home(session: Visitor) -> Response:
    """Go where the day's work is: the board for those who watch, the list for those who act."""
    return RedirectResponse("/board" if session.has_role(OVERSEERS) else "/worklist", 303)


@router.post("/size")
async def size(request: Request, form: OwnForm) -> Response:
    """Switch between usual and large letters (适老化), kept in the browser."""
    response = RedirectResponse(local_address(str(form.get("next", ""))), 303)
    chosen = "large" if form.get("size") == "large" else "usual"
    response.set_cookie(
        "cunban-size",
        chosen,
        max_age=365 * 86400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@nowhere.get("/{path:path}")
async def not_found(path: str) -> Response:
    """Show that there is no such page, as a page."""
    raise Problem("request.not_found")


@router.get("/accessibility")
async def accessibility(request: Request) -> Response:
    """无障碍声明."""
    return page(request, "accessibility.html", {}, session=session_of(request))
