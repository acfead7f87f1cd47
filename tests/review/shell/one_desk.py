"""Review over HTTP by its real rules, without a log in between."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Final, cast
from uuid import uuid4

import httpx2
import orjson
from fastapi import FastAPI

from schemas.events.base import Event
from schemas.facts import Officer, Organisation
from services.kernel.actor import Actor, Held
from services.kernel.decider import Refused
from services.review.shell.payments import AtTheWindow, Payments
from services.review.shell.wiring import PARTS, SERVICE
from services.runtime import clock, results
from services.runtime.command_calls import Shell
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.results import Result
from services.runtime.settings import Settings
from services.runtime.settings_of_papers import AttachmentSettings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from services.runtime.uploads import open_attachments
from tests.review.core.situations import review
from tests.review.core.situations_of_consulting import PICTURES
from tests.support.builders import CASE
from tests.support.files import png
from tests.support.given import given

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"


class OneDesk:
    """A gateway that carries commands out on the spot; keeps the names of those it was given."""

    def __init__(self, history: Sequence[Event]) -> None:
        self._state = given(review, *history).state
        self.asked: list[str] = []
        self.told: list[Event] = []
        self.payments: Payments = AtTheWindow()

    async def ask(self, record: CommandRecord) -> Result:
        """Give the result as a worker would."""
        if record.name == VIEW:
            told = SERVICE.view(record.key, self._state, record.part)
            version = SERVICE.version_of_view(self._state, record.part)
            return Result(results.ACCEPTED, orjson.dumps(told), version)
        self.asked.append(record.name)
        command = SERVICE.commands[record.name].validate_json(record.body)
        if record.expected_version not in (None, SERVICE.version(self._state, command)):
            return results.refusal(results.STALE, "request.stale", "请刷新后核对再提交。")
        try:
            events = review.decide(self._state, command)
        except Refused as refused:
            status = results.FORBIDDEN if refused.kind == "forbidden" else results.CONFLICT
            return results.refusal(status, refused.code, refused.detail)
        assert events, "nothing happened"
        for event in events:
            self._state = review.evolve(self._state, event)
        self.told += events
        told = SERVICE.answer(record.key, self._state, events)
        version = SERVICE.version(self._state, command)
        return Result(results.ACCEPTED, orjson.dumps(told), version)


@cache
def _uploaded() -> Settings:
    """Give settings with a store in which the pictures of the situations lie."""
    folder = Path(tempfile.mkdtemp(prefix="cunban-pictures-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / CASE).mkdir()
    for picture in PICTURES:
        (folder / CASE / picture).write_bytes(png())
    return Settings(attachments=AttachmentSettings(store=str(folder)))


def review_app(desk: OneDesk, *officers: Officer | Organisation) -> FastAPI:
    """Make the service; `officers` are known."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("review", _uploaded(), Health(), nothing, PARTS.routers)
    open_attachments(app, _uploaded())
    app.state.payments = desk.payments
    follower = ReferenceFollower("nowhere:1")
    follower.book.add(*officers)
    # Known and ready: nobody waits for a topic here.
    app.state.shell = Shell(SERVICE, cast(Gateway, desk), follower, Signals())
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    return app


def token_of(actor: Actor) -> str:
    """Give the token with which `actor` is signed in there."""
    posts = tuple(Held(post.organisation, post.role) for post in actor.posts)
    token, _ = TokenIssuer(PEM).issue(
        actor.officer_id, actor.organisation, posts, SESSION, clock.now()
    )
    return token


@asynccontextmanager
async def at_the_desk(
    desk: OneDesk, actor: Actor, *officers: Officer | Organisation
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client that is signed in as `actor`; `officers` are known."""
    heads = {"Authorization": f"Bearer {token_of(actor)}", "Idempotency-Key": str(uuid4())}
    transport = httpx2.ASGITransport(app=review_app(desk, *officers))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://review", headers=heads
    ) as client:
        yield client
