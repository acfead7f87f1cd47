"""A plain HTTP/1.1 client over one kept connection: cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one answer."""

    status: int
    body: bytes


class Connection:
    """One kept-alive connection; one call at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def call(self, head: bytes, body: bytes = b"") -> Answer:
        """Send `head` (request line and headers without their end) and `body`; give the answer."""
        assert self._reader is not None
        assert self._writer is not None
        self._writer.write(b"%scontent-length: %d\r\n\r\n%s" % (head, len(body), body))
        lines = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        at = lines.index(b"content-length:") + 15
        length = int(lines[at : lines.index(b"\r\n", at)])
        content = await self._reader.readexactly(length) if length else b""
        return Answer(int(lines[9:12]), content)

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()


def head_of(method: str, path: str, headers: dict[str, str]) -> bytes:
    """Give the first part of a request."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n").encode()
