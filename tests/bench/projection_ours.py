"""Our projector over a filled log: `python -m tests.bench.projection_ours BOOTSTRAP FOLDER
COUNT`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from schemas.topics import event_topics
from services.runtime import metrics
from services.runtime.collector import calm_collector
from services.runtime.health import Health
from services.runtime.log_reader import LogReader, Message
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projector import Projector
from services.supervision.shell.store.engine import Address, Store
from services.supervision.shell.store.migrate import migrate
from tests.bench.stopwatch import Stopwatch


class TimedReader(LogReader):
    """Starts the watch with the first message in hand."""

    def __init__(self, bootstrap: str, watch: Stopwatch) -> None:
        super().__init__(bootstrap, event_topics())
        self._watch = watch

    async def read(self, limit: int, wait_seconds: float) -> list[Message]:
        """Read as `LogReader` does."""
        messages = await super().read(limit, wait_seconds)
        if messages:
            self._watch.start()
        return messages


class NoneExpected:
    """Where messages would be put aside: the benchmark has none such."""

    async def __call__(
        self,
        topic: str,
        partition: int,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        reason: str,
    ) -> None:
        """End the benchmark."""
        raise SystemExit(f"{topic}[{partition}]@{offset}: {reason}")


def opened(folder: str) -> Store:
    """Give a store with all tables in `folder`."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    store = Store(Address(f"chdb://{folder}"))
    migrate(store.address)
    return store


async def fill(bootstrap: str, store: Store, count: int, watch: Stopwatch) -> None:
    """Project until `count` events are in the tables.

    Raises:
        SystemExit: a message was unreadable.
    """
    inserted = metrics.counter("projection_rows", table="events")
    reader = TimedReader(bootstrap, watch)
    projector = Projector(reader, store, Freshness(Health()), Changes(), NoneExpected())
    running = asyncio.create_task(projector.run())
    while next(iter(inserted.collect())).samples[0].value < count:
        if running.done():
            running.result()
        await asyncio.sleep(0.01)
    watch.stop()
    projector.stop()
    await running


async def project(bootstrap: str, folder: str, count: int) -> None:
    """Project `count` events into a new store and tell how long it took."""
    watch, store = Stopwatch(), opened(folder)
    await fill(bootstrap, store, count, watch)
    watch.tell(count)
    store.close()


if __name__ == "__main__":
    calm_collector()
    uvloop.run(project(sys.argv[1], sys.argv[2], int(sys.argv[3])))
