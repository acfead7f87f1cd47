"""(d) A command accepted over HTTP until a query shows it. B7 of the bars."""

from __future__ import annotations

from typing import Final

from tests.bench.figures import Bar, Finding, Series, percentile
from tests.bench.whole_stack import county

_RATE: Final = 50.0
_SECONDS: Final = 20.0
_QUICK_SECONDS: Final = 6.0
_EVERY: Final = 10


async def visible(rounds: int, *, quick: bool) -> Finding:
    """Measure seconds from the answer to the command to the answer of the query."""
    finding = Finding("visible: command accepted → shown by a query, 50 commands/s")
    shown: list[list[float]] = []
    answered: list[list[float]] = []
    later = 0
    async with county() as whole:
        await whole.load(_RATE, 8.0, _EVERY)
        for _ in range(rounds):
            told = await whole.load(_RATE, _QUICK_SECONDS if quick else _SECONDS, _EVERY)
            shown.append(told["visible"])
            answered.append(told["answered"])
            later += sum(told["wrong"].values())
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        per_round = tuple(percentile(values, share) for values in shown)
        finding.series.append(Series(f"accepted → visible: {name}", "s", per_round))
        answers = tuple(percentile(values, share) for values in answered)
        finding.series.append(Series(f"command over HTTP, from when due: {name}", "ms", answers))
    everything = [value for values in shown for value in values]
    finding.bars.append(
        Bar(
            "accepted → visible, p99 of all rounds, s", percentile(everything, 0.99), 2.0, "at most"
        )
    )
    finding.notes += [
        f"{len(everything)} of {_EVERY * len(everything):,} commands were watched, each by asking "
        "for its case every 50 ms, which is the grain of the figures.",
        f"{later} commands were answered 202: their result took longer than two seconds.",
        "Applications handed in at intake at fixed instants (open arrival), the whole county "
        "running; asked at supervision. Warmed up for eight seconds.",
    ]
    return finding
