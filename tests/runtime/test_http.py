"""The HTTP application that all services share, and the process that serves it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.testclient import TestClient

from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.problem_codes import PROBLEMS
from services.runtime.serving import PortTaken, serving
from services.runtime.settings_loading import load_settings

ROOT = Path(__file__).parents[2]
NINE = datetime(2026, 3, 2, 1, 0, 0, 120_000, UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LIMIT = 2048


class Note(BaseModel):
    """A body."""

    text: str


routes = APIRouter(prefix="/v1")


@routes.post("/notes/{note_id}", summary="Keep a note", description="<b>bold</b>")
async def post_note(note_id: str, note: Note, page: int = 1) -> dict[str, Any]:
    return {"note": note_id, "size": len(note.text), "page": page}


@routes.put("/files/{name}", max_body_size=4 * LIMIT)
async def put_file(name: str, request: Request) -> dict[str, Any]:
    return {"name": name, "size": len(await request.body())}


@routes.get("/own")
async def own_headers() -> Response:
    return Response("x", headers={"Cache-Control": "max-age=60", "X-Frame-Options": "SAMEORIGIN"})


@routes.get("/fault")
async def fault() -> None:
    raise RuntimeError("broken")


@routes.get("/stream")
async def stream() -> StreamingResponse:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b": beat\n\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(endless(), media_type="text/event-stream")


def make(health: Health | None = None, events: list[str] | None = None) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if events is not None:
            events.append("opened")
        yield
        if events is not None:
            events.append("closed")

    settings = load_settings(http={"max_body_bytes": LIMIT}, instance="trial-0")
    return create_app("trial", settings, health or Health(), lifespan, [routes])


@pytest.fixture
def client() -> TestClient:
    return TestClient(make(), raise_server_exceptions=False)


def test_ready_names_what_is_missing_and_since_when() -> None:
    health = Health(lambda: NINE)
    client = TestClient(make(health))
    health.expect("kafka")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    missing = {"name": "kafka", "since": "2026-03-02T01:00:00.120Z", "what": "启动中 starting"}
    assert answer.json() == {"ready": False, "missing": [missing]}
    assert client.get("/livez").json() == {"alive": True}
    health.up("kafka")
    again = client.get("/readyz")
    assert (again.status_code, again.json()) == (200, {"ready": True, "missing": []})


def test_the_version_names_service_and_instance(client: TestClient) -> None:
    body = client.get("/version").json()
    assert (body["service"], body["instance"]) == ("trial", "trial-0")
    assert body["version"]
    assert datetime.fromisoformat(body["started_at"]).tzinfo is not None


def test_requests_are_measured_by_route_template_never_by_path(client: TestClient) -> None:
    client.post("/v1/notes/zhang-san", json={"text": "a"})
    client.get("/v1/no-such-path-0815")
    client.get("/v1/fault")
    client.request("BREW", "/v1/own")
    told = client.get("/metrics").text
    seconds = "cunban_http_request_seconds_count"
    for method, route, status in (
        ("POST", "/v1/notes/{note_id}", 200),
        ("GET", "none", 404),
        ("GET", "/v1/fault", 500),
        ("other", "/v1/own", 405),
    ):
        assert f'{seconds}{{method="{method}",route="{route}",status="{status}"}}' in told
    assert "zhang-san" not in told
    assert "no-such-path" not in told


@pytest.mark.parametrize("path", ["/v1/own", "/nowhere", "/v1/fault", "/livez", "/docs"])
def test_every_answer_carries_safe_headers_and_its_request_id(
    path: str, client: TestClient
) -> None:
    headers = client.get(path, headers={"traceparent": TRACE}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_header_that_a_route_sets_itself_stays(client: TestClient) -> None:
    headers = client.get("/v1/own").headers
    assert headers.get_list("cache-control") == ["max-age=60"]
    assert headers.get_list("x-frame-options") == ["SAMEORIGIN"]
    assert client.get("/livez").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
def test_a_body_over_the_limit_is_413_as_a_problem(announced: bool, client: TestClient) -> None:
    content = b'{"text": "' + b"a" * LIMIT + b'"}'
    body = content if announced else iter([content[:100], content[100:]])
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    answer = client.post("/v1/notes/1", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "request.too_large"
    assert answer.json()["title"] == PROBLEMS["request.too_large"].title.en
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_route_may_have_a_limit_of_its_own(client: TestClient) -> None:
    assert client.put("/v1/files/a", content=b"a" * 3 * LIMIT).json()["size"] == 3 * LIMIT
    assert client.put("/v1/files/a", content=b"a" * 5 * LIMIT).status_code == 413


class Page(HTMLParser):
    """Collects what a page loads, links to and names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        self.ids |= {value or "" for name, value in attrs if name == "id"}


