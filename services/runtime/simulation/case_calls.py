"""What is done for one case: answered, written down, and held against what was expected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from dataclasses import replace
from typing import Any, Final

import orjson

from services.runtime.clock import now
from services.runtime.ids import new_case_id
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.ledger import Acknowledged, Ledger
from services.runtime.simulation.picture import PICTURE

_FIRST_LOOK: Final = 0.03
_LONGEST_LOOK: Final = 0.5
_OPEN: Final = frozenset({202, 502, 503, 504})
"""Of one in a batch: it is sent again, under its key."""


class Unexpected(Exception):
    """The system answered otherwise than the plan and its rules say, or not at all."""


class CaseCalls:
    """Every answer to a command goes into the ledger."""

    def __init__(self, number: int, ledger: Ledger) -> None:
        self._number, self._ledger = number, ledger
        self._case_id = ""

    async def _act(
        self,
        officer: Desk,
        service: str,
        path: str,
        body: dict[str, Any],
        seen: int | None = None,
        *,
        expected: Container[int] = (200,),
        as_act: str = "",
    ) -> Answer:
        if "pictures" in body:  # in the store before the record names them
            on_site = path.rpartition("/")[0] + "/pictures/on-site"
            await officer.send(service, on_site, PICTURE)
        answer = await officer.act(service, path, body, key=new_case_id(), seen=seen)
        return self._noted(officer, service, path, answer, expected, as_act)

    async def _file(
        self, officer: Desk, path: str, file: bytes | None, *, expected: Container[int] = (200,)
    ) -> Answer:
        """Put a file to an application at intake; None takes off what is there."""
        key = new_case_id()
        if file is None:
            answer, act = await officer.take_off("intake", path, key=key), "detach"
        else:
            answer, act = await officer.send("intake", path, file, key=key), "attach"
        return self._noted(officer, "intake", path, answer, expected, act)

    async def _rewrite(
        self, officer: Desk, path: str, body: dict[str, Any], expected: Container[int]
    ) -> Answer:
        """Put an application down anew."""
        answer = await officer.rewrite("intake", path, body, key=new_case_id())
        return self._noted(officer, "intake", path, answer, expected, "rewrite")

    async def _in_a_batch(self, officer: Desk, body: dict[str, Any]) -> Answer:
        """Send an application as a batch of one; give its own answer, under its own key."""
        loop, path = asyncio.get_running_loop(), "/v1/applications/batch"
        key, until = new_case_id(), loop.time() + officer.patience
        captured = {"applications": [{"idempotency_key": key, "application": body}]}
        while True:
            answer = await officer.act("intake", path, captured)
            if not answer.ok:
                return self._noted(officer, "intake", path, answer, ())
            one: dict[str, Any] = answer.json()["items"][0]
            if one["status"] not in _OPEN or loop.time() > until:
                break
            await asyncio.sleep(_LONGEST_LOOK)
        told = orjson.dumps(one["body"])
        version = one["body"].get("version")
        own = replace(answer, key=key, status=one["status"], body=told, version=version)
        return self._noted(officer, "intake", path, own, (201,))

    def _noted(
        self,
        officer: Desk,
        service: str,
        path: str,
        answer: Answer,
        expected: Container[int],
        act: str = "",
    ) -> Answer:
        told = answer.json() if answer.ok else {}
        case_id = self._case_id or str(told.get("case_id", ""))
        self._ledger.note(acknowledged(officer, service, path, answer, case_id, act))
        if answer.status not in expected:
            raise self._unexpected(f"{service}{path} {answer.status} {answer.code}, not {expected}")
        return answer

    async def _until(
        self, officer: Desk, service: str, path: str, wanted: Callable[[Answer], bool]
    ) -> Answer:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + officer.patience, _FIRST_LOOK
        while not wanted(answer := await officer.ask(service, path)):
            if loop.time() > until:
                raise self._unexpected(f"{service}{path} stays {answer.status} {answer.code}")
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_LOOK)
        return answer

    def _unexpected(self, what: str) -> Unexpected:
        return Unexpected(f"case {self._number} {self._case_id or '(not yet named)'}: {what}")


def acknowledged(
    officer: Desk, service: str, path: str, answer: Answer, case_id: str, act: str = ""
) -> Acknowledged:
    """Give the line of the ledger for one answered command; now is when it was answered."""
    return Acknowledged(
        command_id=answer.key,
        officer_id=officer.officer_id,
        service=service,
        path=path,
        status=answer.status,
        code=answer.code,
        version=answer.version,
        case_id=case_id,
        tries=answer.tries,
        at=now(),
        act=act,
    )
