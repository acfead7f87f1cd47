"""(e) A million events into all tables again: from Kafka, and inside the engine. B8 of the bars."""

from __future__ import annotations

from typing import Final

from tests.bench.case_events import events_a_case, put_cases
from tests.bench.figures import Bar, Finding, Series
from tests.bench.machine import free_gib
from tests.bench.stage import stage

_EVENTS: Final = 1_000_000
_QUICK_EVENTS: Final = 100_000
_NEEDED_GIB: Final = 4.0


async def rebuild(rounds: int, *, quick: bool) -> Finding:
    """Measure rebuilds whose tables must be equal to those before."""
    finding = Finding("rebuild: all tables anew")
    if free_gib() < _NEEDED_GIB:
        finding.skipped = f"needs {_NEEDED_GIB:.0f} GiB of free memory"
        return finding
    cases = -(-(_QUICK_EVENTS if quick else _EVENTS) // events_a_case())
    async with stage() as own:
        count = await put_cases(own.bootstrap, cases)
        folder = str(own.folder / "store")
        told = await own.run("rebuilding_ours", own.bootstrap, folder, count, rounds)
    from_log = _rates("from Kafka, read models and all", count, told["from_log"])
    models = [
        _rates(f"inside the engine: {name}", count, seconds)
        for name, seconds in told["by_model"].items()
    ]
    whole = _rates("inside the engine: all, one after the other", count, told["in_engine"])
    first = Series("first projection, same run", "events/s", (count / told["filled"],))
    finding.series += [from_log, whole, *models, first]
    slowest = min(models, key=lambda series: series.median)
    finding.bars += [
        Bar("from Kafka, events/s", from_log.median, 40_000, "at least"),
        Bar(f"inside the engine, {slowest.name.split()[-1]}", slowest.median, 400_000, "at least"),
        Bar("from Kafka ÷ first projection", from_log.median / first.median, 0.5, "at least"),
    ]
    finding.notes += [
        f"{count:,} events; every rebuild ended with equal checksums and was swapped in, or the "
        "benchmark would have failed.",
        "Seconds include making the table beside, comparing and swapping. The slowest read model "
        "is held against the bar inside the engine.",
    ]
    return finding


def _rates(name: str, count: int, seconds: list[float]) -> Series:
    return Series(name, "events/s", tuple(count / each for each in seconds))
