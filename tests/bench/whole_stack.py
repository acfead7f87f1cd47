"""The whole county by `cunban up`, for the benchmarks that need all of it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from tests.bench.http_client import Connection, head_of
from tests.bench.stage import PROJECT, ProgramFailed, python
from tests.support.stack import WITH_PORTAL, Stack

DEMO_PASSWORD: Final = "cunban-demo"
_SHAPE: Final = "township_decides"


@dataclass(frozen=True, slots=True)
class County:
    """A running county."""

    stack: Stack
    folder: Path
    start_seconds: float
    """From the command to the last process ready."""

    def port(self, name: str) -> int:
        """Give the port of a process."""
        return int(self.stack.url(name).rpartition(":")[2])

    async def ask(self, name: str, head: bytes, body: bytes = b"") -> Any:
        """Give the JSON answer of a process."""
        connection = Connection(self.port(name))
        await connection.open()
        answer = await connection.call(head, body)
        await connection.close()
        if answer.status not in (200, 201):
            raise ProgramFailed(f"{name}: {answer.status} {answer.body.decode()}")
        return orjson.loads(answer.body)

    async def token(self, login: str) -> str:
        """Sign a demo account in."""
        body = orjson.dumps({"login": login, "password": DEMO_PASSWORD})
        told = await self.ask("supervision", head_of("POST", "/v1/sessions", {}), body)
        return str(told["token"])

    async def application(self) -> dict[str, Any]:
        """Give the body of a POST that hands in a whole application."""
        items = await self.ask("intake", head_of("GET", "/v1/items", {}))
        item = next(i for i in items if i["shape"] == _SHAPE and "village" in i["channels"])
        papers = [
            {"code": m["code"], "form": m["form"], "count": m["count"]} for m in item["materials"]
        ]
        applicant = {"name": "张三", "phone": "13800000000"}
        return {
            "item_code": item["code"],
            "applicant": applicant,
            "materials": papers,
            "submit": True,
        }

    async def load(self, rate: float, seconds: float, every: int) -> dict[str, Any]:
        """Hand in cases from another process; give what `visible_load` tells."""
        asked = self.folder / "load.json"
        wish = {
            "intake": self.port("intake"),
            "supervision": self.port("supervision"),
            "clerk": await self.token("village.clerk"),
            "inspector": await self.token("inspector"),
            "body": await self.application(),
            "rate": rate,
            "seconds": seconds,
            "every": every,
        }
        asked.write_bytes(orjson.dumps(wish))
        running = await asyncio.create_subprocess_exec(
            *python("visible_load", str(asked)), cwd=PROJECT, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await running.communicate()
        if running.returncode != 0:
            raise ProgramFailed(f"visible_load: {running.returncode}")
        found: dict[str, Any] = orjson.loads(said.splitlines()[-1])
        if set(found["wrong"]) - {"202"}:
            raise ProgramFailed(f"visible_load: other answers than 201 and 202: {found['wrong']}")
        return found


@asynccontextmanager
async def county() -> AsyncIterator[County]:
    """Give a county, all processes ready; it and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cunban-bench-"))
    stack = Stack(folder, WITH_PORTAL)
    try:
        began = time.perf_counter()
        await stack.start()
        yield County(stack, folder, time.perf_counter() - began)
    finally:
        await asyncio.to_thread(stack.stop)
        shutil.rmtree(folder, ignore_errors=True)
