"""Items, topics and negative lists over HTTP: for everybody, nobody signs in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.intake.shell import api
from services.intake.shell.bundles import router
from services.kernel.reference_book import ReferenceBook
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_files import read_county
from services.runtime.settings_loading import load_settings


@dataclass
class Facts:
    book: ReferenceBook


@dataclass
class Reading:
    """As much of a shell as reading needs."""

    reference: Facts


@pytest.fixture
def county(tmp_path: Path) -> Iterator[TestClient]:
    book = ReferenceBook(read_county(Path("deploy/county")).facts)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.shell = Reading(Facts(book))
        yield

    app = create_app(
        "intake", load_settings(data_dir=tmp_path), Health(), lifespan, (api.router, router)
    )
    with TestClient(app) as client:
        yield client


def test_topics_are_told_with_one_list_of_papers(county: TestClient) -> None:
    found = {topic["code"]: topic for topic in county.get("/v1/topics").json()}
    assert len(found) >= 4
    child = found["having-a-child"]
    codes = [m["code"] for m in child["materials"]]
    assert len(codes) == len(set(codes))
    assert "village" in child["channels"]
    assert county.get("/v1/topics/having-a-child").json() == child


def test_a_paper_of_a_topic_says_which_items_ask_for_it(county: TestClient) -> None:
    death = county.get("/v1/topics/death-in-the-family").json()
    (certificate,) = (m for m in death["materials"] if m["code"] == "death-certificate")
    assert certificate["form"] == "original"
    assert len(certificate["asked_by"]) >= 3


def test_an_item_is_told_in_the_version_that_a_case_keeps(county: TestClient) -> None:
    told = county.get("/v1/items/rural-house", params={"version": 2}).json()
    assert (told["version"], told["surveys"]) == (2, ["siting"])
    in_force = county.get("/v1/items/rural-house").json()
    kept = county.get("/v1/items/rural-house", params={"version": in_force["version"]})
    assert kept.json() == in_force
    answer = county.get("/v1/items/rural-house", params={"version": 99})
    assert (answer.status_code, answer.json()["code"]) == (404, "intake.item_not_in_force")


def test_a_topic_that_is_not_there_is_named(county: TestClient) -> None:
    answer = county.get("/v1/topics/moon-landing")
    assert (answer.status_code, answer.json()["code"]) == (404, "intake.topic_not_in_force")


def test_the_negative_list_says_why(county: TestClient) -> None:
    told = county.get("/v1/negative-lists/village").json()
    assert {"item", "reason", "in_person"} <= told["entries"][0].keys()
    answer = county.get("/v1/negative-lists/county")
    assert (answer.status_code, answer.json()["code"]) == (404, "intake.no_negative_list")
    assert county.get("/v1/negative-lists/moon").status_code == 422