def test_the_docs_need_nothing_from_outside_and_show_every_operation(client: TestClient) -> None:
    answer = client.get("/docs")
    page = Page(answer.text)
    assert not page.tags & {"script", "link", "img", "iframe", "b"}
    assert all(link.startswith("/") for link in page.links)
    for operation in ("/v1/notes/{note_id}", "/v1/files/{name}", "Keep a note", "note_id", "page"):
        assert operation in answer.text
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.text


def test_the_type_of_a_problem_points_at_a_row_of_the_docs(client: TestClient) -> None:
    address, _, anchor = client.get("/nowhere").json()["type"].partition("#")
    page = Page(client.get(address).text)
    assert anchor in page.ids
    assert set(PROBLEMS) <= page.ids


def test_openapi_describes_problems_and_hides_the_operators_routes(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/notes/{note_id}",
        "/v1/files/{name}",
        "/v1/own",
        "/v1/fault",
        "/v1/stream",
    }
    answers = document["paths"]["/v1/notes/{note_id}"]["post"]["responses"]
    assert set(answers) == {"200", "404", "413", "415", "422", "503"}
    schema = answers["404"]["content"]["application/problem+json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Problem"}
    answered = client.post("/v1/notes/1", json={}).json()
    described = document["components"]["schemas"]["Problem"]
    assert set(described["required"]) <= set(answered) <= set(described["properties"])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


async def answered(url: str) -> httpx2.Response:
    """Give the first answer within ten seconds."""
    async with httpx2.AsyncClient() as client:
        async with asyncio.timeout(10):
            while True:
                try:
                    return await client.get(url)
                except httpx2.ConnectError:
                    await asyncio.sleep(0.02)


async def test_it_serves_on_its_port_until_told_to_stop_and_closes_its_lifespan() -> None:
    port, stop, events = free_port(), asyncio.Event(), list[str]()
    running = asyncio.create_task(serving(make(events=events), load_settings(), port, stop))
    answer = await answered(f"http://127.0.0.1:{port}/livez")
    assert answer.json() == {"alive": True}
    assert "server" not in answer.headers
    stop.set()
    await asyncio.wait_for(running, 5)
    assert events == ["opened", "closed"]


async def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"{port}.*--port-base"):
            await serving(make(), load_settings(), port, asyncio.Event())


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    program = (
        "import sys; from tests.runtime.test_http import make, load_settings;"
        "from services.runtime.serving import serve;"
        "serve(make(), load_settings(), int(sys.argv[1]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process, port
    process.kill()
    process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_cleanly_though_somebody_listens(
    number: signal.Signals, served: tuple[subprocess.Popen[bytes], int]
) -> None:
    process, port = served
    await answered(f"http://127.0.0.1:{port}/livez")
    async with (
        httpx2.AsyncClient(timeout=20) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/v1/stream") as listening,
    ):
        beats = listening.aiter_bytes()
        assert await anext(beats)
        process.send_signal(number)
        assert await asyncio.to_thread(process.wait, 10) == 0
        with pytest.raises(httpx2.RemoteProtocolError):
            async for _ in beats:
                pass
