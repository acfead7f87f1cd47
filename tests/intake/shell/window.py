"""A window over HTTP without a log: the real rules, people and open cases, in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import UUID, uuid4

import httpx2
import orjson
from fastapi import FastAPI

from schemas.codec import encode
from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.facts import Person
from services.intake.core.decide import decider
from services.intake.core.prior_results import PriorResults
from services.intake.shell.handing_in import Window
from services.intake.shell.open_cases import OpenCases
from services.intake.shell.people import People
from services.intake.shell.wiring import PARTS, SERVICE
from services.kernel.actor import Actor, Held
from services.kernel.decider import Refused
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock, results
from services.runtime.command_calls import Shell
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.fact_writer import FactWriter
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_files import read_county
from services.runtime.results import Result
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"
VILLAGE: Final = "/qingyun/t-heping/v-dongping"
COUNTY: Final = ReferenceBook(read_county(Path("deploy/county")).facts)


class Topic:
    """The people facts as a topic would hold them; the contract of `FactWriter`."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.written = 0

    async def put(self, key: str, value: bytes | None) -> None:
        self.written += 1
        if value is None:
            self.held.pop(key, None)
        else:
            self.held[key] = value

    async def close(self) -> None:
        pass

    def person(self) -> Person:
        (value,) = self.held.values()
        return Person.model_validate_json(value)


@dataclass
class County:
    """All cases of a county, worked on the spot; what happened is read at once by the window."""

    open_cases: OpenCases = field(default_factory=OpenCases)
    events: list[Event] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    told: dict[str, tuple[str, Result]] = field(default_factory=dict)
    reading: bool = True
    """Whether the window has read what happened."""

    async def ask(self, record: CommandRecord) -> Result:
        """Give the result as a worker would: the same again for the same command."""
        intake = decider(COUNTY)
        state = self.states.get(record.key, intake.start)
        if record.name == VIEW:
            try:
                told = SERVICE.view(record.key, state, record.part)
            except Refused as refused:
                return results.refusal(404, refused.code, refused.detail)
            return Result(results.ACCEPTED, orjson.dumps(told), state.version)
        if (known := self.told.get(record.command_id)) is not None:
            if known[0] != record.fingerprint:
                return results.refusal(results.KEY_REUSED, "idempotency.key_reused", "另一内容")
            return known[1]
        result = self._carried_out(intake, state, record)
        self.told[record.command_id] = (record.fingerprint, result)
        return result

    def _carried_out(self, intake: Any, state: Any, record: CommandRecord) -> Result:
        command = SERVICE.commands[record.name].validate_json(record.body)
        try:
            events = intake.decide(state, command)
        except Refused as refused:
            status = results.FORBIDDEN if refused.kind == "forbidden" else results.CONFLICT
            return results.refusal(status, refused.code, refused.detail)
        for event in events:
            state = intake.evolve(state, event)
            self.happened(record.key, event, state.version, command.at)
        self.states[record.key] = state
        answer = SERVICE.answer(record.key, state, events)
        return Result(results.ACCEPTED, orjson.dumps(answer), state.version)

    def happened(self, key: str, event: Event, sequence: int, at: datetime) -> None:
        """Have the window read `event`."""
        self.events.append(event)
        if self.reading:
            self.open_cases.take(written(key, event, sequence, at))


def written(key: str, event: Event, sequence: int, at: datetime) -> Any:
    """Give `event` as a record of intake's stream."""
    cause = "01942a3b-0000-4000-8000-0000000000c1"
    id_ = str(UUID(int=uuid4().int))
    record = encode(Envelope(id_, key, sequence, at, VILLAGE, "o-li", cause, cause, event))
    place = {"topic": "case.intake.events.v1", "partition": 0, "offset": 0}
    return SimpleNamespace(key=record.key, value=record.value, headers=record.headers, **place)


@dataclass
class Desk:
    """A signed-in officer's calls."""

    client: httpx2.AsyncClient
    county: County
    topic: Topic
    people: People

    async def apply(self, key: str | None = None, **body: Any) -> httpx2.Response:
        """Hand in a birth registration, but for what `body` says."""
        return await self.client.post(
            "/v1/applications", json={**APPLICATION, **body}, headers=keyed(key)
        )


APPLICATION: Final[dict[str, Any]] = {
    "item_code": "birth-registration",
    "applicant": {"name": "张小明", "phone": "13800000000"},
    "submit": True,
}


def keyed(key: str | None = None) -> dict[str, str]:
    """Give the header of a command."""
    return {"Idempotency-Key": key or str(uuid4())}


def clerk(role: Any = "village_clerk", path: str = VILLAGE, officer_id: str = "o-li") -> Actor:
    """Give an officer with one post."""
    return Actor(officer_id, path, (Held(path, role),))


@asynccontextmanager
async def window(
    actor: Actor | None = None,
    county: County | None = None,
    topic: Topic | None = None,
    *,
    ready: bool = True,
    results: PriorResults | None = None,
) -> AsyncIterator[Desk]:
    """Open the window of `actor`; others may be open on the same `county` and `topic`."""
    actor, county, topic = actor or clerk(), county or County(), topic or Topic()

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("intake", Settings(), Health(), nothing, PARTS.routers)
    people = People("nowhere:1", b"s" * 32)
    people._facts = cast(FactWriter, topic)
    for key, value in topic.held.items():
        people.take(SimpleNamespace(key=key.encode(), value=value, offset=0))
    reference = SimpleNamespace(book=COUNTY)
    app.state.shell = Shell(SERVICE, cast(Gateway, county), reference, Signals())
    app.state.window = Window(people, county.open_cases, lambda: ready, results=results)
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    token, _ = TokenIssuer(PEM).issue(
        actor.officer_id, actor.organisation, actor.posts, SESSION, clock.now()
    )
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://intake",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        yield Desk(client, county, topic, people)
