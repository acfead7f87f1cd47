"""From a log in memory into the tables, as the projector does it."""

from __future__ import annotations

from collections.abc import Sequence

from services.supervision.shell.projector_rows import Rows, add_messages
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.events import insert_events
from tests.supervision.log_of import Kept, Log


def insert(store: Store, *batches: Sequence[Kept], first: int = 1, table: str = "events") -> None:
    """Insert each batch with a mark of its own; every message is readable."""
    for number, messages in enumerate(batches, first):
        rows = Rows()
        add_messages(rows, messages)
        assert rows.unreadable == []
        insert_events(store, rows.marked(number), table)


def project(store: Store, log: Log) -> None:
    """Insert the whole log at once."""
    insert(store, log.messages)
