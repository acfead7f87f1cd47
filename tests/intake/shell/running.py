"""Intake as one process runs it: three services, their workers, and the routes over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx2
from fastapi import FastAPI

from schemas.events.base import APPOINTMENT, CREDIT
from services.intake.core.appointments.places import Places
from services.intake.core.credit.in_force import Restrictions
from services.intake.shell.folds import events_to
from services.intake.shell.handing_in import Window
from services.intake.shell.open_cases import OpenCases
from services.intake.shell.people import People
from services.intake.shell.window_service import SPAN
from services.intake.shell.wiring import PARTS, SERVICE
from services.kernel.actor import Actor
from services.kernel.calendar import ZONE
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.command_calls import Shell, status_routes
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from services.runtime.topic_follower import TopicFollower
from services.runtime.worker import Worker
from tests.runtime.toy_log import until

SECRET: Final = b"0123456789abcdef0123456789abcdef"
_PEM: Final = new_signing_key()
_SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"


class Facts:
    """The reference facts, read."""

    def __init__(self, book: ReferenceBook) -> None:
        self.book = book


class Officer:
    """An officer's line to the process."""

    def __init__(self, client: httpx2.AsyncClient, actor: Actor) -> None:
        self._client = client
        place = actor.organisation
        token, _ = TokenIssuer(_PEM).issue(
            actor.officer_id, place, actor.posts, _SESSION, clock.now()
        )
        self._head = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> httpx2.Response:
        """Send a command; a 202 is asked for again under its key, as every client does."""
        head = {**self._head, "Idempotency-Key": key or str(uuid4())}
        answer = await self._client.post(path, json=body, headers=head)
        while answer.status_code == 202:
            answer = await self._client.post(path, json=body, headers=head)
        return answer

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        """Ask."""
        return await self._client.get(path, params=query, headers=self._head)


@asynccontextmanager
async def intake(bootstrap: str, book: ReferenceBook) -> AsyncIterator[httpx2.AsyncClient]:
    """Run workers and routes of all of intake's services; ready when the block begins."""
    health = Health()

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    routers = (*PARTS.routers, status_routes())
    app = create_app("intake", Settings(), health, nothing, routers)
    services = (SERVICE, *PARTS.beside)
    shells = {
        each.name: Shell(
            each,
            Gateway(
                each.name,
                bootstrap,
                health,
                wait=5.0,
                in_flight_limit=512,
                check=each.check("kafka"),
            ),
            Facts(book),
            Signals(),
        )
        for each in services
    }
    workers = [Worker(each, book, bootstrap, health) for each in services]
    state = app.state
    state.shell, state.shells = shells[SERVICE.name], shells
    state.verifier = TokenVerifier(jwks_of(_PEM))
    people, places, restrictions = People(bootstrap, SECRET), Places(), Restrictions()
    followers = (
        TopicFollower(bootstrap, APPOINTMENT, events_to(places.take), health, SPAN),
        TopicFollower(bootstrap, CREDIT, events_to(restrictions.take), health),
    )
    state.window = Window(
        people,
        OpenCases(),
        lambda: all(follower.ready for follower in followers),
        restrictions,
        places,
    )
    for shell in shells.values():
        await shell.gateway.start()
    working = [asyncio.create_task(worker.run()) for worker in workers]
    following = [asyncio.create_task(follower.follow()) for follower in followers]
    try:
        await until(lambda: health.ready or any(task.done() for task in working))
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://intake") as client:
            yield client
    finally:
        for worker in workers:
            worker.stop()
        for task in following:
            task.cancel()
        await asyncio.gather(*working)
        await asyncio.gather(*following, return_exceptions=True)
        for shell in shells.values():
            await shell.gateway.stop()
        await people.close()


def next_working_days(book: ReferenceBook, count: int) -> list[date]:
    """Give the next working days after today, rising."""
    calendar = book.calendar(book.current_calendar_version())
    day = clock.now().astimezone(ZONE).date()
    found: list[date] = []
    while len(found) < count:
        day += timedelta(days=1)
        if calendar.is_working_day(day):
            found.append(day)
    return found
