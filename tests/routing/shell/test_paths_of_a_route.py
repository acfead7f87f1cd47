"""Every act on a route over HTTP, carried out by the real rules without a log in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, cast
from uuid import uuid4

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from schemas.events.base import Event
from services.kernel.actor import Actor, Held
from services.kernel.decider import Refused
from services.routing.core.commands import COMMANDS
from services.routing.shell.wiring import PARTS, SERVICE
from services.runtime import clock, results
from services.runtime.command_calls import Shell
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.results import Result
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
from tests.routing.core.situations import closed, laid, opened, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    AT_TOWNSHIP,
    AT_VILLAGE,
    CHIEF,
    CLERK,
    TOWN,
    reported_up,
)
from tests.support.builders import CASE, FORESTRY, LAND, WATER, officer
from tests.support.given import given

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"
PERIOD: Final = {"since": "2025-03-03T09:00:00+08:00", "until": "2099-01-01T00:00:00+08:00"}
Act = tuple[str, Sequence[Event], Actor, dict[str, Any], str]
ACTS: Final[list[Act]] = [
    ("transfer", AT_TOWNSHIP, TOWN, {"to_officer": "o-wu"}, "TransferStep"),
    (
        "delegate",
        AT_TOWNSHIP,
        TOWN,
        {"absent": "o-wang", "stand_in": "o-xu", **PERIOD},
        "DelegateStep",
    ),
    ("take-over", AT_VILLAGE, TOWN, {}, "TakeOverStep"),
    ("return", AT_DEPARTMENT, CHIEF, {}, "ReturnStep"),
    ("upload-to-county", AT_TOWNSHIP, TOWN, {}, "UploadStep"),
]


def body_of(act: Act) -> dict[str, Any]:
    number = 2 if act[0] == "return" else 1
    return {"step_id": f"{CASE}.{number}", "reason": "另有原因", **act[3]}


class OneRoute:
    """A gateway that carries commands out on the spot; keeps the names of those it was given."""

    def __init__(self, history: Sequence[Event]) -> None:
        self._state = given(routing, *history).state
        self.asked: list[str] = []

    async def ask(self, record: CommandRecord) -> Result:
        """Give the result as a worker would."""
        if record.name == VIEW:
            told = SERVICE.view(record.key, self._state, record.part)
            return Result(results.ACCEPTED, orjson.dumps(told), 1)
        self.asked.append(record.name)
        command = SERVICE.commands[record.name].validate_json(record.body)
        try:
            events = routing.decide(self._state, command)
        except Refused as refused:
            status = results.FORBIDDEN if refused.kind == "forbidden" else results.CONFLICT
            return results.refusal(status, refused.code, refused.detail)
        assert events, "nothing happened"
        for event in events:
            self._state = routing.evolve(self._state, event)
        told = SERVICE.answer(record.key, self._state, events)
        return Result(results.ACCEPTED, orjson.dumps(told), 2)


@asynccontextmanager
async def on_the_way(route: OneRoute, actor: Actor) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client that is signed in as `actor`."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("routing", Settings(), Health(), nothing, PARTS.routers)
    gateway = cast(Gateway, route)
    app.state.shell = Shell(SERVICE, gateway, ReferenceFollower("nowhere:1"), Signals())
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    posts = tuple(Held(post.organisation, post.role) for post in actor.posts)
    token, _ = TokenIssuer(PEM).issue(
        actor.officer_id, actor.organisation, posts, SESSION, clock.now()
    )
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://routing",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
    ) as client:
        yield client


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
async def test_an_act_comes_to_the_rules_as_its_command(act: Act) -> None:
    path, history, actor, _, name = act
    route = OneRoute(history)
    async with on_the_way(route, actor) as client:
        answer = await client.post(f"/v1/routes/{CASE}/{path}", json=body_of(act))
    assert (answer.status_code, route.asked) == (200, [name]), answer.text
    assert answer.json()["case_id"] == CASE
    assert answer.headers["ETag"] == '"2"'


def test_every_command_of_an_officer_has_a_path() -> None:
    by_itself = {"LayRoute", "CloseStep", "TakeBackStep", "HearExternalResult", "RerouteStep"}
    reached = {name for *_, name in ACTS} | {"RecordExternalResult"}
    assert reached | by_itself == {kind.__name__ for kind in COMMANDS}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
@pytest.mark.parametrize("fault", [{"colour": "red"}, {"reason": ""}, {"step_id": "4"}])
async def test_a_body_that_an_act_does_not_take_is_an_error(
    act: Act, fault: dict[str, str]
) -> None:
    path, history, actor, *_ = act
    route = OneRoute(history)
    async with on_the_way(route, actor) as client:
        answer = await client.post(f"/v1/routes/{CASE}/{path}", json={**body_of(act), **fault})
    assert (answer.status_code, answer.json()["code"], route.asked) == (422, "request.invalid", [])


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
async def test_who_has_no_post_there_is_told_so(act: Act) -> None:
    path, history, *_ = act
    async with on_the_way(OneRoute(history), officer("department_reviewer", WATER)) as client:
        answer = await client.post(f"/v1/routes/{CASE}/{path}", json=body_of(act))
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.denied")


async def test_the_word_of_the_higher_authority_comes_to_the_rules() -> None:
    history = (*AT_DEPARTMENT, closed("township_forwards", 2, "approved"), reported_up())
    route = OneRoute(history)
    body = {
        "authority": "恩施州林业局",
        "document_number": "州林审〔2025〕7号",
        "decided_on": "2025-03-20",
        "outcome": "approved",
    }
    path = f"/v1/routes/{CASE}/record-external-result"
    async with on_the_way(route, CHIEF) as client:
        unknown = await client.post(path, json={**body, "outcome": "forwarded"})
        answer = await client.post(path, json=body)
    assert (unknown.status_code, answer.status_code) == (422, 200)
    assert answer.json()["outcome"] == "approved"


async def test_a_step_of_another_case_is_not_found_on_this_route() -> None:
    other = f"{CASE[:-1]}2.1"
    async with on_the_way(OneRoute(AT_TOWNSHIP), TOWN) as client:
        body = {"step_id": other, "reason": "另有原因", "to_officer": "o-wu"}
        answer = await client.post(f"/v1/routes/{CASE}/transfer", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "routing.step_unknown")


async def test_a_route_names_the_departments_that_are_silent_beyond_their_date() -> None:
    asked = (laid("joint"), *(opened("joint", n) for n in (1, 2, 3)), closed("joint", 2, "agreed"))
    async with on_the_way(OneRoute(asked), CLERK) as client:
        answer = await client.get(f"/v1/routes/{CASE}")
    assert answer.status_code == 200
    assert [late["organisation"] for late in answer.json()["overdue"]] == [LAND, FORESTRY]


async def test_a_route_is_not_shown_to_who_has_no_part_in_it() -> None:
    async with on_the_way(OneRoute(AT_TOWNSHIP), officer("department_clerk", WATER)) as client:
        answer = await client.get(f"/v1/routes/{CASE}")
    assert (answer.status_code, answer.json()["code"]) == (403, "rights.denied")
