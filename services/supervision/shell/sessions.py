"""Sign-in, beat and sign-out (在线即在岗): a token for the caller, an event for the board."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from schemas.facts import Account, Officer
from services.kernel.actor import Actor, Held
from services.kernel.calendar import local
from services.kernel.competence import posts_on
from services.kernel.succession import closed_among, posts_inherited
from services.runtime import clock, metrics
from services.runtime.api_document import problem_answers
from services.runtime.command_calls import Shell, key_to_command_id, told
from services.runtime.command_record import CommandRecord
from services.runtime.ids import derived_id, new_case_id
from services.runtime.passwords import Passwords
from services.runtime.problems import Problem
from services.runtime.rate_limit import TokenBuckets, require_attempt
from services.runtime.signals import Signals
from services.runtime.tokens import SignedIn, SignedInOfficer, TokenIssuer
from services.supervision.core.presence_commands import SignIn, SignOut
from services.supervision.shell.told import SessionTold

router = APIRouter(tags=["sessions"])


class Credentials(BaseModel):
    """A login and its password."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    device: Annotated[str, Field(min_length=1, max_length=200)] = "未说明 unnamed"
    """Which window, phone or kiosk; shown on the board."""


class Door:
    """Who may come in: accounts of the reference facts, checked off the event loop."""

    def __init__(self, shell: Shell, issuer: TokenIssuer, *, demo: bool) -> None:
        self._shell, self._issuer, self._demo = shell, issuer, demo
        self._passwords, self._buckets = Passwords(), TokenBuckets()

    async def open(self, credentials: Credentials, address: str, key: str | None) -> Response:
        """Give a token for the right password; the sign-in is on the log before it is given.

        Raises:
            Problem: 401 `auth.refused`, 429 `auth.too_many_attempts`, 503.
        """
        at = clock.now()
        require_attempt(self._buckets, credentials.login, address, at)
        account = self._account(credentials.login)
        hash_ = account.password_hash if account else None
        if not await self._passwords.verify(hash_, credentials.password) or account is None:
            metrics.counter("sign_ins", outcome="refused").inc()
            raise Problem("auth.refused")
        self._buckets.forget((credentials.login, address))
        officer = self._shell.reference.book.officer(account.officer_id)
        if officer is None:
            raise Problem("auth.refused")
        return await self._signed_in(officer, credentials.device, key)

    async def close(self, officer: SignedInOfficer, key: str | None) -> None:
        """End the session; its token is taken nowhere any more."""
        command = SignOut(
            key=officer.actor.officer_id,
            actor=officer.actor,
            at=clock.now(),
            session_id=officer.session_id,
        )
        await self._carried_out(command, _command_id(officer.actor.officer_id, key))

    def shut(self) -> None:
        """End the threads."""
        self._passwords.close()

    def _account(self, login: str) -> Account | None:
        account = self._shell.reference.book.account(login)
        return None if account is None or (account.demo and not self._demo) else account

    async def _signed_in(self, officer: Officer, device: str, key: str | None) -> Response:
        command_id = _command_id(officer.officer_id, key)
        session_id = derived_id(command_id, "session")
        at = clock.now()
        # A warrant that has run out in the night ends with the token, twelve hours at most.
        today = local(at).date()
        closed = closed_among(self._shell.reference.book.organisations())
        officer = officer.model_copy(update={"posts": posts_on(officer, today)})
        inherited = posts_inherited(officer, today, closed)
        officer = officer.model_copy(update={"posts": (*officer.posts, *inherited)})
        posts = tuple(Held(post.organisation, post.role) for post in officer.posts)
        actor = Actor(officer.officer_id, officer.organisation, posts)
        command = SignIn(
            key=officer.officer_id,
            actor=actor,
            at=at,
            session_id=session_id,
            organisation=officer.organisation,
            device=device,
        )
        await self._carried_out(command, command_id)
        token, expires_at = self._issuer.issue(
            officer.officer_id, officer.organisation, posts, session_id, at
        )
        signed_in = SignedInOfficer(actor, session_id, expires_at)
        self._shell.signals.acted(signed_in)
        metrics.counter("sign_ins", outcome="accepted").inc()
        body = {"token": token, "expires_at": expires_at, "officer": officer.model_dump()}
        return Response(orjson.dumps(body), 201, media_type="application/json")

    async def _carried_out(self, command: SignIn | SignOut, command_id: str) -> None:
        name = type(command).__name__
        record = CommandRecord(
            name=name,
            command_id=command_id,
            key=command.key,
            body=self._shell.service.commands[name].dump_json(command),
        )
        result = await self._shell.gateway.ask(record)
        if result is None:
            raise Problem("server.unavailable", headers={"Retry-After": "2"})
        told(result)


Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post(
    "/v1/sessions",
    status_code=201,
    responses={201: {"model": SessionTold}, **problem_answers(401, 429)},
)
async def sign_in(request: Request, body: Credentials, key: Key = None) -> Response:
    """登录. Gives a token; from now on the officer is on the board."""
    address = request.client.host if request.client else "unknown"
    door: Door = request.app.state.door
    return await door.open(body, address, key)


@router.post("/v1/sessions/current/beat", status_code=204)
async def beat(request: Request, officer: SignedIn) -> Response:
    """心跳. A browser that stays silent for 90 seconds counts as offline from its last beat."""
    signals: Signals = request.app.state.shell.signals
    signals.beat(officer)
    return Response(status_code=204)


@router.delete("/v1/sessions/current", status_code=204, responses=problem_answers(409))
async def sign_out(request: Request, officer: SignedIn, key: Key = None) -> Response:
    """退出. The token is taken nowhere any more."""
    door: Door = request.app.state.door
    await door.close(officer, key)
    return Response(status_code=204)


@router.get("/.well-known/jwks.json")
async def jwks(request: Request) -> dict[str, Any]:
    """Give the public keys with which tokens are checked."""
    found: dict[str, Any] = request.app.state.jwks
    return found


def _command_id(officer_id: str, key: str | None) -> str:
    return new_case_id() if key is None else key_to_command_id(officer_id, key)
