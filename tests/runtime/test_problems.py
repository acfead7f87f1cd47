"""Errors over HTTP: one form, a stable code, the caller's language, never what was typed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from starlette.testclient import TestClient

from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.problem_codes import PROBLEMS
from services.runtime.problems import MOST_ERRORS, Problem, field_errors
from services.runtime.settings_loading import load_settings
from services.runtime.wording import language_of

DOC = Path(__file__).parents[2] / "docs" / "errors.md"
ID_NUMBER = "532526199003074417"
NAME = "张三丰"


class Paper(BaseModel):
    """One paper of a form."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z]+$", max_length=5)]
    count: Annotated[int, Field(ge=1, le=9)] = 1


class Form(BaseModel):
    """A form with fields of many kinds."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["person", "legal_person"] = "person"
    papers: Annotated[tuple[Paper, ...], Field(max_length=60)] = ()
    born: date | None = None
    at: AwareDatetime | None = None
    checked: str = ""

    @field_validator("checked")
    @classmethod
    def _quotes_what_was_typed(cls, value: str) -> str:
        if value:
            raise ValueError(f"{value} is wrong")
        return value


routes = APIRouter(prefix="/v1")


@routes.post("/forms")
async def post_form(form: Form) -> dict[str, int]:
    return {"papers": len(form.papers)}


@routes.post("/raw")
async def post_raw(body: dict[str, Any], x_key: Annotated[str, Header()]) -> dict[str, int]:
    return {"keys": len(body) + len(x_key)}


@routes.get("/fault")
async def fault() -> None:
    raise KeyError(ID_NUMBER)


@routes.get("/refused")
async def refused() -> None:
    raise Problem("review.already_concluded", 409, detail="该办件已办结。", headers={"X-Case": "7"})


@routes.get("/registered/{code}")
async def registered(code: str) -> None:
    raise Problem(code)


@routes.get("/status/{status}")
async def with_status(status: int) -> None:
    raise HTTPException(status, detail=ID_NUMBER)


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = create_app("trial", load_settings(), Health(), nothing, [routes])
    return TestClient(app, raise_server_exceptions=False)


def test_a_problem_has_the_form_of_rfc_9457(client: TestClient) -> None:
    answer = client.get("/v1/nowhere?name=" + NAME)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh-CN"
    body = answer.json()
    assert body.pop("request_id") == answer.headers["x-request-id"]
    assert body == {
        "type": "/docs/errors#request.not_found",
        "title": "没有找到",
        "status": 404,
        "detail": "请核对地址或编号。",
        "instance": "/v1/nowhere",
        "code": "request.not_found",
    }


def test_a_refusal_of_a_core_keeps_its_own_code_and_words(client: TestClient) -> None:
    answer = client.get("/v1/refused")
    assert answer.status_code == 409
    assert answer.json()["code"] == "review.already_concluded"
    assert answer.json()["detail"] == "该办件已办结。"
    assert answer.headers["x-case"] == "7"


@pytest.mark.parametrize("code", PROBLEMS)
def test_each_code_answers_with_its_status_in_both_languages(code: str, client: TestClient) -> None:
    known = PROBLEMS[code]
    chinese = client.get(f"/v1/registered/{code}")
    english = client.get(f"/v1/registered/{code}", headers={"Accept-Language": "en-GB,zh;q=0.5"})
    assert chinese.status_code == english.status_code == known.status
    assert (chinese.json()["title"], chinese.json()["detail"]) == (known.title.zh, known.cure.zh)
    assert (english.json()["title"], english.json()["detail"]) == (known.title.en, known.cure.en)
    assert english.headers["content-language"] == "en"
    assert (chinese.headers.get("www-authenticate") == "Bearer") == (known.status == 401)


@pytest.mark.parametrize(
    ("typed", "field", "kind"),
    [
        ({"papers": [{"code": NAME}]}, "papers.0.code", "string_pattern_mismatch"),
        ({"papers": [{"code": ID_NUMBER}]}, "papers.0.code", "string_too_long"),
        ({"papers": [{"code": "a"}, {"code": "b", "count": 12345}]}, "papers.1.count", "less_than"),
        ({"papers": [{}]}, "papers.0.code", "missing"),
        ({"papers": NAME}, "papers", "tuple_type"),
        ({"kind": NAME}, "kind", "literal_error"),
        ({"born": NAME}, "born", "date_from_datetime_parsing"),
        ({"at": "2026-03-02T09:00:00"}, "at", "timezone_aware"),
        ({"checked": ID_NUMBER}, "checked", "value_error"),
        ({"applicant_name": NAME}, "applicant_name", "extra_forbidden"),
        ({NAME + ID_NUMBER: 1}, "?", "extra_forbidden"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_malformed_body_is_told_by_field_and_reason_never_by_value(
    typed: dict[str, Any], field: str, kind: str, language: str, client: TestClient
) -> None:
    answer = client.post("/v1/forms", json=typed, headers={"Accept-Language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    (error,) = answer.json()["errors"]
    assert (error["in"], error["field"]) == ("body", field)
    assert error["type"].startswith(kind)
    assert re.search(r"[\u4e00-\u9fff]", error["reason"]) is not None or language == "en"
    for typed_word in (NAME, ID_NUMBER, "12345", "2026-03-02"):
        assert typed_word not in answer.text


def test_a_missing_header_is_told_by_place(client: TestClient) -> None:
    (error,) = client.post("/v1/raw", json={}).json()["errors"]
    assert (error["in"], error["field"], error["type"]) == ("header", "x-key", "missing")


@pytest.mark.parametrize(
    "body",
    [
        b'{"papers": ',
        b"\xff\xfe",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"null",
    ],
    ids=["cut", "bad UTF-8", "depth 10,000", "huge integer", "null"],
)
def test_a_body_that_is_no_json_object_is_422(body: bytes, client: TestClient) -> None:
    for path in ("/v1/forms", "/v1/raw"):
        headers = {"Content-Type": "application/json", "X-Key": "k"}
        answer = client.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_of_very_many_errors_only_the_first_are_told(client: TestClient) -> None:
    answer = client.post("/v1/forms", json={f"field_{n}": 1 for n in range(5000)})
    assert len(answer.json()["errors"]) == MOST_ERRORS


def test_a_fault_tells_nothing_of_its_cause(client: TestClient) -> None:
    answer = client.get("/v1/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "server.fault")
    assert ID_NUMBER not in answer.text
    assert "KeyError" not in answer.text


def test_a_method_that_is_not_allowed_names_those_that_are(client: TestClient) -> None:
    answer = client.delete("/v1/forms")
    assert (answer.status_code, answer.json()["code"]) == (405, "request.method_not_allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (400, 422, "request.invalid"),
        (403, 403, "rights.denied"),
        (418, 418, "request.refused"),
        (502, 502, "server.fault"),
    ],
)
def test_an_exception_of_the_framework_gets_a_code_of_ours(
    status: int, told: int, code: str, client: TestClient
) -> None:
    answer = client.get(f"/v1/status/{status}")
    assert (answer.status_code, answer.json()["code"]) == (told, code)
    assert ID_NUMBER not in answer.text


def test_an_unregistered_code_needs_a_status() -> None:
    with pytest.raises(KeyError):
        Problem("review.already_concluded")


def test_a_reason_without_its_limits_says_less_rather_than_failing() -> None:
    (error,) = field_errors([{"type": "string_too_long", "loc": ("body", "name")}])
    assert error.reason.en == "is not allowed"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("fr", "zh"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.1, en;q=0.9", "en"),
        ("en;q=bad", "zh"),
    ],
)
def test_english_only_where_it_is_preferred(header: str, language: str) -> None:
    assert language_of(header) == language


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_code_is_documented_as_it_answers(code: str) -> None:
    known = PROBLEMS[code]
    said = (
        f"| `{code}` | {known.status} | {known.title.zh}<br>{known.title.en} "
        f"| {known.cure.zh}<br>{known.cure.en} |"
    )
    assert said in DOC.read_text("utf-8").splitlines()


def test_no_code_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `([a-z._]+)` \|", DOC.read_text("utf-8"), re.M)) == set(PROBLEMS)
