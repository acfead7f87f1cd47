"""The projector's peer: nothing but clickhouse-connect column inserts of rows read before.

`python -m tests.bench.projection_raw BOOTSTRAP FOLDER COUNT`: the same rows, in batches of the
projector's size, into the same tables with their views, and into a bare table without any.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import uvloop

from schemas.topics import event_topics
from services.runtime.collector import calm_collector
from services.runtime.log_reader import LogReader
from services.supervision.shell.projector import FULL_ROWS, READ
from services.supervision.shell.projector_rows import Rows, add_messages
from services.supervision.shell.store.engine import Store
from tests.bench.projection_ours import opened
from tests.bench.stopwatch import tell


async def batches(bootstrap: str, count: int) -> list[dict[str, Any]]:
    """Read `count` events into columns, a batch each."""
    reader, rows = LogReader(bootstrap, event_topics()), Rows()
    found: list[dict[str, Any]] = []
    await reader.start({})
    while count:
        messages = await reader.read(min(READ, FULL_ROWS - len(rows)), 1.0)
        add_messages(rows, messages)
        count -= len(messages)
        if len(rows) == FULL_ROWS or not count:
            found.append(rows.marked(len(found) + 1))
            rows = Rows()
    await reader.stop()
    return found


def insert(store: Store, table: str, rows: list[dict[str, Any]]) -> float:
    """Give how many seconds the inserts take."""
    began = time.perf_counter()
    for batch in rows:
        store.insert(table, batch)
    return time.perf_counter() - began


async def measure(bootstrap: str, folder: str, count: int) -> None:
    """Insert into both and tell how long each took."""
    rows, store = await batches(bootstrap, count), opened(folder)
    store.command("CREATE TABLE bare AS events")
    # In a thread, as the projector does it.
    bare = await asyncio.to_thread(insert, store, "bare", rows)
    viewed = await asyncio.to_thread(insert, store, "events", rows)
    tell(count=count, bare=bare, viewed=viewed)
    store.close()


if __name__ == "__main__":
    calm_collector()
    uvloop.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
