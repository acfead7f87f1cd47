"""The stream passed on: one word a second, and an end with supervision's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from services.portal import stream
from services.portal.templating import Portal
from services.portal.wiring import furnish
from tests.portal.site import INSPECTOR, settings_in


class Supervision:
    """A stream that says what it is told to."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.token = ""

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.token = request.headers["authorization"]
        kind = {"Content-Type": "text/event-stream"}
        return httpx2.Response(200, headers=kind, content=self._said())

    def change(self) -> None:
        """Say that something changed."""
        self.says.put_nowait(b"event: change\ndata: {}\n\n")

    async def _said(self) -> AsyncIterator[bytes]:
        while (said := await self.says.get()) is not None:
            yield said


@pytest.fixture
async def supervision() -> Supervision:
    return Supervision()


@pytest.fixture
async def portal(supervision: Supervision, tmp_path: Path) -> AsyncIterator[Portal]:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(supervision)) as client:
        yield furnish(FastAPI(), settings_in(tmp_path / "data"), client)


async def test_many_changes_at_once_are_one_word(
    supervision: Supervision, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "GATHER_SECONDS", 0.05)
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.05)
    for _ in range(20):
        supervision.change()
    told = stream.changes(portal, INSPECTOR, asyncio.Event())
    assert await anext(told) == b"retry: 2000\n\n"
    assert await anext(told) == b"event: changed\ndata: 1\n\n"
    words = [await anext(told) for _ in range(4)]
    # What came while the first word was told may be one more, never nineteen.
    assert words.count(b"event: changed\ndata: 1\n\n") <= 1
    assert words[-1] == b": beat\n\n"
    assert supervision.token == f"Bearer {INSPECTOR.token}"
    await told.aclose()


async def test_a_change_is_passed_on_and_a_later_one_again(
    supervision: Supervision, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "GATHER_SECONDS", 0.01)
    told = stream.changes(portal, INSPECTOR, asyncio.Event())
    await anext(told)
    supervision.change()
    assert await anext(told) == b"event: changed\ndata: 1\n\n"
    supervision.change()
    assert await anext(told) == b"event: changed\ndata: 1\n\n"
    await told.aclose()


async def test_a_silent_county_gives_beats_and_no_change(
    supervision: Supervision, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.01)
    supervision.says.put_nowait(b'event: beat\ndata: {"lag_seconds": 0.1}\n\n')
    told = stream.changes(portal, INSPECTOR, asyncio.Event())
    await anext(told)
    assert {await anext(told) for _ in range(5)} == {b": beat\n\n"}
    await told.aclose()


async def test_the_stream_ends_when_the_portal_stops(
    supervision: Supervision, portal: Portal
) -> None:
    stopping = asyncio.Event()
    told = stream.changes(portal, INSPECTOR, stopping)
    await anext(told)
    stopping.set()
    assert [said async for said in told] == []


async def test_a_refused_stream_ends_at_once_and_the_browser_comes_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503, content=b"{}")

    monkeypatch.setattr(
        portal.apis, "_client", httpx2.AsyncClient(transport=httpx2.MockTransport(away))
    )
    told = [said async for said in stream.changes(portal, INSPECTOR, asyncio.Event())]
    assert told == [b"retry: 2000\n\n"]
