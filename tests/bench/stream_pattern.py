"""Streams drawn once and laid into a small table, to be put down many times inside the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.supervision.shell.store.engine import Store
from tests.supervision.log_of import Kept

_PATTERN: Final = """
CREATE TABLE pattern (shape UInt8, nth UInt8, share Float64, topic LowCardinality(String),
    type LowCardinality(String), sequence UInt64, source String, actor String, value String)
ENGINE = Memory
"""


def make_pattern(store: Store) -> None:
    """Make the table `pattern`, empty."""
    store.command("DROP TABLE IF EXISTS pattern")
    store.command(_PATTERN)


def insert_pattern(store: Store, shapes: Sequence[tuple[int, Sequence[Kept]]]) -> None:
    """Put streams into it, each under the number of its shape."""
    rows: list[tuple[Any, ...]] = []
    for shape, messages in shapes:
        for nth, kept in enumerate(messages):
            rows.append((shape, nth, nth / len(messages), kept.topic, *_headers(kept), kept.value))
    kinds = ("UInt8", "UInt8", "Float64", "LowCardinality(String)", "LowCardinality(String)")
    names = ("shape", "nth", "share", "topic", "type", "sequence", "source", "actor", "value")
    texts = ("UInt64", "String", "String", "String")
    columns = zip((*kinds, *texts), zip(*rows, strict=True), strict=True)
    store.insert("pattern", dict(zip(names, columns, strict=True)))


def _headers(kept: Kept) -> tuple[str, int, str, str]:
    ce = {name: value.decode() for name, value in kept.headers}
    return ce["ce_type"], int(ce["ce_sequence"]), ce["ce_source"], ce["ce_actor"]


def written(instant: datetime) -> str:
    """Give an instant as events write it where it is of a whole second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
