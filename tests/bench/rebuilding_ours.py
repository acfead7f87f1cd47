"""Rebuilds of ours: `python -m tests.bench.rebuilding_ours BOOTSTRAP FOLDER COUNT ROUNDS`."""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop

from schemas.topics import event_topics
from services.runtime.collector import calm_collector
from services.runtime.log_reader import LogReader
from services.supervision.shell.rebuild import Rebuilt, rebuild
from services.supervision.shell.rebuild_from_log import rebuild_from_log
from services.supervision.shell.store.checksums import READ_MODELS
from services.supervision.shell.store.engine import Store
from tests.bench.projection_ours import fill, opened
from tests.bench.stopwatch import Stopwatch, tell


async def measure(bootstrap: str, folder: str, count: int, rounds: int) -> None:
    """Fill the tables once, then rebuild them in both ways `rounds` times; tell the seconds."""
    watch, store = Stopwatch(), opened(folder)
    await fill(bootstrap, store, count, watch)
    in_engine: list[float] = []
    by_model: dict[str, list[float]] = {name: [] for name in READ_MODELS}
    from_log: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        for name in READ_MODELS:
            model_began = time.perf_counter()
            found = await asyncio.to_thread(rebuild, store, _silent, (name,))
            by_model[name].append(time.perf_counter() - model_began)
            _require_equal(found[0])
        in_engine.append(time.perf_counter() - began)
        from_log.append(await _from_log(bootstrap, store))
    tell(
        count=count,
        filled=watch.seconds,
        in_engine=in_engine,
        by_model=by_model,
        from_log=from_log,
    )
    store.close()


async def _from_log(bootstrap: str, store: Store) -> float:
    began = time.perf_counter()
    found = await rebuild_from_log(LogReader(bootstrap, event_topics()), store, _silent_both)
    _require_equal(found)
    return time.perf_counter() - began


def _require_equal(found: Rebuilt) -> None:
    if not (found.equal and found.swapped):
        raise SystemExit(f"{found.table}: the rebuilt table differs: {found}")


def _silent(table: str, done: int, total: int) -> None:
    """Progress is not shown here."""


def _silent_both(done: int, total: int) -> None:
    """Progress is not shown here."""


if __name__ == "__main__":
    calm_collector()
    uvloop.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
