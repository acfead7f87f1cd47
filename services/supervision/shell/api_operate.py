"""For operations: what the tables hold, compared with the log; rebuilding them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from services.runtime import clock
from services.runtime.api_document import problem_answers
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn
from services.supervision.shell.answers import json_answer, read, tables_of
from services.supervision.shell.projecting import Tables
from services.supervision.shell.rebuilding import Rebuilder, Wanted
from services.supervision.shell.store.checksums import READ_MODELS
from services.supervision.shell.store.verification import Partition, differences, held
from services.supervision.shell.told import VerifiedTold

_UNTIL: Final = re.compile(r"([a-z][a-z0-9.-]*):(\d{1,5}):(\d{1,19})")
CATCH_UP_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.05


async def operator(officer: SignedIn) -> None:
    """Pass for operations only; a FastAPI dependency.

    Raises:
        Problem: 403 `rights.denied`.
    """
    if not any(post.role == "operator" for post in officer.actor.posts):
        raise Problem("rights.denied")


router = APIRouter(prefix="/v1/operate", tags=["operate"], dependencies=[Depends(operator)])


@router.get("/verify", responses={200: {"model": VerifiedTold}})
async def verify(request: Request, until: Annotated[str, Query(max_length=20_000)]) -> Response:
    """Give what the events table holds below the given offsets (`topic:partition:offset,…`), and
    which read models differ from the events."""
    tables, wanted = tables_of(request), _offsets(until)
    await _caught_up(tables)
    partitions = await read(tables, held, wanted)
    found = await read(tables, differences)
    if found:  # something may have come in between the two counts
        await _caught_up(tables)
        found = await read(tables, differences)
    return json_answer(
        {
            "partitions": [asdict(partition) for partition in partitions],
            "differences": [asdict(difference) for difference in found],
        }
    )


def _offsets(text: str) -> dict[Partition, int]:
    found: dict[Partition, int] = {}
    for part in text.split(","):
        matched = _UNTIL.fullmatch(part)
        if matched is None:
            raise Problem("request.invalid")
        found[matched[1], int(matched[2])] = int(matched[3])
    return found


async def _caught_up(tables: Tables) -> None:
    """Wait until the tables are as of now or later, half a minute at most."""
    wanted = clock.now()
    try:
        async with asyncio.timeout(CATCH_UP_SECONDS):
            while tables.fresh.as_of is None or tables.fresh.as_of < wanted:  # noqa: ASYNC110 - a value, no event
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as behind:
        raise Problem("server.unavailable", headers={"Retry-After": "5"}) from behind


@router.post(
    "/rebuild",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}, **problem_answers(409)},
)
async def rebuild(
    request: Request,
    tables: Annotated[str | None, Query(max_length=500)] = None,
    from_log: bool = False,
    accept_difference: bool = False,
) -> StreamingResponse:
    """Rebuild beside the live tables, compare, swap; tells progress as JSON lines."""
    tables_of(request)
    rebuilder: Rebuilder = request.app.state.rebuilder
    if rebuilder.busy:
        raise Problem("operate.rebuild_under_way")
    names = tuple(tables.split(",")) if tables else READ_MODELS
    if unknown := set(names) - set(READ_MODELS):
        known = "、".join(READ_MODELS)
        raise Problem("request.invalid", detail=f"没有读模型 {'、'.join(unknown)}；可用：{known}。")
    wanted = Wanted(names, from_log, accept_difference)
    return StreamingResponse(rebuilder.run(wanted), media_type="application/x-ndjson")
