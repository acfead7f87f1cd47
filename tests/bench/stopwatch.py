"""Time of a program between its first and its last piece of work."""

from __future__ import annotations

import sys
import time
from typing import Any

import orjson


class Stopwatch:
    """Wall clock and own CPU; started once, by whoever sees the first message."""

    def __init__(self) -> None:
        self._began = self._cpu = 0.0
        self.seconds = self.cpu_seconds = 0.0

    def start(self) -> None:
        """Begin, unless it has begun."""
        if not self._began:
            self._began, self._cpu = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """End, unless it has ended."""
        if not self.seconds:
            self.seconds = time.perf_counter() - self._began
            self.cpu_seconds = time.process_time() - self._cpu

    def tell(self, count: int, **more: Any) -> None:
        """Write what was counted since the start, as the last line that the program says."""
        self.stop()
        tell(count=count, seconds=self.seconds, cpu_seconds=self.cpu_seconds, **more)


def tell(**found: Any) -> None:
    """Write the last line of a program: what it found, as JSON."""
    sys.stdout.buffer.write(b"\n" + orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS) + b"\n")
    sys.stdout.flush()
