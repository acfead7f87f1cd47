"""The toy service over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel

from services.runtime import clock
from services.runtime.command_calls import Called, Shell, status_routes, told, view
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.service import Service
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import (
    SignedIn,
    TokenIssuer,
    TokenVerifier,
    jwks_of,
    new_signing_key,
)
from tests.runtime.toy_service import CLERK, Claim
from tests.support.builders import LAND

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"
routes: Final = APIRouter()


class Step(BaseModel):
    """Which step to claim."""

    step: int


@routes.post("/v1/desks")
async def begin(body: Step, call: Called) -> Response:
    """Claim the first step of a new case."""
    key = call.new_case_id()
    return await call.carry_out(Claim(key=key, actor=call.actor, at=call.at, step=body.step), 201)


@routes.post("/v1/desks/{key}/claim")
async def claim_step(key: str, body: Step, call: Called) -> Response:
    """Claim a step."""
    return await call.carry_out(Claim(key=key, actor=call.actor, at=call.at, step=body.step))


@routes.get("/v1/desks/{key}")
async def desk(request: Request, officer: SignedIn, key: str) -> Response:
    """Tell what was claimed."""
    return told(await view(request, officer, key, None))


def token(officer_id: str = CLERK.officer_id, session_id: str = SESSION) -> str:
    """Give a token for an officer of the county."""
    issued = TokenIssuer(PEM).issue(officer_id, LAND, CLERK.posts, session_id, clock.now())
    return issued[0]


@asynccontextmanager
async def api(
    bootstrap: str, service: Service[Any], wait: float = 2.0, in_flight_limit: int = 64
) -> AsyncIterator[httpx2.AsyncClient]:
    """Run one API instance of the service; give a client that is signed in to it."""
    health = Health()

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("toy", Settings(), health, nothing, (routes, status_routes()))
    gateway = Gateway(service.name, bootstrap, health, wait=wait, in_flight_limit=in_flight_limit)
    app.state.shell = Shell(service, gateway, ReferenceFollower(bootstrap), Signals())
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    await gateway.start()
    try:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app),
            base_url="http://toy",
            headers={"Authorization": f"Bearer {token()}"},
        ) as client:
            client.health = health  # type: ignore[attr-defined]  # for tests to wait on
            yield client
    finally:
        await gateway.stop()
