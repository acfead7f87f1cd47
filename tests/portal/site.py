"""The portal with services that answer what was written down for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.portal.session import Session
from services.portal.wiring import PARTS, furnish
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.settings import Settings
from services.runtime.settings_loading import load_settings

INSPECTOR = Session("token-037", "o-037", "沈文博", "/qingyun/s-supervision", ("inspector",))
CLERK = Session("token-001", "o-001", "王秀英", "/qingyun/t-heping/v-dongping", ("village_clerk",))
APPROVER = Session("token-011", "o-011", "徐国华", "/qingyun/t-heping", ("township_approver",))
REVIEWER = Session("token-018", "o-018", "林雪梅", "/qingyun/d-land", ("department_reviewer",))
_SERVICES = {8081: "intake", 8082: "routing", 8083: "review", 8084: "supervision"}


@dataclass
class Services:
    """Four services that give the answers set for them, and keep what they were asked."""

    answers: dict[str, list[httpx2.Response]] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)
    running: dict[str, FastAPI] = field(default_factory=dict)
    """Services that answer for themselves, by name."""

    def say(
        self, call: str, body: Any, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer `call`, as `GET supervision /v1/cases`, from now on; several take turns."""
        content = orjson.dumps(body) if body is not None else b""
        response = httpx2.Response(status, headers=dict(headers or {}), content=content)
        self.answers.setdefault(call, []).append(response)

    def refuse(self, call: str, status: int, code: str, detail: str = "请改正。") -> None:
        """Answer `call` with a problem from now on."""
        body = {"title": "未能办理", "detail": detail, "code": code, "status": status}
        self.say(call, body, status)

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        service = _SERVICES[request.url.port or 0]
        if (app := self.running.get(service)) is not None:
            answer = await httpx2.ASGITransport(app=app).handle_async_request(request)
            await answer.aread()
            return answer
        waiting = self.answers.get(f"{request.method} {service} {request.url.path}")
        if not waiting:
            raise httpx2.ConnectError("nobody there", request=request)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def of(self, method: str) -> list[httpx2.Request]:
        """Give what was asked by `method`."""
        return [request for request in self.asked if request.method == method]


@dataclass
class Site:
    """The portal in a browser of its own."""

    browser: TestClient
    services: Services
    app: FastAPI

    def signed_in(self, session: Session) -> Site:
        """Go on as `session`."""
        portal = self.app.state.portal
        self.browser.cookies.set(portal.cookie, portal.seal.cookie_of(session))
        return self

    def form(self, session: Session | None, **filled: str) -> dict[str, str]:
        """Give a form as a page of ours for `session` sends it."""
        return {"form_token": self.app.state.portal.seal.form_token(session), **filled}


def settings_in(folder: Path) -> Settings:
    """Give settings with a secret of their own under `folder`."""
    secrets = folder / "secrets"
    secrets.mkdir(parents=True)
    (secrets / "code_secret").write_text("ab" * 32)
    return load_settings(data_dir=folder)


@contextmanager
def site_in(folder: Path) -> Iterator[Site]:
    """Open the portal."""
    services, settings = Services(), settings_in(folder)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(services)) as client:
            furnish(app, settings, client)
            yield

    app = create_app(PARTS.title, settings, Health(), lifespan, PARTS.routers)
    with TestClient(app, follow_redirects=False) as browser:
        yield Site(browser, services, app)
