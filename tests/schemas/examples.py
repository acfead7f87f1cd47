"""The stored messages of `schemas/examples`, for every test that takes a message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.codec import Position, decode
from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.registry import BY_TYPE

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One message as it stands on the log.

    All together they are whole streams: for each topic and key the sequences are 1, 2, 3 …
    """

    name: str
    """File name without its end: the story that it belongs to, and its number in it."""
    title: str
    type: str
    topic: str
    key: bytes
    value: bytes
    """Canonical: compact JSON in the order of the fields."""
    headers: tuple[tuple[str, bytes], ...]
    current: tuple[str, bytes] | None
    """Type and value of the newest form; only where this is an old one."""

    @property
    def sequence(self) -> int:
        """Give the place in the stream of its topic and key."""
        return int(dict(self.headers)["ce_sequence"])

    def envelope(self) -> Envelope[Event]:
        """Give it as every reader sees it: decoded, in the newest form."""
        return decode(Position(self.topic, 0, 0), self.key, self.value, self.headers)


@lru_cache(maxsize=1)
def all_examples() -> list[Example]:
    """Give every stored message, by topic, key and sequence: the order in which it was written."""
    found = [_read(path) for path in sorted(FOLDER.rglob("*.json"))]
    return sorted(found, key=lambda e: (e.topic, e.key, e.sequence))


def examples_of(event_type: type[Event]) -> list[Example]:
    """Give the stored messages of one form, at least two; empty for a type without form."""
    return [e for e in all_examples() if BY_TYPE.get(e.type) is event_type]


def canonical(value: Any) -> bytes:
    """Give compact JSON, keys in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _read(path: Path) -> Example:
    stored = json.loads(path.read_text("utf-8"))
    current = stored.get("current")
    return Example(
        name=path.stem,
        title=stored["title"],
        type=path.parent.name,
        topic=stored["topic"],
        key=stored["key"].encode(),
        value=canonical(stored["value"]),
        headers=tuple((name, text.encode()) for name, text in stored["headers"].items()),
        current=(current["type"], canonical(current["value"])) if current else None,
    )
