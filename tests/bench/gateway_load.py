"""Load on one HTTP address: `python -m tests.bench.gateway_load FILE`.

The file is JSON: `port`, `token`, `connections`, `seconds`, `steps` (none for the peer). Each
connection works its own steps, claiming them all and then giving them all back, so that each call
is a command that takes effect.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
import uvloop

from tests.bench.http_client import Connection, head_of

_RELEASE: Final = orjson.dumps({"reason": "需由另一位同志办理。"})


async def load(
    port: int, token: str, connections: int, seconds: float, steps: list[str]
) -> dict[str, Any]:
    """Keep every connection busy for `seconds`; give latencies in ms and how often each status."""
    opened = [Connection(port) for _ in range(connections)]
    for connection in opened:
        await connection.open()
    share = len(steps) // connections
    latencies: list[float] = []
    answers: dict[int, int] = {}
    began = time.perf_counter()
    until = began + seconds

    async def work(number: int, connection: Connection) -> None:
        own = steps[number * share : (number + 1) * share]
        for path, body in _calls(own):
            head = head_of("POST", path, {**_authorised(token), "idempotency-key": str(uuid4())})
            asked = time.perf_counter()
            if asked >= until:
                return
            answer = await connection.call(head, body)
            latencies.append(1000 * (time.perf_counter() - asked))
            answers[answer.status] = answers.get(answer.status, 0) + 1

    await asyncio.gather(*(work(number, c) for number, c in enumerate(opened)))
    lasted, cpu = time.perf_counter() - began, time.process_time()
    for connection in opened:
        await connection.close()
    return {"seconds": lasted, "latencies": latencies, "answers": answers, "cpu_seconds": cpu}


def _authorised(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _calls(steps: list[str]) -> Iterator[tuple[str, bytes]]:
    if not steps:
        yield from cycle([("/commands", _RELEASE)])
    for act, body in cycle((("claim", b"{}"), ("release", _RELEASE))):
        for step in steps:
            yield f"/v1/steps/{step}/{act}", body


if __name__ == "__main__":
    asked = orjson.loads(Path(sys.argv[1]).read_bytes())
    found = uvloop.run(load(**asked))
    sys.stdout.buffer.write(b"\n" + orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS) + b"\n")
