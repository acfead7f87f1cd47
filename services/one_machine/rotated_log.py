"""What a process says, kept in a file that does not grow without end."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import IO

_SIZE = 10 * 1024 * 1024
_KEPT = 3


class RotatedLog:
    """Appends to `path`; a file over `size` bytes becomes `path.1`, and so on up to `path.kept`."""

    def __init__(self, path: Path, size: int = _SIZE, kept: int = _KEPT) -> None:
        self.path = path
        self._size = size
        self._kept = kept
        self._file: IO[bytes] = path.open("ab", buffering=0)
        self._written = path.stat().st_size

    def write(self, text: bytes) -> None:
        """Append at once; rotation happens between two writes, at the end of a line."""
        self._file.write(text)
        self._written += len(text)
        if self._written >= self._size and text.endswith(b"\n"):
            self._rotate()

    def close(self) -> None:
        """Nothing can be written afterwards."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            older = self._numbered(number)
            newer = self._numbered(number - 1) if number > 1 else self.path
            if newer.exists():
                newer.replace(older)
        self._file = self.path.open("ab", buffering=0)
        self._written = 0

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


class Pouring(asyncio.Protocol):
    """Writes all that comes from a pipe to a log, and closes the log at its end."""

    def __init__(self, log: RotatedLog) -> None:
        self._log = log
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pipe: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pipe = transport

    def data_received(self, data: bytes) -> None:
        # A full disk costs us the line, not the process that says it.
        with contextlib.suppress(OSError):
            self._log.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._log.close()
        if not self._ended.done():
            self._ended.set_result(None)

    async def close(self, seconds: float = 1.0) -> None:
        """Wait for the end of the pipe, at most `seconds`: a grandchild may hold it open."""
        await asyncio.wait({self._ended}, timeout=seconds)
        if self._pipe is not None:
            self._pipe.close()


async def pour(output: IO[bytes], path: Path) -> Pouring:
    """Write all that comes from the pipe to the rotated log at `path` until it ends."""
    log = RotatedLog(path)
    loop = asyncio.get_running_loop()
    _, pouring = await loop.connect_read_pipe(lambda: Pouring(log), output)
    return pouring


def last_lines(path: Path, count: int = 12) -> str:
    """Give the end of a log, empty where there is none."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(-min(16_384, path.stat().st_size), os.SEEK_END)
        lines = log.read().decode("utf-8", errors="replace").splitlines()
    return "\n".join(lines[-count:])
