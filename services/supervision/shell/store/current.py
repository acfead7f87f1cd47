"""The schema as all migrations together make it: to be read, and to set up a new replica."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.supervision.shell.store.engine import Store

CURRENT: Final = Path(__file__).with_name("current_schema.sql")
_HEAD: Final = """\
-- Generated from the migrations; a test compares. `make schema` is not needed by anybody who runs
-- `cunban`: it applies the migrations itself.
"""


def current_schema(store: Store) -> str:
    """Give the statements that make what the store has; tables first, then views.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT name, engine, create_table_query AS made FROM system.tables"
        " WHERE database = {db:String} AND position(name, '__') = 0"
        " ORDER BY engine = 'View', engine = 'MaterializedView', name",
        {"db": store.database},
    )
    plain = store.rows(
        "SELECT formatQuery({made:String}) AS made",
        {"made": "SELECT 1"},
    )
    assert plain
    found = [_HEAD]
    for row in rows:
        made = store.rows("SELECT formatQuery({made:String}) AS made", {"made": row["made"]})
        found.append(made[0]["made"].replace(f"{store.database}.", "") + ";\n")
    return "\n".join(found)
