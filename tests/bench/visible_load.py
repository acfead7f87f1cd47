"""Cases handed in at a steady rate, some watched until a query shows them.

`python -m tests.bench.visible_load FILE`; the file is JSON: `intake`, `supervision` (ports),
`clerk`, `inspector` (tokens), `body`, `rate`, `seconds`, `every`. Arrival is open: a call begins
when it is due, whether or not those before it were answered.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
import uvloop

from tests.bench.http_client import Connection, head_of
from tests.bench.stopwatch import tell

_LOOK_SECONDS: Final = 0.05
_GIVE_UP_SECONDS: Final = 30.0
_KEPT_SECONDS: Final = 3.0
"""Shorter than uvicorn keeps a connection that is idle."""


class Pool:
    """Kept connections to one port, as many as are needed at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, Connection]] = []

    async def call(self, head: bytes, body: bytes = b"") -> tuple[int, Any]:
        """Give status and JSON of the answer."""
        connection = await self._connection()
        answer = await connection.call(head, body)
        self._idle.append((asyncio.get_running_loop().time(), connection))
        return answer.status, orjson.loads(answer.body)

    async def _connection(self) -> Connection:
        while self._idle:
            since, connection = self._idle.pop()
            if asyncio.get_running_loop().time() - since < _KEPT_SECONDS:
                return connection
            await connection.close()
        connection = Connection(self._port)
        await connection.open()
        return connection

    async def close(self) -> None:
        """Hang up."""
        for _, connection in self._idle:
            await connection.close()


class Load:
    """What is sent, and what comes of it."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._asked = asked
        self._intake, self._supervision = Pool(asked["intake"]), Pool(asked["supervision"])
        self._body = orjson.dumps(asked["body"])
        self.answered: list[float] = []
        self.visible: list[float] = []
        self.wrong: dict[int, int] = {}

    async def run(self) -> None:
        """Send for as long as asked, and wait for what is watched."""
        loop, asked = asyncio.get_running_loop(), self._asked
        began, number = loop.time(), int(asked["rate"] * asked["seconds"])
        async with asyncio.TaskGroup() as group:
            for index in range(number):
                due = began + index / asked["rate"]
                await asyncio.sleep(max(0.0, due - loop.time()))
                group.create_task(self._one(due, watched=index % asked["every"] == 0))
        await self._intake.close()
        await self._supervision.close()

    async def _one(self, due: float, *, watched: bool) -> None:
        loop = asyncio.get_running_loop()
        key = {"authorization": f"Bearer {self._asked['clerk']}", "idempotency-key": str(uuid4())}
        # Everybody comes once: a second application for the same would be pointed out.
        phone = b"138%08d" % (uuid4().int % 10**8)
        body = self._body.replace(b"13800000000", phone)
        status, said = await self._intake.call(head_of("POST", "/v1/applications", key), body)
        accepted = loop.time()
        if status != 201:
            self.wrong[status] = self.wrong.get(status, 0) + 1
            return
        self.answered.append(1000 * (accepted - due))
        if watched:
            await self._watch(said["case_id"], accepted)

    async def _watch(self, case_id: str, accepted: float) -> None:
        loop = asyncio.get_running_loop()
        reader = {"authorization": f"Bearer {self._asked['inspector']}"}
        head = head_of("GET", f"/v1/cases/{case_id}", reader)
        while loop.time() < accepted + _GIVE_UP_SECONDS:
            status, _ = await self._supervision.call(head)
            if status == 200:
                self.visible.append(loop.time() - accepted)
                return
            await asyncio.sleep(_LOOK_SECONDS)
        self.wrong[404] = self.wrong.get(404, 0) + 1


async def main(asked: dict[str, Any]) -> None:
    """Run and tell."""
    load = Load(asked)
    await load.run()
    tell(answered=load.answered, visible=load.visible, wrong=load.wrong)


if __name__ == "__main__":
    uvloop.run(main(orjson.loads(Path(sys.argv[1]).read_bytes())))
