"""What changed, pushed: Server-Sent Events after each insert into the tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from schemas.codec import instant_text
from services.runtime import clock
from services.supervision.shell.answers import Looked, county_of
from services.supervision.shell.fresh_stream import Change
from services.supervision.shell.projecting import Tables

router = APIRouter(prefix="/v1", tags=["stream"])
BEAT_SECONDS: Final = 5.0
"""An idle stream says how fresh it is, so that a page can tell silence from a broken line."""


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def stream(request: Request, reading: Looked) -> StreamingResponse:
    """Give `change` events (what changed, as of when) and `beat` events (still here, how fresh).

    Cases and officers are named to those who may see the whole county; to others is said `more`.
    """
    named = county_of(reading.book) in reading.scope.within
    stopping: asyncio.Event | None = getattr(request.app.state, "stopping", None)
    return StreamingResponse(
        _told(reading.tables, request, stopping, named=named),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _told(
    tables: Tables, request: Request, stopping: asyncio.Event | None, *, named: bool
) -> AsyncIterator[bytes]:
    async with tables.changes.listening() as queue:
        yield _beat(tables)
        while not (stopping and stopping.is_set()) and not await request.is_disconnected():
            try:
                change = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
            except TimeoutError:
                yield _beat(tables)
            else:
                told = change if named else change.unnamed()
                yield _event("change", _body(told, tables), change.number)


def _beat(tables: Tables) -> bytes:
    return _event("beat", _freshness(tables))


def _body(change: Change, tables: Tables) -> dict[str, object]:
    told = asdict(change)
    del told["as_of"]
    return {**told, **_freshness(tables)}


def _freshness(tables: Tables) -> dict[str, object]:
    as_of = tables.fresh.as_of
    return {
        "as_of": instant_text(as_of) if as_of else None,
        "lag_seconds": tables.fresh.lag_seconds(clock.now()),
    }


def _event(name: str, body: dict[str, object], number: int | None = None) -> bytes:
    head = b"" if number is None else b"id: %d\n" % number
    return head + b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(body))
