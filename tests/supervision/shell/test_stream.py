"""The stream of changes: who may not see the whole county is told that, never of whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from fastapi import Request

from services.supervision.shell.api_stream import _told
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projecting import Tables


async def _heard(*, named: bool) -> dict[str, Any]:
    async def connected() -> bool:
        return False

    changes = Changes()
    fresh = SimpleNamespace(as_of=None, lag_seconds=lambda _now: 0.0)
    tables = cast(Tables, SimpleNamespace(changes=changes, fresh=fresh))
    request = cast(Request, SimpleNamespace(is_disconnected=connected))
    stream = _told(tables, request, None, named=named)
    assert b"event: beat" in await anext(stream)
    changes.tell(None, {"officer.presence.events.v1": 1}, {"c-1"}, {"o-li"})
    said = await anext(stream)
    body: dict[str, Any] = orjson.loads(said.partition(b"data: ")[2])
    return body


@pytest.mark.parametrize("named", [True, False])
async def test_cases_and_officers_are_named_to_who_sees_the_whole_county(named: bool) -> None:
    body = await _heard(named=named)
    assert (body["cases"], body["officers"]) == ((["c-1"], ["o-li"]) if named else ([], []))
    assert body["more"] is not named
    assert body["events"] == {"officer.presence.events.v1": 1}
