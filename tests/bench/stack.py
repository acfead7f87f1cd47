"""(f) The whole county on one machine: seconds to ready, and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.bench.figures import Bar, Finding, Series
from tests.bench.machine import free_gib
from tests.bench.whole_stack import County, county
from tests.support.stack import WITH_PORTAL

_NEEDED_GIB: Final = 4.0
_LOAD_SECONDS: Final = 30.0
_QUICK_LOAD_SECONDS: Final = 5.0


async def stack(rounds: int, *, quick: bool) -> Finding:
    """Measure starts, and resident memory after load; a round is a county of its own."""
    finding = Finding("stack: the whole county on one machine")
    if free_gib() < _NEEDED_GIB:
        finding.skipped = f"needs {_NEEDED_GIB:.0f} GiB of free memory"
        return finding
    starts: list[float] = []
    idle: list[float] = []
    loaded: list[float] = []
    shared: list[float] = []
    parts: dict[str, list[float]] = {}
    for _ in range(rounds):
        async with county() as whole:
            starts.append(whole.start_seconds)
            idle.append(sum(_resident(whole).values()))
            await whole.load(50.0, _QUICK_LOAD_SECONDS if quick else _LOAD_SECONDS, 10)
            by_name = _resident(whole)
            loaded.append(sum(by_name.values()))
            shared.append(sum(_memory(pid, "Pss") for pid in _pids(whole).values()))
            for name, gib in by_name.items():
                parts.setdefault(name, []).append(gib)
    finding.series += [
        Series("cunban up, empty folder, to the last process ready", "s", tuple(starts)),
        Series("resident, just started", "GiB", tuple(idle)),
        Series("resident, after load", "GiB", tuple(loaded)),
        Series("after load, shared pages counted once", "GiB", tuple(shared)),
        *(Series(f"after load: {name}", "GiB", tuple(each)) for name, each in parts.items()),
    ]
    finding.bars += [
        Bar("start, s", finding.series[0].median, 40.0, "at most"),
        Bar("resident after load, GiB", finding.series[2].median, 3.0, "at most"),
    ]
    finding.notes += [
        "Resident is the sum over all processes, `cunban up` and the broker included; pages that "
        "several share are counted in each.",
        "The load is 50 applications a second. `make up` adds the look whether the environment is "
        "in place.",
    ]
    return finding


def _resident(whole: County) -> dict[str, float]:
    return {name: _memory(pid, "Rss") for name, pid in _pids(whole).items()}


def _pids(whole: County) -> dict[str, int]:
    names = ("kafka", *WITH_PORTAL)
    found = {name: whole.stack.pid_of(name) for name in names}
    parent = Path(f"/proc/{found['kafka']}/stat").read_text("ascii").rpartition(")")[2].split()[1]
    return {"up": int(parent), **found}


def _memory(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / (1 << 20)
    return 0.0
