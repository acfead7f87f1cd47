"""The schema as all migrations together make it: to be read, and to set up a new replica.

`python -m services.supervision.shell.store.current` writes it anew; a test compares.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from services.supervision.shell.store.engine import Address, Store
from services.supervision.shell.store.migrate import migrate

CURRENT: Final = Path(__file__).with_name("current_schema.sql")
_HEAD: Final = "-- Generated from the migrations, see current.py. Do not edit.\n"


def current_schema(store: Store) -> str:
    """Give the statements that make what the store has: tables, then views in their order.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT formatQuery(create_table_query) AS made FROM system.tables"
        " WHERE database = {db:String} AND position(name, '__') = 0"
        " ORDER BY engine = 'View', engine = 'MaterializedView', name",
        {"db": store.database},
    )
    qualified = re.compile(rf"(?<=[ (]){store.database}\.")
    made = (qualified.sub("", row["made"]) + ";\n" for row in rows)
    return "\n".join((_HEAD, *made))


def _write() -> None:
    with TemporaryDirectory() as folder:
        address = Address(f"chdb://{folder}")
        migrate(address)
        store = Store(address)
        CURRENT.write_text(current_schema(store), "utf-8")
        store.close()


if __name__ == "__main__":
    _write()
