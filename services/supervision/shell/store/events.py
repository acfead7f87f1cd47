"""The one insert that feeds all tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.supervision.shell.store.engine import Store

LIVE: Final = "events"


def insert_events(
    store: Store, columns: Mapping[str, tuple[str, Sequence[Any]]], table: str = LIVE
) -> None:
    """Insert rows with their mark; the views are fed when it returns. May be repeated.

    Raises:
        StoreUnavailable: the store is away; some of the rows may be in, in some of the tables.
    """
    if table != LIVE:
        store.insert(table, columns)
        return
    with store.changing:
        store.insert(table, columns)
