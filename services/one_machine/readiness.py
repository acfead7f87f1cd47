"""Whether a process answers yet."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

Ready: TypeAlias = Callable[[], Awaitable[bool]]
"""Asks once, within about two seconds; never raises."""

_SECONDS = 2.0


def http_ready(port: int, path: str = "/readyz") -> Ready:
    """Give a question that is answered yes by status 200 from this machine's `port`."""

    async def ready() -> bool:
        try:
            return await asyncio.wait_for(_status(port, path), _SECONDS) == "200"
        except (OSError, TimeoutError):
            return False

    return ready


async def _status(port: int, path: str) -> str:
    # Some fifteen lines instead of a client library: its import is a tenth of a second of every up.
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        first = await reader.readline()
    finally:
        writer.close()
    words = first.decode("latin-1").split(" ", 2)
    return words[1] if len(words) > 1 else ""
