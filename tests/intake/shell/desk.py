"""Intake over HTTP, carried out by the real rules without a log in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import httpx2
import orjson
from fastapi import FastAPI

from schemas.events.base import Event
from services.intake.shell.wiring import PARTS, SERVICE
from services.kernel.actor import Actor
from services.kernel.decider import Refused
from services.runtime import clock, results
from services.runtime.command_calls import HoldsFacts, Shell
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.results import Result
from services.runtime.settings import Settings
from services.runtime.settings_loading import load_settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from services.runtime.uploads import open_attachments
from tests.intake.core.situations import intake
from tests.support.builders import County, county
from tests.support.given import given

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"


@dataclass
class Facts:
    book: County


class OneDesk:
    """A gateway that carries commands out on the spot; keeps the events that came of them."""

    def __init__(self, *history: Event) -> None:
        self._state = given(intake, *history).state
        self.events: list[Event] = []

    async def ask(self, record: CommandRecord) -> Result:
        """Give the result as a worker would."""
        try:
            if record.name == VIEW:
                told = SERVICE.view(record.key, self._state, record.part)
                return Result(results.ACCEPTED, orjson.dumps(told), 1)
            command = SERVICE.commands[record.name].validate_json(record.body)
            events: Sequence[Event] = intake.decide(self._state, command)
        except Refused as refused:
            kinds = {"forbidden": results.FORBIDDEN, "conflict": results.CONFLICT}
            status = results.NOT_FOUND if record.name == VIEW else kinds[refused.kind]
            return results.refusal(status, refused.code, refused.detail)
        for event in events:
            self._state = intake.evolve(self._state, event)
        self.events += events
        told = SERVICE.answer(record.key, self._state, events)
        return Result(results.ACCEPTED, orjson.dumps(told), 2)


def settings_of(folder: Path) -> Settings:
    """Give settings with everything in `folder`."""
    return load_settings(data_dir=folder)


@asynccontextmanager
async def at_the_desk(
    desk: OneDesk, actor: Actor, settings: Settings, **state: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client that is signed in as `actor`; `state` goes onto the application."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("intake", settings, Health(), nothing, PARTS.routers)
    open_attachments(app, settings)
    facts = cast(HoldsFacts, Facts(county()))
    app.state.shell = Shell(SERVICE, cast(Gateway, desk), facts, Signals())
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    for name, value in state.items():
        setattr(app.state, name, value)
    token, _ = TokenIssuer(PEM).issue(
        actor.officer_id, actor.organisation, actor.posts, SESSION, clock.now()
    )
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://intake",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        yield client
