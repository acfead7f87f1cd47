"""What is in a table, as one number that no order, repeat or merge changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.supervision.shell.store.engine import Store

READ_MODELS: Final = (
    "acts_v1",
    "cases_v1",
    "cases_v2",
    "external_cases_v1",
    "families_v1",
    "numbers_v1",
    "open_steps_v1",
    "presence_v1",
    "results_v1",
    "steps_v1",
)
"""The tables that views feed, in the form in force."""
_OWN: Final = ("batch", "earliest")
"""Columns that say how a row came in, and not what it says."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """Rows after merging, and the XOR of their hashes."""

    rows: int
    checksum: int


def table_sums(store: Store, names: dict[str, str] | None = None) -> dict[str, TableSum]:
    """Give the sums of `events` and of all read models; `names` says which table stands for one.

    Raises:
        StoreUnavailable: the store is away.
    """
    standing = names or {name: name for name in ("events", *READ_MODELS)}
    return {name: table_sum(store, table) for name, table in sorted(standing.items())}


def table_sum(store: Store, table: str) -> TableSum:
    """Give the sum of one table.

    Raises:
        StoreUnavailable: the store is away.
    """
    columns = ", ".join(f"`{name}`" for name in columns_of(store, table) if name not in _OWN)
    found = store.whole(
        f"SELECT count() AS rows, groupBitXor(sipHash64({columns})) AS checksum FROM {table} FINAL"
    )
    return TableSum(found[0]["rows"], found[0]["checksum"])


def columns_of(store: Store, table: str) -> tuple[str, ...]:
    """Give the names of the columns that are inserted, in the table's order."""
    rows = store.rows(
        "SELECT name FROM system.columns WHERE database = {db:String} AND table = {table:String}"
        " AND default_kind = '' ORDER BY position",
        {"db": store.database, "table": table},
    )
    return tuple(row["name"] for row in rows)
