"""The list of a zip archive, read with a limit on everything: nothing is unpacked but one head.

`zipfile` believes what an archive says of itself: four million entries, or one of a petabyte.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

MOST_ENTRIES: Final = 4_000
MOST_LISTING: Final = 1 << 20
"""Bytes of the central directory."""
MOST_UNPACKED: Final = 512 << 20
MOST_TIMES: Final = 200
"""Unpacked over packed; XML of a large sheet comes to about 30."""
SMALL: Final = 8 << 20
"""Unpacked size up to which the ratio does not matter."""
DEEPEST: Final = 16
"""Folders in one another."""
MOST_OF_ONE: Final = 256 << 10
"""Bytes that are unpacked of one entry."""
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END_BYTES, _ENTRY_BYTES, _LOCAL_BYTES = 22, 46, 30
_COMMENT: Final = 0xFFFF
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar", ".cab")


class UnsafeArchive(Exception):
    """An archive that is not to be opened; `why` as in `file_kinds.Why`."""

    def __init__(self, why: Literal["damaged", "encrypted", "unsafe"]) -> None:
        super().__init__(why)
        self.why: Literal["damaged", "encrypted", "unsafe"] = why


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    flags: int
    method: int
    packed: int
    unpacked: int
    at: int


class Archive:
    """A zip archive as its central directory lists it, found to be harmless."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        """Read the list; `read` gives (offset, length) → bytes of the `size` there are.

        Raises:
            UnsafeArchive: broken, encrypted, nested, or much larger unpacked than it ought to be.
        """
        self._read = read
        self._entries = {entry.name: entry for entry in _listed(read, size)}
        _require_harmless(list(self._entries.values()), size)
        self.names = tuple(self._entries)

    def begin_of(self, name: str) -> bytes | None:
        """Give the first 256 KiB of an entry; None where there is none of that name.

        Raises:
            UnsafeArchive: it cannot be unpacked.
        """
        entry = self._entries.get(name)
        if entry is None:
            return None
        local = self._read(entry.at, _LOCAL_BYTES)
        if not local.startswith(_LOCAL) or len(local) < _LOCAL_BYTES:
            raise UnsafeArchive("damaged")
        begin = entry.at + _LOCAL_BYTES + _two(local, 26) + _two(local, 28)
        packed = self._read(begin, min(entry.packed, MOST_OF_ONE))
        if entry.method == 0:
            return packed
        try:
            return zlib.decompressobj(-15).decompress(packed, MOST_OF_ONE)
        except zlib.error:
            raise UnsafeArchive("damaged") from None


def _listed(read: Callable[[int, int], bytes], size: int) -> Iterator[_Entry]:
    tail_at = max(0, size - _END_BYTES - _COMMENT)
    tail = read(tail_at, size - tail_at)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        raise UnsafeArchive("damaged")
    count, length, begin = _two(tail, end + 10), _four(tail, end + 12), _four(tail, end + 16)
    # 0xFFFF and 0xFFFFFFFF announce the form for huge archives, which no paper is.
    if count > MOST_ENTRIES or length > MOST_LISTING:
        raise UnsafeArchive("unsafe")
    if begin + length > tail_at + end:
        raise UnsafeArchive("damaged")
    listing, at = read(begin, length), 0
    for _ in range(count):
        if listing[at : at + 4] != _ENTRY or len(listing) - at < _ENTRY_BYTES:
            raise UnsafeArchive("damaged")
        named = at + _ENTRY_BYTES
        after = named + _two(listing, at + 28)
        yield _Entry(
            name=listing[named:after].decode("utf-8", "replace"),
            flags=_two(listing, at + 8),
            method=_two(listing, at + 10),
            packed=_four(listing, at + 20),
            unpacked=_four(listing, at + 24),
            at=_four(listing, at + 42),
        )
        at = after + _two(listing, at + 30) + _two(listing, at + 32)
    if at != length:
        raise UnsafeArchive("damaged")  # more entries than it counts


def _require_harmless(entries: list[_Entry], size: int) -> None:
    if any(entry.flags & 1 for entry in entries):
        raise UnsafeArchive("encrypted")
    if any(entry.method not in (0, 8) for entry in entries):
        raise UnsafeArchive("unsafe")
    packed = sum(entry.packed for entry in entries)
    unpacked = sum(entry.unpacked for entry in entries)
    # Entries that share their bytes make a bomb without a single bad ratio.
    if packed > size or unpacked > MOST_UNPACKED:
        raise UnsafeArchive("unsafe")
    if unpacked > max(SMALL, MOST_TIMES * packed):
        raise UnsafeArchive("unsafe")
    for entry in entries:
        steps = entry.name.replace("\\", "/").split("/")
        if len(steps) > DEEPEST or ".." in steps or entry.name.startswith(("/", "\\")):
            raise UnsafeArchive("unsafe")
        if entry.name.lower().endswith(_ARCHIVES):
            raise UnsafeArchive("unsafe")


def _two(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 2], "little")


def _four(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 4], "little")
