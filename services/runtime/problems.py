"""Errors over HTTP: RFC 9457 `application/problem+json` with a stable code, never the input."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.runtime.problem_codes import PROBLEMS
from services.runtime.trace import TRACEPARENT, trace_id
from services.runtime.wording import CONTENT_LANGUAGE, Language, Wording, language_of, reason

MEDIA_TYPE: Final = "application/problem+json"
MOST_ERRORS: Final = 50
"""Errors told of one body; the first ones."""
_FIELD_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_BY_STATUS: Final = {
    400: "request.invalid",
    401: "auth.missing",
    403: "rights.denied",
    404: "request.not_found",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.media_type",
    429: "request.too_many",
    503: "server.unavailable",
}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with a request."""

    place: str
    """`body`, `query`, `path`, `header` or `cookie`."""
    field: str
    """Names and positions with dots between: `materials.0.code`; empty for the whole."""
    kind: str
    """pydantic's error type, stable: `missing`, `string_too_long`, …"""
    reason: Wording


class Problem(Exception):
    """An answer other than success; raised anywhere below a route."""

    def __init__(
        self,
        code: str,
        status: int | None = None,
        title: Wording | None = None,
        detail: Wording | str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """What is left out comes from the registry; a refusal of a core is not in it.

        Raises:
            KeyError: `status` is left out and `code` is not registered.
        """
        super().__init__(code)
        known = PROBLEMS.get(code)
        self.code = code
        self.status = status if status is not None else PROBLEMS[code].status
        self.title = title or (known.title if known else _REFUSED)
        self.detail = detail or (known.cure if known else _REFUSED)
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members: dict[str, Any] = {}
        """Extension members of the answer (RFC 9457 §3.2), named in the service's README."""
        if self.status == 401:
            self.headers.setdefault("WWW-Authenticate", "Bearer")

    def telling(self, **members: Any) -> Problem:
        """Give this problem with `members` beside the standard ones."""
        self.members |= members
        return self


def problem_response(problem: Problem, path: str, language: Language) -> Response:
    """Write `problem` as an answer to a request of `path`."""
    body: dict[str, Any] = {
        "type": f"/docs/errors#{problem.code}",
        "title": problem.title.told(language),
        "status": problem.status,
        "detail": _told(problem.detail, language),
        "instance": path,
        "code": problem.code,
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [_error_body(error, language) for error in problem.errors]
    if traceparent := TRACEPARENT.get():
        body["request_id"] = trace_id(traceparent)
    headers = {"Content-Language": CONTENT_LANGUAGE[language], **problem.headers}
    return Response(orjson.dumps(body), problem.status, headers, MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Let `app` answer every failure as a problem; to be called before the first request."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_fault)


def field_errors(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Give what pydantic found wrong: where and why, never what was typed, the first fifty."""
    return tuple(_field_error(error) for error in errors[:MOST_ERRORS])


def answer_to(request: Request, problem: Problem) -> Response:
    """Write `problem` as the answer to `request`, in the language of its caller."""
    language = language_of(request.headers.get("accept-language", ""))
    return problem_response(problem, request.url.path, language)


_REFUSED: Final = Wording("该操作不被允许", "This is not allowed")


async def _on_problem(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, Problem)
    return answer_to(request, raised)


async def _on_invalid(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, RequestValidationError)
    if _not_json(request, raised.errors()):
        return answer_to(request, Problem("request.media_type"))
    return answer_to(request, Problem("request.invalid", errors=field_errors(raised.errors())))


def _not_json(request: Request, errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a body came that was not read at all, since it is not said to be JSON."""
    whole = any(e["loc"] == ("body",) and e["type"] != "missing" for e in errors)
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return whole and said != "application/json" and not said.endswith("+json")


async def _on_http(request: Request, raised: Exception) -> Response:
    assert isinstance(raised, HTTPException)
    code = _BY_STATUS.get(raised.status_code)
    if code is None:
        code = "server.fault" if raised.status_code >= 500 else "request.refused"
        return answer_to(request, Problem(code, raised.status_code, headers=raised.headers))
    return answer_to(request, Problem(code, headers=raised.headers))


async def _on_fault(request: Request, raised: Exception) -> Response:
    log.error(
        "request failed", code="server.fault", method=request.method, error=type(raised).__name__
    )
    return answer_to(request, Problem("server.fault"))


def _told(detail: Wording | str, language: Language) -> str:
    return detail if isinstance(detail, str) else detail.told(language)


def _error_body(error: FieldError, language: Language) -> dict[str, str]:
    return {
        "in": error.place,
        "field": error.field,
        "type": error.kind,
        "reason": error.reason.told(language),
    }


def _field_error(error: Mapping[str, Any]) -> FieldError:
    location = error["loc"]
    place = str(location[0]) if location else "body"
    # `json_invalid` gives the offset of the bad byte; a key of the client's may be anything.
    field = ".".join(_field_name(part) for part in location[1:])
    return FieldError(place, field, error["type"], reason(error["type"], error.get("ctx") or {}))


def _field_name(part: int | str) -> str:
    text = str(part)
    return text if isinstance(part, int) or _FIELD_NAME.fullmatch(text) else "?"
