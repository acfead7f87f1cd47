"""Sign-in, beat and sign-out over HTTP, on the real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import uuid4

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from schemas.codec import Position, decode
from schemas.events.base import PRESENCE
from schemas.events.presence import SignedIn, SignedOut
from schemas.facts import Account, Officer, Organisation
from services.runtime import clock
from services.runtime.command_calls import Shell
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import gateway_producer
from services.runtime.passwords import hasher
from services.runtime.problems import Problem
from services.runtime.rate_limit import BURST
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.revocations import Revocations
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from services.supervision.shell.sessions import Door, router
from services.supervision.shell.wiring import SERVICE
from tests.runtime.toy_log import read, until, working
from tests.runtime.toy_service import make_topics, make_topics_of
from tests.support.builders import OTHER_VILLAGE, TOWNSHIP, VILLAGE, organisation

pytestmark = pytest.mark.kafka
PASSWORD: Final = "村口的老槐树-1"
PEM: Final = new_signing_key()


@lru_cache(maxsize=1)
def password_hash() -> str:
    return hasher().hash(PASSWORD)


def facts() -> tuple[Organisation | Officer | Account, ...]:
    posts = [
        {"organisation": VILLAGE, "role": "village_clerk"},
        {"organisation": TOWNSHIP, "role": "township_clerk"},
    ]
    li = {"officer_id": "o-li", "name": "李芳", "organisation": VILLAGE, "posts": posts}
    accounts = [
        {"login": "li.fang", "officer_id": "o-li", "demo": False},
        {"login": "village.clerk", "officer_id": "o-li", "demo": True},
        {"login": "gone", "officer_id": "o-retired", "demo": False},
    ]
    return (
        organisation(OTHER_VILLAGE, closed_on=date(2020, 1, 1), successor=VILLAGE),
        Officer.model_validate(li),
        *(Account.model_validate({**a, "password_hash": password_hash()}) for a in accounts),
    )


class Hall:
    """Supervision's sessions on topics of their own, and another service that checks tokens."""

    def __init__(self, kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
        name = f"toy-{uuid4().hex[:12]}"
        self.kafka = kafka
        self.service = replace(SERVICE, name=name, events_topic=f"officer.{name}.events.v1")
        self.signals_topic = f"officer.{name}.signals.v1"
        for kind in (SignedIn, SignedOut):
            monkeypatch.setattr(kind, "topics", (PRESENCE, self.service.events_topic))
        monkeypatch.setattr("services.runtime.revocations.PRESENCE", self.service.events_topic)
        monkeypatch.setattr("services.runtime.signals.TOPIC", self.signals_topic)

    async def make_topics(self) -> None:
        await make_topics_of(self.kafka, self.service)
        await make_topics(self.kafka, {self.signals_topic: 1})

    @asynccontextmanager
    async def open(
        self, *, demo: bool = False, wait: float = 5.0
    ) -> AsyncIterator[httpx2.AsyncClient]:
        @asynccontextmanager
        async def nothing(_app: FastAPI) -> AsyncIterator[None]:
            yield

        health, reference, signals = Health(), ReferenceFollower(self.kafka), Signals()
        reference.book.add(*facts())
        app = create_app("supervision", Settings(), health, nothing, (router,))
        gateway = Gateway(self.service.name, self.kafka, health, wait=wait, in_flight_limit=10)
        shell = Shell(self.service, gateway, reference, signals)
        producer = gateway_producer(self.kafka)
        door = Door(shell, TokenIssuer(PEM), demo=demo)
        app.state.shell, app.state.door = shell, door
        app.state.jwks, app.state.verifier = jwks_of(PEM), TokenVerifier(jwks_of(PEM))
        await producer.start()
        signals.connect(producer)
        await gateway.start()
        try:
            await until(lambda: health.ready)
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://hall") as client:
                yield client
        finally:
            door.shut()
            await gateway.stop()
            await producer.stop()

    async def signals(self) -> list[tuple[str, str]]:
        """Give kind and session of each signal."""
        told = [orjson.loads(m.value) for m in await read(self.kafka, self.signals_topic)]
        return [(one["kind"], one["session_id"]) for one in told]

    async def has_signals(self, *signals: tuple[str, str]) -> bool:
        return await self.signals() == list(signals)

    async def happened(self) -> list[tuple[str, str]]:
        """Give the events: their form and their session."""
        found = [
            decode(Position(PRESENCE, m.partition, m.offset), m.key, m.value, m.headers)
            for m in await read(self.kafka, self.service.events_topic)
        ]
        return [(type(e.event).__name__, getattr(e.event, "session_id", "")) for e in found]


async def sign_in(
    client: httpx2.AsyncClient, login: str, password: str = PASSWORD, key: str | None = None
) -> httpx2.Response:
    head = {"Idempotency-Key": key} if key else {}
    body = {"login": login, "password": password, "device": "一号窗口"}
    return await client.post("/v1/sessions", json=body, headers=head)


def told(answer: httpx2.Response) -> tuple[int, dict[str, Any]]:
    body = answer.json()
    body.pop("request_id", None)
    return answer.status_code, body


async def test_an_officer_signs_in_is_seen_and_signs_out(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, key = Hall(kafka, monkeypatch), new_case_id()
    await hall.make_topics()
    elsewhere = Revocations(kafka)
    other_service = TokenVerifier(jwks_of(PEM), elsewhere.is_revoked)
    following = asyncio.create_task(elsewhere.follow())
    async with working(kafka, hall.service), hall.open() as client:
        entered = await sign_in(client, "li.fang", key=key)
        assert entered.status_code == 201
        said = entered.json()
        assert said["officer"]["name"] == "李芳"
        officer = other_service.actor(said["token"], clock.now())
        assert officer.actor.officer_id == "o-li"
        posts = [(post.organisation, post.role) for post in officer.actor.posts]
        assert posts[:2] == [(VILLAGE, "village_clerk"), (TOWNSHIP, "township_clerk")]
        # The village has taken over the work of one that is abolished.
        assert (OTHER_VILLAGE, "village_clerk") in posts[2:]
        assert datetime.fromisoformat(said["expires_at"]) == officer.expires_at
        session = officer.session_id
        assert await hall.happened() == [("SignedIn", session)]

        bearer = {"Authorization": f"Bearer {said['token']}"}
        await until(lambda: hall.has_signals(("activity", session)))
        beat = await client.post("/v1/sessions/current/beat", headers=bearer)
        assert (beat.status_code, beat.content) == (204, b"")
        await until(lambda: hall.has_signals(("activity", session), ("beat", session)))
        assert (await client.post("/v1/sessions/current/beat")).status_code == 401
        # The answer was lost: the same key opens no second session.
        again = await sign_in(client, "li.fang", key=key)
        assert other_service.actor(again.json()["token"], clock.now()).session_id == session

        out = await client.delete("/v1/sessions/current", headers=bearer)
        assert (out.status_code, out.content) == (204, b"")
        await until(lambda: elsewhere.is_revoked(session))
        with pytest.raises(Problem, match=r"^auth\.revoked$"):
            other_service.actor(said["token"], clock.now())
        assert await hall.happened() == [("SignedIn", session), ("SignedOut", session)]
        twice = await client.delete("/v1/sessions/current", headers=bearer)
        assert (twice.status_code, twice.json()["code"]) == (409, "presence.session_ended")
        keys = (await client.get("/.well-known/jwks.json")).json()
        assert TokenVerifier(keys).actor(said["token"], clock.now()) == officer
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_whoever_may_not_come_in_is_told_nothing_about_why(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = Hall(kafka, monkeypatch)
    await hall.make_topics()
    async with working(kafka, hall.service):
        async with hall.open() as client:
            refusals = [
                told(await sign_in(client, "li.fang", "错的密码")),
                told(await sign_in(client, "nobody")),
                told(await sign_in(client, "village.clerk")),  # a demo account, without --demo
                told(await sign_in(client, "gone")),
            ]
            assert refusals[0][0] == 401
            assert refusals[0][1]["code"] == "auth.refused"
            assert refusals == refusals[:1] * 4
            assert (await sign_in(client, "")).status_code == 422

            limited = [await sign_in(client, "nobody") for _ in range(BURST)]
            assert {answer.status_code for answer in limited[:-1]} == {401}
            assert told(limited[-1])[1]["code"] == "auth.too_many_attempts"
            assert limited[-1].status_code == 429
            assert int(limited[-1].headers["Retry-After"]) >= 1
            # Others at the same counter are not held up.
            assert (await sign_in(client, "li.fang")).status_code == 201
        async with hall.open(demo=True) as client:
            assert (await sign_in(client, "village.clerk")).status_code == 201
    assert [name for name, _ in await hall.happened()] == ["SignedIn"] * 2


async def test_nobody_is_told_a_token_that_is_not_on_the_log(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = Hall(kafka, monkeypatch)
    await hall.make_topics()
    async with hall.open(wait=0.5) as client:  # nobody carries commands out
        waited = await sign_in(client, "li.fang")
        assert (waited.status_code, waited.headers["Retry-After"]) == (503, "2")
        assert "token" not in waited.json()
