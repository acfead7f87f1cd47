"""The materialized views as the store has them: what they read and what they feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from services.supervision.shell.store.engine import Store

_TARGET: Final = re.compile(r"\bTO\s+`?(\w+)`?\.`?(\w+)`?")
CHUNK: Final = 2_000_000
"""Events put through a view at once, so that memory does not grow with the log."""


@dataclass(frozen=True, slots=True)
class View:
    """One view over the inserts into `events`."""

    name: str
    target: str
    select: str
    create: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The keys from `first` until before `end`; None where there is no end."""

    first: str
    end: str | None
    events: int


def views(store: Store) -> tuple[View, ...]:
    """Give the views in force, by name.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT name, as_select, create_table_query FROM system.tables"
        " WHERE database = {db:String} AND engine = 'MaterializedView' ORDER BY name",
        {"db": store.database},
    )
    found = []
    for row in rows:
        target = _TARGET.search(row["create_table_query"])
        if target is not None:
            found.append(View(row["name"], target[2], row["as_select"], row["create_table_query"]))
    return tuple(found)


def chunks(store: Store, size: int = CHUNK) -> tuple[Chunk, ...]:
    """Give ranges of keys with about `size` events each, in order; together they are all events.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.whole(
        "SELECT substring(key, 1, 6) AS prefix, count() AS number FROM events"
        " GROUP BY prefix ORDER BY prefix"
    )
    found: list[Chunk] = []
    first, number = "", 0
    for row in rows:
        if number >= size:
            found.append(Chunk(first, row["prefix"], number))
            first, number = row["prefix"], 0
        number += row["number"]
    return (*found, Chunk(first, None, number))


def put_through(store: Store, view: View, into: str, only: str) -> None:
    """Insert what `view` makes of the events that `only` holds for. May be repeated.

    Raises:
        StoreUnavailable: the store is away; some of it may be in.
    """
    source = f"{store.database}.events"
    select = view.select.replace(
        f"FROM {source}", f"FROM (SELECT * FROM {source} WHERE {only}) AS events"
    )
    names = [row["name"] for row in store.whole(f"DESCRIBE ({view.select})")]
    columns = ", ".join(f"`{name}`" for name in names)
    store.command(f"INSERT INTO {into} ({columns}) {select}")


def condition(chunk: Chunk) -> str:
    """Give the condition that an event is in `chunk`."""
    end = f" AND key < '{_quoted(chunk.end)}'" if chunk.end is not None else ""
    return f"key >= '{_quoted(chunk.first)}'{end}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
