"""(h) Every list and query of supervision's API at a million cases. S4, B11 and B13 of the bars."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from tests.bench.figures import Bar, Finding, Series
from tests.bench.machine import free_gib
from tests.bench.queries_asked import LIST_MS, ONE_MS
from tests.bench.stage import Stage

_CASES: Final = 1_000_000
_QUICK_CASES: Final = 50_000
_NEEDED_GIB: Final = 8.0
_ONE: Final = ("a case", "public:")


async def queries(rounds: int, *, quick: bool) -> Finding:
    """Measure what one question takes, beside plain SQL over the events in the same store."""
    finding = Finding("queries: supervision's lists at a million cases")
    if free_gib() < _NEEDED_GIB:
        finding.skipped = f"needs {_NEEDED_GIB:.0f} GiB of free memory"
        return finding
    cases = _QUICK_CASES if quick else _CASES
    folder = Path(tempfile.mkdtemp(prefix="cunban-bench-"))
    try:
        # Of the stage only the running of programs: there is no broker.
        told = await Stage(folder).run(
            "queries_ours", str(folder / "store"), cases, rounds, seconds=3_600
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, figures in told["found"].items():
        for side in ("p50", "p95"):
            finding.series.append(Series(f"{name}: {side}", "ms", tuple(figures[side])))
        plain = Series(f"{name}: off the events, plain SQL", "ms", tuple(figures["plain"]))
        finding.series.append(plain)
        slowest = Series(name, "ms", tuple(figures["p95"])).median
        limit = ONE_MS if name.startswith(_ONE) else LIST_MS
        finding.bars.append(Bar(f"{name}, p95, ms", slowest, limit, "at most"))
    finding.series += [Series(name, "ms", tuple(took)) for name, took in told["past"].items()]
    finding.notes += [
        f"{cases:,} cases, {told['count']:,} events, filled in {told['filled']:.0f} s by time of "
        "appending, the last day in forty inserts; nothing was merged by hand.",
        f"Peak of the process: {told['peak'] / (1 << 30):.2f} GiB. Asked in the process, one at a "
        "time, without HTTP; each ask of one case or paper is for another one.",
        "Plain SQL finds the rows only, off `events`; ours gives the whole answer.",
    ]
    return finding
