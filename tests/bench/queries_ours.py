"""Ours and plain SQL over one filled store: `python -m tests.bench.queries_ours FOLDER CASES
ROUNDS`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from services.supervision.shell.store.engine import Store
from tests.bench.figures import percentile
from tests.bench.machine import resident
from tests.bench.million_cases import fill_county
from tests.bench.projection_ours import opened
from tests.bench.queries_asked import Asked, all_asked, all_past
from tests.bench.stopwatch import tell

_ASKS: Final = 20
_PLAIN: Final = 2
_PAST: Final = 2


def measure(folder: str, cases: int, rounds: int) -> None:
    """Fill once; then ask in rounds, ours and plain by turns; tell milliseconds."""
    store = opened(folder)
    began = time.perf_counter()
    county = fill_county(store, cases, lambda _told: None)
    filled = time.perf_counter() - began
    found: dict[str, dict[str, list[float]]] = {}
    past: dict[str, list[float]] = {}
    asked = all_asked(store, cases)
    for each in asked:
        each.ask(0)  # warm
    for turn in range(rounds):
        for each in asked:
            figures = found.setdefault(each.name, {"p50": [], "p95": [], "plain": []})
            ours = _took(each.ask, turn * _ASKS, _ASKS)
            plain = _took(partial(_plainly, store, each), turn * _PLAIN, _PLAIN)
            figures["p50"].append(percentile(ours, 0.5))
            figures["p95"].append(percentile(ours, 0.95))
            figures["plain"].append(percentile(plain, 0.5))
        for name, ask in all_past(store):
            past.setdefault(name, []).append(percentile(_took(ask, 0, _PAST), 0.5))
    peak = resident(os.getpid())[1]
    tell(count=county.events, filled=filled, found=found, past=past, peak=peak)
    store.close()


def _plainly(store: Store, asked: Asked, n: int) -> None:
    store.whole(asked.plain, asked.words(n))


def _took(ask: Callable[[int], Any], first: int, times: int) -> list[float]:
    found = []
    for n in range(first, first + times):
        began = time.perf_counter()
        ask(n)
        found.append((time.perf_counter() - began) * 1000)
    return found


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
