"""What the OpenAPI document says of answers, read off what an operation takes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Response
from starlette.testclient import TestClient

from services.runtime.api_document import TermTold, Told, problem_answers
from services.runtime.command_calls import Called
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.settings import Settings
from services.runtime.tokens import SignedIn
from tests.runtime.toy_api import Step

routes = APIRouter(prefix="/v1")


class DeskTold(Told):
    """What the toy answers."""

    claimed: int
    due: TermTold | None = None


@routes.post("/desks/{key}/claim")
async def claim(key: str, body: Step, call: Called) -> Response:
    return Response()


@routes.get("/desks/{key}", responses={200: {"model": DeskTold}, **problem_answers(429)})
async def desk(key: str, officer: SignedIn) -> Response:
    return Response()


@routes.get("/items")
async def items() -> list[str]:
    return []


@routes.post("/notes")
async def note(body: Step) -> dict[str, int]:
    return {"step": body.step}


@asynccontextmanager
async def nothing(_app: FastAPI) -> Any:
    yield


APP = create_app("toy", Settings(), Health(), nothing, [routes], DeskTold)
DOCUMENT = APP.openapi()


def answers(method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][path][method]["responses"]
    return found


def test_a_command_names_every_way_in_which_it_may_be_wrong() -> None:
    told = answers("post", "/v1/desks/{key}/claim")
    problems = {"400", "401", "403", "404", "409", "412", "413", "415", "422", "503"}
    assert set(told) == {"200", "202"} | problems
    for status in problems:
        (form,) = told[status]["content"].items()
        problem = {"$ref": "#/components/schemas/Problem"}
        assert form == ("application/problem+json", {"schema": problem})
    assert "`idempotency.key_missing`" in told["400"]["description"]


def test_a_command_is_answered_with_what_its_service_tells_and_a_version() -> None:
    told = answers("post", "/v1/desks/{key}/claim")
    schema = told["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/DeskTold"}
    assert "ETag" in told["200"]["headers"]
    described = DOCUMENT["components"]["schemas"]
    assert {"DeskTold", "TermTold", "UnderWay", "Problem"} <= set(described)
    assert "claimed" in described["DeskTold"]["required"]


def test_the_head_of_a_command_is_asked_for_as_it_is_checked() -> None:
    parameters = DOCUMENT["paths"]["/v1/desks/{key}/claim"]["post"]["parameters"]
    required = {p["name"].lower(): p["required"] for p in parameters}
    assert required == {"key": True, "idempotency-key": True, "if-match": False}


def test_a_question_names_less_and_what_its_route_says_besides() -> None:
    told = answers("get", "/v1/desks/{key}")
    assert set(told) == {"200", "401", "403", "404", "422", "429", "503"}
    assert set(answers("get", "/v1/items")) == {"200", "503"}


def test_the_document_is_the_same_when_it_is_asked_for_again() -> None:
    assert APP.openapi() is DOCUMENT


@pytest.mark.parametrize("said", ["text/plain", "application/xml", None])
def test_a_body_that_is_not_said_to_be_json_is_415(said: str | None) -> None:
    client = TestClient(APP)
    headers = {"Content-Type": said} if said else {}
    answer = client.post("/v1/notes", content=b'{"step": 1}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "request.media_type")


def test_json_under_a_name_of_its_own_is_read_and_no_body_at_all_is_incomplete() -> None:
    client = TestClient(APP)
    headers = {"Content-Type": "application/vnd.cunban+json"}
    assert client.post("/v1/notes", content=b'{"step": 1}', headers=headers).status_code == 200
    assert client.post("/v1/notes").status_code == 422
