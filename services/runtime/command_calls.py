"""POSTs that are commands and GETs that ask the loop: the same way for every service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Protocol
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response

from services.kernel.actor import Actor
from services.kernel.decider import Command
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock, results
from services.runtime.api_document import problem_answers
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.ids import derived_id
from services.runtime.problems import Problem
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.results import Result
from services.runtime.service import Service
from services.runtime.signals import Signals
from services.runtime.tokens import BearerToken, SignedIn, SignedInOfficer

_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}")
_NAMESPACE: Final = "6c1f1d8e-5f0b-5a6c-9f62-2f7f3c1f0a01"
_ETAG: Final = re.compile(r'(?:W/)?"?(\d{1,9})"?')


class HoldsFacts(Protocol):
    """Whatever has the reference facts."""

    @property
    def book(self) -> ReferenceBook: ...


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """The reference facts as an API may use them: a process just started knows no item and no
    login yet, and must not answer that there is none."""

    follower: ReferenceFollower

    @property
    def book(self) -> ReferenceBook:
        """The facts.

        Raises:
            Problem: 503 `server.unavailable`; they have not been read to their end once.
        """
        if not self.follower.ready:
            raise Problem("server.unavailable", headers={"Retry-After": "1"})
        return self.follower.book


@dataclass(frozen=True, slots=True)
class Shell:
    """What the routes of one service reach out with; on `app.state.shell`."""

    service: Service[Any]
    gateway: Gateway
    reference: HoldsFacts
    signals: Signals


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated POST: who, when, under which key, against which version."""

    shell: Shell
    officer: SignedInOfficer
    at: datetime
    command_id: str
    fingerprint: str
    expected_version: int | None

    @property
    def actor(self) -> Actor:
        """Who acts, with the posts that the token names."""
        return self.officer.actor

    @property
    def calendar_version(self) -> str:
        """The calendar in force now; the command carries it, so that a repeat reckons the same."""
        return self.shell.reference.book.current_calendar_version()

    def new_case_id(self) -> str:
        """Give the id of the case that this call begins: the same for the same officer and key.

        A repeat after a lost answer must find the case of the first try (ADR 0008).
        """
        return case_id_of(self.officer.actor.officer_id, self.command_id)

    async def carry_out(self, command: Command, status: int = 200) -> Response:
        """Have `command` carried out and answer with its result, or 202 where it takes long.

        Raises:
            Problem: refused (403, 409), stale (412), key reused (422), log away (503).
        """
        service = self.shell.service
        name = type(command).__name__
        record = CommandRecord(
            name=name,
            command_id=self.command_id,
            key=command.key,
            body=service.commands[name].dump_json(command),
            fingerprint=self.fingerprint,
            expected_version=self.expected_version,
        )
        self.shell.signals.acted(self.officer)
        result = await self.shell.gateway.ask(record)
        if result is None:
            return _not_yet(self.command_id)
        return told(result, status)


def case_id_of(officer_id: str, command_id: str) -> str:
    """Give a case id that only depends on who asks under which key.

    Where the key is a UUIDv7 its time is kept, so that cases sort by when they began; else the
    id is a UUIDv8, which promises no time.
    """
    digest = bytearray(sha256(f"{officer_id}/{command_id}".encode()).digest()[:16])
    given = UUID(command_id)
    version = 7 if given.version == 7 else 8
    if version == 7:
        digest[:6] = given.bytes[:6]
    digest[6] = (digest[6] & 0x0F) | (version << 4)
    digest[8] = (digest[8] & 0x3F) | 0x80
    return str(UUID(bytes=bytes(digest)))


class _Head(BearerToken):
    """The dependency `Called`: who asks and the head of the command, in one."""

    async def __call__(  # type: ignore[override]  # gives more than the officer
        self,
        request: Request,
        idempotency_key: Annotated[
            str | None,
            Header(description="命令的唯一键，重试时保持不变 the command id; keep it on a retry"),
        ] = None,
        if_match: Annotated[
            str | None, Header(description="所见版本 the version that was seen, as ETag gave it")
        ] = None,
    ) -> Call:
        """Read the head of a command.

        Raises:
            Problem: 400 `idempotency.key_missing`, 400 `request.version_invalid`, 401.
        """
        officer = self.officer(request)
        if idempotency_key is None or not _KEY.fullmatch(idempotency_key):
            raise Problem("idempotency.key_missing")
        who = officer.actor.officer_id
        asked = f"{request.method} {request.url.path} {who} {if_match}\n".encode()
        return Call(
            shell=request.app.state.shell,
            officer=officer,
            at=clock.now(),
            command_id=key_to_command_id(who, idempotency_key),
            fingerprint=sha256(asked + await request.body()).hexdigest()[:16],
            expected_version=_version(if_match),
        )


Called = Annotated[Call, Depends(_Head())]
"""For a route's parameter: `async def accept(call: Called, …)`."""


async def view(request: Request, officer: SignedInOfficer, key: str, part: str | None) -> Result:
    """Ask the owner of `key` for its state, as of after all commands before this question.

    Raises:
        Problem: 404, or 503 where Kafka or the worker does not answer.
    """
    return await viewed(request.app.state.shell, officer, key, part)


async def viewed(shell: Shell, officer: SignedInOfficer, key: str, part: str | None) -> Result:
    """Do as `view`, where there is no request at hand.

    Raises:
        Problem: as `view`.
    """
    shell.signals.acted(officer)
    record = CommandRecord(VIEW, str(uuid4()), key, b"{}", part=part)
    result = await shell.gateway.ask(record)
    if result is None:
        raise Problem("server.unavailable", headers={"Retry-After": "2"})
    if result.status != results.ACCEPTED:
        raise _problem(result)
    return result


def told(result: Result, status: int = 200) -> Response:
    """Give the answer as it was first given: the same command, the same bytes.

    Raises:
        Problem: the command was not carried out.
    """
    if result.status != results.ACCEPTED:
        raise _problem(result)
    etag = {"ETag": f'"{result.version}"'}
    return Response(result.body, status, etag, media_type="application/json")


def status_routes() -> APIRouter:
    """Give `GET /v1/commands/{command_id}`: where to ask again after a 202."""
    router = APIRouter(prefix="/v1", tags=["commands"])

    @router.get("/commands/{command_id}", responses=problem_answers(409, 412))
    async def command(request: Request, officer: SignedIn, command_id: str) -> Response:
        """Tell what came of a command of the last minutes."""
        shell: Shell = request.app.state.shell
        result = shell.gateway.recent(key_to_command_id(officer.actor.officer_id, command_id))
        if result is None:
            raise Problem("command.not_known")
        return told(result)

    return router


def key_to_command_id(officer_id: str, key: str) -> str:
    """Give the command id of a client's key: itself if it is a UUID, else one of this officer."""
    try:
        return str(UUID(key))
    except ValueError:
        return derived_id(_NAMESPACE, f"{officer_id}/{key}")


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem("request.version_invalid")
    return int(found[1])


def _not_yet(command_id: str) -> Response:
    address = f"/v1/commands/{command_id}"
    body = {"command_id": command_id, "status_url": address}
    headers = {"Location": address, "Retry-After": "1"}
    return Response(orjson.dumps(body), 202, headers, media_type="application/json")


def _problem(result: Result) -> Problem:
    said = orjson.loads(result.body)
    headers = {"ETag": f'"{result.version}"'} if result.version else {}
    return Problem(said["code"], result.status, detail=said["detail"], headers=headers)
