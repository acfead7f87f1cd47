"""A rebuild on demand in the process that owns the store, told line by line as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
import structlog

from schemas.topics import event_topics
from services.runtime.log_reader import LogReader, LogUnavailable
from services.supervision.shell.rebuild import Rebuilt, rebuild
from services.supervision.shell.rebuild_from_log import rebuild_from_log
from services.supervision.shell.store.checksums import READ_MODELS
from services.supervision.shell.store.engine import Store, StoreUnavailable

_END: Final = object()
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be rebuilt."""

    tables: tuple[str, ...] = READ_MODELS
    from_log: bool = False
    """Read Kafka again, `events` and all; else the read models from `events`, in the engine."""
    accept_difference: bool = False


class Rebuilder:
    """Rebuilds one thing at a time."""

    def __init__(self, store: Store, bootstrap: str) -> None:
        self._store, self._bootstrap = store, bootstrap
        self._busy = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether a rebuild is under way."""
        return self._busy.locked()

    async def run(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """Give JSON lines: `progress`, then `rebuilt` for each table, or `failed`.

        Whoever stops listening does not stop the rebuild: it ends by itself.
        """
        lines: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(line: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(lines.put_nowait, line)

        working = asyncio.create_task(self._work(wanted, tell), name="rebuild")
        working.add_done_callback(lambda _task: lines.put_nowait(_END))
        while (line := await lines.get()) is not _END:
            yield orjson.dumps(line) + b"\n"
        with suppress(asyncio.CancelledError):
            await working

    async def _work(self, wanted: Wanted, tell: Callable[[dict[str, Any]], None]) -> None:
        async with self._busy:
            try:
                for found in await self._rebuilt(wanted, tell):
                    tell({"rebuilt": {**asdict(found), "equal": found.equal}})
            except (StoreUnavailable, LogUnavailable, ValueError) as fault:
                log.warning("rebuild failed", error=type(fault).__name__)
                tell({"failed": str(fault)})

    async def _rebuilt(
        self, wanted: Wanted, tell: Callable[[dict[str, Any]], None]
    ) -> tuple[Rebuilt, ...]:
        def progress(table: str, done: int, total: int) -> None:
            tell({"progress": {"table": table, "done": done, "total": total}})

        if wanted.from_log:
            reader = LogReader(self._bootstrap, event_topics())
            found = await rebuild_from_log(
                reader,
                self._store,
                lambda done, total: progress("events", done, total),
                accept_difference=wanted.accept_difference,
            )
            return (found,)
        return await asyncio.to_thread(
            lambda: rebuild(
                self._store,
                progress,
                wanted.tables,
                accept_difference=wanted.accept_difference,
            )
        )
