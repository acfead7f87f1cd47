"""文书核验 over HTTP, off the tables: without signing in, and not for guessing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Final, cast

import httpx2
import pytest
from fastapi import FastAPI

from schemas.events.results import ResultIssued
from schemas.facts import Person
from services.kernel.identifiers import document_code, document_number, paper_number
from services.runtime import clock
from services.runtime.command_calls import HoldsFacts, Shell
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.people_names import PeopleNames
from services.runtime.rate_limit import TokenBuckets
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.supervision.shell import api_documents
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projecting import Tables
from services.supervision.shell.store.engine import Store
from services.supervision.shell.wiring import SERVICE
from tests.supervision.inserting import project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life, accepted, case_id, submitted
from tests.support.builders import APPLICANT, HOUSING, MONDAY
from tests.support.letters import SECRET

pytestmark = pytest.mark.engine
NUMBER: Final = "410322250303WZAFAD3KS"
RESULT: Final = document_number(case_id(1), "410322105207", 2025)
ISSUED: Final = ResultIssued(
    step_id=f"{case_id(1)}.1",
    organisation=HOUSING,
    officer_id="o-wang",
    document_number=RESULT,
    name="建房许可证",
    issued_at=MONDAY,
    valid_from=date(2025, 3, 3),
    valid_until=None,
)


class Record:
    """A people fact as a consumer gives it."""

    key: Final = APPLICANT.encode()
    value: Final = (
        Person(applicant_ref=APPLICANT, name="王𠮷明", kind="person").model_dump_json().encode()
    )


@asynccontextmanager
async def asking(store: Store) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client of nobody in particular."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("supervision", Settings(), Health(), nothing, (api_documents.router,))
    fresh = Freshness(Health())
    fresh.as_of = clock.now()
    names = PeopleNames()
    names.take(Record())
    app.state.tables = Tables(store, fresh, Changes())
    app.state.code_secret, app.state.people_names = SECRET, names
    app.state.verifications = TokenBuckets(api_documents.BURST, api_documents.PER_MINUTE)
    facts = cast(HoldsFacts, ReferenceFollower("nowhere:1"))
    app.state.shell = Shell(SERVICE, cast(Gateway, None), facts, Signals())
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://supervision"
    ) as client:
        yield client


def accepted_and_issued(store: Store) -> None:
    log = Log()
    life = Life(log, 1)
    life.say(submitted(case_number=NUMBER), by="applicant")
    life.say(accepted(case_number=NUMBER))
    life.say(ISSUED)
    project(store, log)


def address(number: str, code: str | None = None) -> str:
    return f"/v1/public/documents/{number}?code={code or document_code(SECRET, number)}"


async def test_a_result_is_verified_with_the_name_masked(store: Store) -> None:
    accepted_and_issued(store)
    async with asking(store) as client:
        answer = await client.get(address(RESULT))
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["kind"], told["name"], told["standing"]) == ("result", "建房许可证", "in_force")
    assert (told["holder"], told["case_number"]) == ("王*明", NUMBER)
    assert (told["valid_from"], told["valid_until"]) == ("2025-03-03", None)
    assert "王𠮷明" not in answer.text
    assert APPLICANT not in answer.text


@pytest.mark.parametrize("kind", ["receipt", "acceptance"])
async def test_a_paper_of_intake_is_verified_by_its_own_code(store: Store, kind: str) -> None:
    accepted_and_issued(store)
    number = NUMBER if kind == "receipt" else paper_number(NUMBER, "acceptance")
    async with asking(store) as client:
        assert (await client.get(address(number))).json()["kind"] == kind
        other = document_code(SECRET, RESULT)
        assert (await client.get(address(number, other))).status_code == 404


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (RESULT, "00000000"),
        (paper_number(NUMBER, "refusal"), None),
        ("410322250303WZAFAD3KT", None),
        ("x", None),
        ("..%2f..%2fetc", None),
    ],
    ids=["wrong code", "never issued", "no such case", "no number", "a path"],
)
async def test_what_is_not_genuine_is_answered_alike(
    store: Store, number: str, code: str | None
) -> None:
    accepted_and_issued(store)
    async with asking(store) as client:
        answer = await client.get(address(number, code))
    assert answer.status_code == 404
    assert answer.json()["code"] in ("document.not_verified", "request.not_found")


async def test_nobody_tries_codes_in_a_row(store: Store) -> None:
    accepted_and_issued(store)
    async with asking(store) as client:
        for _ in range(api_documents.BURST):
            assert (await client.get(address(RESULT, "00000000"))).status_code == 404
        answer = await client.get(address(RESULT))
        assert (answer.status_code, answer.json()["code"]) == (429, "request.too_many")
        assert int(answer.headers["Retry-After"]) > 0
        assert (await client.get(address(NUMBER))).status_code == 200


async def test_a_browser_is_led_to_the_page_for_people(store: Store) -> None:
    async with asking(store) as client:
        answer = await client.get(address(RESULT), headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == (
        f"http://127.0.0.1:8080/verify/{RESULT}?code={document_code(SECRET, RESULT)}"
    )
