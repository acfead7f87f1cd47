"""The way into a page: who is signed in, whether a form is ours, and problems as pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import Depends, Request, Response
from fastapi.datastructures import FormData
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from services.portal.apis import ApiProblem
from services.portal.session import Session
from services.portal.templating import Portal, page
from services.runtime.problems import Problem
from services.runtime.wording import Wording

log = structlog.get_logger()
SIGN_IN: Final = "/login"
_OF_PART: Final = re.compile(r"/(?:steps|applications)/[^/]+")
"""Pages that show an act's errors under the address of the act."""


class NotSignedIn(Exception):
    """Nobody is signed in here, or no longer."""


class PageRoute(APIRoute):
    """A route whose failures are pages: what, why, what next; or the sign-in page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler with our answers to failures around it."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except NotSignedIn:
                return _to_sign_in(request)
            except ApiProblem as problem:
                if problem.status == 401:
                    return _to_sign_in(request)
                return problem_page(request, problem)
            except RequestValidationError:
                return problem_page(request, ADDRESS_WRONG)
            except Problem as problem:
                return problem_page(request, _as_told(problem))

        return answer


ADDRESS_WRONG: Final = ApiProblem(
    422, "request.invalid", "地址或表单中的内容不合格式", "请返回上一页核对后重试。"
)
FORM_NOT_OURS: Final = ApiProblem(
    403,
    "portal.form_not_ours",
    "表单已失效",
    "可能是登录后在另一窗口重新登录过。请返回上一页刷新后重新提交；尚未办理任何事项。",
)


def problem_page(request: Request, problem: ApiProblem) -> Response:
    """Show what went wrong; the status is the service's own."""
    session = session_of(request)
    values = {"problem": problem, "readable": request.method == "GET"}
    return page(request, "problem.html", values, problem.status, session)


def session_of(request: Request) -> Session | None:
    """Give who is signed in in this browser."""
    portal: Portal = request.app.state.portal
    return portal.seal.session_in(request.cookies.get(portal.cookie))


def signed_in(request: Request) -> Session:
    """Give who is signed in; a FastAPI dependency.

    Raises:
        NotSignedIn: nobody is.
    """
    session = session_of(request)
    if session is None:
        raise NotSignedIn
    return session


async def own_form(request: Request) -> FormData:
    """Give the form that was sent, if a page of ours made it for this session; a dependency.

    Raises:
        ApiProblem: 403 `portal.form_not_ours`.
    """
    portal: Portal = request.app.state.portal
    form = await request.form()
    told = request.headers.get("x-form-token") or form.get("form_token")
    given = told if isinstance(told, str) else None
    if not _from_here(request) or not portal.seal.holds(session_of(request), given):
        await form.close()
        log.info("form not ours", code=FORM_NOT_OURS.code)
        raise FORM_NOT_OURS
    return form


Visitor = Annotated[Session, Depends(signed_in)]
"""For a route's parameter: the officer whose page it is."""
OwnForm = Annotated[FormData, Depends(own_form)]
"""For a route's parameter: what was filled in."""


def portal_of(request: Request) -> Portal:
    """Give what the pages reach out with; a dependency."""
    portal: Portal = request.app.state.portal
    return portal


Reach = Annotated[Portal, Depends(portal_of)]


def local_address(wanted: str | None, otherwise: str = "/") -> str:
    """Give `wanted` if it is an address of this site, else `otherwise`: no open redirect."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc or "\\" in wanted else wanted


def _to_sign_in(request: Request) -> Response:
    portal: Portal = request.app.state.portal
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    lost = request.method != "GET" and "hx-request" not in request.headers
    back = wanted if request.method == "GET" and "hx-request" not in request.headers else ""
    if lost:
        back = _page_before(request)
    current = urlsplit(request.headers.get("hx-current-url", ""))
    if current.path:
        back = current.path + (f"?{current.query}" if current.query else "")
    asked = ({} if back in ("", "/") else {"next": back}) | ({"lost": "1"} if lost else {})
    target = f"{SIGN_IN}?{urlencode(asked)}" if asked else SIGN_IN
    if "hx-request" in request.headers:
        answer = Response(status_code=200, headers={"HX-Redirect": target})
    else:
        answer = RedirectResponse(target, 303)
    if portal.cookie in request.cookies:
        answer.delete_cookie(portal.cookie, path="/")
    return answer


def _page_before(request: Request) -> str:
    """Give the address on this site of the page that the form stood on; a form that was answered
    with an error has the address of its act, which nobody can open."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return ""
    path = _OF_PART.match(parts.path)
    if path is not None:
        return path[0]
    return local_address(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")


def _from_here(request: Request) -> bool:
    """Say whether the browser sent this from one of our own pages, as far as it tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _as_told(problem: Problem) -> ApiProblem:
    title, detail = problem.title, problem.detail
    return ApiProblem(
        problem.status,
        problem.code,
        title.zh,
        detail.zh if isinstance(detail, Wording) else detail,
    )
