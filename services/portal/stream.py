"""Supervision's stream passed on to the browser: one word a second that something changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.portal.apis import ApiProblem
from services.portal.gate import PageRoute, Reach, Visitor
from services.portal.session import Session
from services.portal.templating import Portal

log = structlog.get_logger()
router = APIRouter(route_class=PageRoute, include_in_schema=False)
GATHER_SECONDS: Final = 1.0
"""Events within are one word: a busy county must not make browsers ask all the time."""
BEAT_SECONDS: Final = 15.0
_BEGIN: Final = b"retry: 2000\n\n"
_CHANGED: Final = b"event: changed\ndata: 1\n\n"
_BEAT: Final = b": beat\n\n"


@router.get("/stream")
async def stream(request: Request, session: Visitor, portal: Reach) -> Response:
    """Say `changed` whenever the tables have; the page then asks for its figures anew."""
    told = changes(portal, session, request.app.state.stopping)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told, headers=headers, media_type="text/event-stream")


async def changes(
    portal: Portal, session: Session, stopping: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    """Give the bytes of the stream. It ends with supervision's; the browser then comes again."""
    wake, over = asyncio.Event(), asyncio.Event()
    tasks: list[asyncio.Task[Any]] = [
        asyncio.create_task(_listen(portal, session, wake)),
        asyncio.create_task(stopping.wait()),
    ]

    def end(_done: asyncio.Future[Any]) -> None:
        over.set()
        wake.set()

    for task in tasks:
        task.add_done_callback(end)
    try:
        yield _BEGIN
        while not over.is_set():
            if not await _within(wake.wait(), BEAT_SECONDS):
                yield _BEAT
                continue
            wake.clear()
            if not over.is_set():
                yield _CHANGED
                await _within(over.wait(), GATHER_SECONDS)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(portal: Portal, session: Session, wake: asyncio.Event) -> None:
    try:
        async with portal.apis.events("supervision", "/v1/stream", session.token) as events:
            async for event in events:
                if event.event == "change":
                    wake.set()
    except ApiProblem as problem:
        log.info("stream ended", code=problem.code)


async def _within(what: Awaitable[Any], seconds: float) -> bool:
    try:
        await asyncio.wait_for(what, seconds)
    except TimeoutError:
        return False
    return True
