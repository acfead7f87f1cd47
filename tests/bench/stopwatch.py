"""Time of a program between its first and its last piece of work."""

from __future__ import annotations

import sys
import time

import orjson


class Stopwatch:
    """Wall clock and own CPU; started once, by whoever sees the first message."""

    def __init__(self) -> None:
        self._began = self._cpu = 0.0

    def start(self) -> None:
        """Begin, unless it has begun."""
        if not self._began:
            self._began, self._cpu = time.perf_counter(), time.process_time()

    def tell(self, count: int) -> None:
        """Write what was counted since the start, as the last line that the program says."""
        seconds, cpu = time.perf_counter() - self._began, time.process_time() - self._cpu
        found = {"count": count, "seconds": seconds, "cpu_seconds": cpu}
        sys.stdout.buffer.write(b"\n" + orjson.dumps(found) + b"\n")
        sys.stdout.flush()
