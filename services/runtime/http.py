"""One HTTP application a service: health, metrics, errors and headers the same everywhere."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from time import perf_counter
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import Histogram
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.runtime import clock, metrics, trace
from services.runtime.api_document import document_answers
from services.runtime.api_page import api_page, errors_page
from services.runtime.health import Health
from services.runtime.problems import (
    MEDIA_TYPE,
    Problem,
    install_problem_handlers,
    problem_response,
)
from services.runtime.settings import Settings
from services.runtime.wording import language_of

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# FastAPI's own telemetry can record validation errors with what was typed (pitfall H1).
_SILENT: Final[Any] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""Given where a route has not set its own."""
_PAGE_POLICY: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def create_app(
    title: str,
    settings: Settings,
    health: Health,
    lifespan: Lifespan,
    routers: Sequence[APIRouter],
    of_acts: type[BaseModel] | None = None,
) -> FastAPI:
    """Make the application of one service; nothing is opened before its lifespan begins.

    `of_acts` is what its commands are answered with, for the document.

    Whoever uses `tokens.signed_in` sets `app.state.verifier` in `lifespan`.
    """
    app = _Application(
        title=title,
        version=version("cunban"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=_SILENT,
        max_body_size=settings.http.max_body_bytes,
        # "default" keeps FastAPI from adding a form of 422 that is not ours.
        responses={"default": {}},
    )
    app.of_acts = of_acts
    app.state.settings, app.state.health = settings, health
    install_problem_handlers(app)
    for router in routers:
        app.include_router(router)
    app.include_router(_operation(title, settings, health))
    return app


class _Application(FastAPI):
    """FastAPI with our edge around it, so that even its last-resort answers pass there."""

    def build_middleware_stack(self) -> ASGIApp:
        return _Edge(super().build_middleware_stack())

    of_acts: type[BaseModel] | None = None

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            for methods in document["paths"].values():
                for operation in methods.values():
                    operation["responses"].pop("default", None)
            document_answers(document, self.of_acts)
        assert self.openapi_schema is not None
        return self.openapi_schema


class _Edge:
    """Trace, headers and metrics of every request; a body over the limit in our form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answer = perf_counter(), _Answer(scope, send)
        try:
            await self._app(scope, receive, answer.send)
        finally:
            seconds = (answer.at or perf_counter()) - began
            _seconds(scope["method"], _route_of(scope), answer.status).observe(seconds)


class _Answer:
    """The answer to one request on its way out."""

    __slots__ = ("_replaced", "_scope", "_send", "_trace", "at", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self._replaced = scope, send, False
        self._trace = trace.begin(_header(scope, b"traceparent"))
        self.at = 0.0
        self.status = 500

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.at, self.status = perf_counter(), message["status"]
            headers = list(message.get("headers", ()))
            present = {name for name, _ in headers}
            if self.status == 413 and MEDIA_TYPE.encode() not in dict(headers).values():
                await self._send_too_large()
                return
            headers += [header for header in _SAFE if header[0] not in present]
            headers.append((b"x-request-id", trace.trace_id(self._trace).encode()))
            message["headers"] = headers
        elif self._replaced:
            return
        await self._send(message)

    async def _send_too_large(self) -> None:
        """Starlette answers an announced length over the limit itself, in plain text."""
        language = language_of((_header(self._scope, b"accept-language") or b"").decode("latin-1"))
        response = problem_response(Problem("request.too_large"), self._scope["path"], language)
        self._replaced = False
        await response(self._scope, _never, self.send)
        self._replaced = True


async def _never() -> Message:
    return {"type": "http.disconnect"}


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for found, value in scope["headers"] if found == name), None)


def _route_of(scope: Scope) -> str:
    """Give the template of the route that answered: bounded, unlike the path."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(context, "path_format", None) or getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "none"


@lru_cache(maxsize=2048)
def _seconds(method: str, route: str, status: int) -> Histogram:
    known = method if method in _METHODS else "other"
    return metrics.histogram("http_request_seconds", method=known, route=route, status=str(status))


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _operation(title: str, settings: Settings, health: Health) -> APIRouter:
    """Give the routes for operators, the same on every service."""
    router, started_at = APIRouter(include_in_schema=False), clock.now()

    @router.get("/livez")
    async def livez() -> Response:
        return _json({"alive": True})

    @router.get("/readyz")
    async def readyz() -> Response:
        missing = [
            {"name": check.name, "since": _written(check.since), "what": check.what}
            for check in health.missing()
        ]
        return _json({"ready": not missing, "missing": missing}, 503 if missing else 200)

    @router.get("/metrics")
    async def exposition() -> Response:
        return Response(metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    @router.get("/version")
    async def running_version() -> Response:
        return _json(
            {
                "service": title,
                "version": version("cunban"),
                "instance": settings.instance,
                "python": platform.python_version(),
                "started_at": _written(started_at),
            }
        )

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        return HTMLResponse(api_page(request.app.openapi()), headers=_PAGE_POLICY)

    @router.get("/docs/errors")
    async def errors() -> Response:
        return HTMLResponse(errors_page(), headers=_PAGE_POLICY)

    return router


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
