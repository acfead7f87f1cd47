"""Read models made anew beside the live ones: from `events`, in the engine; compared; swapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from services.supervision.shell.store.checksums import READ_MODELS, TableSum, table_sum
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.positions import PROVED
from services.supervision.shell.store.views import View, chunks, condition, put_through, views

BESIDE: Final = "__rebuilt"
"""End of the name of a table that is being made beside the live one."""
_FEED: Final = "__feed"
Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the table, how many events have been put through and how many there are in all."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of one table."""

    table: str
    before: TableSum
    after: TableSum
    swapped: bool
    """Else the live table was left as it was, and the other one thrown away."""

    @property
    def equal(self) -> bool:
        """Whether the rebuilt table says the same as the live one did."""
        return self.before == self.after


def rebuild(
    store: Store,
    progress: Progress,
    tables: tuple[str, ...] = READ_MODELS,
    *,
    accept_difference: bool = False,
) -> tuple[Rebuilt, ...]:
    """Make each table anew from `events` while the projection goes on, and swap it in where it is
    equal. Where it differs the events are right, and still it is swapped only if told so.

    Blocks; inserts wait while a table is compared and swapped. Begun again after a kill it starts
    from nothing; the live tables are whole at every moment.

    Raises:
        StoreUnavailable: the store is away; the live tables are as they were.
        ValueError: there is no such table.
    """
    found = []
    for table in tables:
        feeding = [view for view in views(store) if view.target == table]
        if not feeding:
            raise ValueError(f"no view feeds {table}")
        found.append(_rebuild(store, table, feeding, progress, accept_difference))
    return tuple(found)


def drop_leftovers(store: Store) -> None:
    """Take away what a rebuild that was killed has left.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT name, engine FROM system.tables WHERE database = {db:String}"
        " AND position(name, {beside:String}) > 0 ORDER BY engine = 'MaterializedView' DESC",
        {"db": store.database, "beside": BESIDE},
    )
    for row in rows:
        store.command(f"DROP TABLE IF EXISTS {row['name']}")


def create_beside(store: Store, table: str) -> str:
    """Make an empty table like `table`; give its name.

    Raises:
        StoreUnavailable: the store is away.
    """
    beside = table + BESIDE
    row = store.rows(
        "SELECT create_table_query AS made FROM system.tables"
        " WHERE database = {db:String} AND name = {table:String}",
        {"db": store.database, "table": table},
    )[0]
    store.command(_renamed(row["made"], table, beside))
    return beside


def create_feed(store: Store, view: View, table: str, source: str = "events") -> None:
    """Let inserts into `source` feed `table` by the SELECT of `view`, too.

    Raises:
        StoreUnavailable: the store is away.
    """
    select = view.select.replace(
        f"FROM {store.database}.events", f"FROM {store.database}.{source} AS events"
    )
    name = f"{view.name}{BESIDE}{_FEED}"
    store.command(f"CREATE MATERIALIZED VIEW {name} TO {table} AS {select}")


def swap(store: Store, feeding: list[View], tables: tuple[str, ...]) -> None:
    """Let the tables beside take the places of `tables`; call it with `store.changing` held.

    The views are made anew: what they read and feed is then what has the name.

    Raises:
        StoreUnavailable: the store is away. `mend_views` and the next rebuild put it right.
    """
    for view in feeding:
        store.command(f"DROP TABLE IF EXISTS {view.name}{BESIDE}{_FEED}")
        store.command(f"DROP TABLE IF EXISTS {view.name}")
    for table in tables:
        store.command(f"EXCHANGE TABLES {table} AND {table}{BESIDE}")
    for view in feeding:
        store.command(view.create)
    for table in tables:
        store.command(f"DROP TABLE {table}{BESIDE}")


def _rebuild(
    store: Store, table: str, feeding: list[View], progress: Progress, accept_difference: bool
) -> Rebuilt:
    drop_leftovers(store)
    beside = create_beside(store, table)
    for view in feeding:
        create_feed(store, view, beside)
    parts = chunks(store)
    total, done = sum(part.events for part in parts), 0
    progress(table, done, total)
    for part in parts:
        for view in feeding:
            put_through(store, view, beside, condition(part))
        done += part.events
        progress(table, done, total)
    with store.changing:
        before, after = table_sum(store, table), table_sum(store, beside)
        swapped = before == after or accept_difference
        if swapped:
            mark = _latest_batch(store)
            swap(store, feeding, (table,))
            # Another process may have inserted while the views were away; nobody else inserts
            # what a rebuild from the log brought in.
            for view in feeding:
                put_through(store, view, table, f"batch >= {mark}")
        else:
            drop_leftovers(store)
    return Rebuilt(table, before, after, swapped)


def _latest_batch(store: Store) -> int:
    latest = int(store.whole("SELECT max(batch) AS latest FROM events")[0]["latest"])
    return max(latest, PROVED + 1)


def _renamed(statement: str, table: str, other: str) -> str:
    """Give `statement` for another table; names stand between a dot or a slash and a word's end."""
    found = statement
    for before in (".", "/"):
        for after in (" ", "'", "\n", ")"):
            found = found.replace(f"{before}{table}{after}", f"{before}{other}{after}")
    return found
