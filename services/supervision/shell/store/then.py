"""The tables as the log stood at an instant: only what had been appended to it by then (ADR 0030).

A case whose last event was appended by then stands now as it stood then. One whose first came later
was not there. Those between are counted anew, by the very views that feed the tables, of their
events up to then: no definition is written a second time.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.views import View, views

Stable: TypeAlias = Literal["cases", "steps"]
THEN: Final = "fromUnixTimestamp64Milli({then:Int64}, 'UTC')"
"""The instant; whoever runs the query binds `then`, in milliseconds."""
_SETTLED: Final = f"last_appended_at <= {THEN}"
_OF_SETTLED: Final = f"case_id IN (SELECT case_id FROM cases_v2 FINAL WHERE {_SETTLED})"
_OF_NO_OTHER: Final = (
    f"case_id NOT IN (SELECT case_id FROM cases_v2 FINAL WHERE last_appended_at > {THEN})"
)
"""The same of every step; of a late instant these are few, of an early one those."""
_UNDER_WAY: Final = (
    "SELECT case_id FROM cases_v2 FINAL"
    f" WHERE first_appended_at <= {THEN} AND last_appended_at > {THEN}"
)
_MERGED: Final = re.compile(r"SimpleAggregateFunction\((\w+), (.*)\)$", re.DOTALL)
_READ: Final = re.compile(r"\(\s*SELECT \*\s+FROM \w+\.(\w+)\s+FINAL\s*\)")


def table_then(store: Store, name: Stable, then: int) -> str:
    """Give a SELECT with the rows of a stable view as they were at `then` (milliseconds), to be put
    in brackets; whoever runs it binds `then` to the same.

    Raises:
        StoreUnavailable: the store is away.
    """
    told = store.rows(
        "SELECT as_select FROM system.tables WHERE database = {db:String} AND name = {name:String}",
        {"db": store.database, "name": name},
    )
    feeding = views(store)
    settled = _SETTLED if name == "cases" else _of_settled(store, then)
    between = _READ.sub(lambda read: _recount(store, feeding, read[1]), told[0]["as_select"])
    return (
        f"SELECT * FROM (SELECT * FROM {name} WHERE {settled}) UNION ALL SELECT * FROM ({between})"
    )


def _of_settled(store: Store, then: int) -> str:
    found = store.rows(
        f"SELECT countIf({_SETTLED}) * 2 > count() AS most FROM cases_v2 FINAL", {"then": then}
    )
    return _OF_NO_OTHER if found[0]["most"] else _OF_SETTLED


def _recount(store: Store, feeding: tuple[View, ...], table: str) -> str:
    """Give the rows that the events up to then would have made of the cases between."""
    columns = _columns(store, table)
    keys = [name for name, (merge, _) in columns.items() if not merge]
    parts = [_padded(store, view, columns) for view in feeding if view.target == table]
    merged = [
        f"CAST({merge}(`{name}`), {_quoted(kind)}) AS `{name}`"
        for name, (merge, kind) in columns.items()
        if merge
    ]
    return (
        f"(SELECT {', '.join([*keys, *merged])} FROM ({' UNION ALL '.join(parts)})"
        f" GROUP BY {', '.join(keys)})"
    )


def _padded(store: Store, view: View, columns: dict[str, tuple[str, str]]) -> str:
    """Give what a view makes of those events, with the columns that others feed left empty."""
    events = f"(SELECT * FROM events WHERE appended_at <= {THEN} AND key IN ({_UNDER_WAY}))"
    select = view.select.replace(f"FROM {store.database}.events", f"FROM {events} AS events")
    fed = {row["name"] for row in store.rows(f"DESCRIBE ({view.select})")}
    given = (
        f"CAST(`{name}`, {_quoted(kind)}) AS `{name}`"
        if name in fed
        else f"defaultValueOfTypeName({_quoted(kind)}) AS `{name}`"
        for name, (_, kind) in columns.items()
    )
    return f"SELECT {', '.join(given)} FROM ({select})"


def _columns(store: Store, table: str) -> dict[str, tuple[str, str]]:
    """Give each column with how it is merged ('' where it is of the key) and its bare type."""
    rows = store.rows(
        "SELECT name, type FROM system.columns WHERE database = {db:String}"
        " AND table = {table:String} ORDER BY position",
        {"db": store.database, "table": table},
    )
    found = {}
    for row in rows:
        merged = _MERGED.match(row["type"])
        found[row["name"]] = (merged[1], merged[2]) if merged else ("", row["type"])
    return found


def _quoted(kind: str) -> str:
    return "'" + kind.replace("\\", "\\\\").replace("'", "\\'") + "'"
