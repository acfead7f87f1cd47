"""(c) The projector beside raw inserts of the same rows. B1 of the bars."""

from __future__ import annotations

import shutil
from typing import Final

from tests.bench.case_events import events_a_case, put_cases
from tests.bench.figures import Bar, Finding, Series
from tests.bench.stage import stage

_CASES: Final = 24_000
_QUICK_CASES: Final = 4_000


async def projection(rounds: int, *, quick: bool) -> Finding:
    """Measure events a second from the log into all tables."""
    finding = Finding("projection: from the log into all tables")
    ours: list[float] = []
    viewed: list[float] = []
    bare: list[float] = []
    async with stage() as own:
        count = await put_cases(own.bootstrap, _QUICK_CASES if quick else _CASES)
        for number in range(rounds + 1):
            at = (own.bootstrap, str(own.folder / "store"), count)
            told = await own.run("projection_ours", *at)
            shutil.rmtree(own.folder / "store")
            raw = await own.run("projection_raw", *at)
            shutil.rmtree(own.folder / "store")
            if number == 0:
                continue  # the broker's and the file system's caches are cold
            ours.append(count / told["seconds"])
            viewed.append(count / raw["viewed"])
            bare.append(count / raw["bare"])
    series = [
        Series("ours: fetch, check, insert, views", "events/s", tuple(ours)),
        Series("raw column inserts, same tables and views", "events/s", tuple(viewed)),
        Series("raw column inserts, one bare table", "events/s", tuple(bare)),
    ]
    finding.series += series
    finding.bars += [
        Bar("ours, events/s", series[0].median, 50_000, "at least"),
        Bar("ours ÷ raw, same tables", series[0].median / series[1].median, 0.4, "at least"),
    ]
    finding.notes += [
        f"ours ÷ raw into one bare table: {series[0].median / series[2].median:.2f}",
        f"{count:,} events of cases with {events_a_case()} events each; batches as the projector "
        "forms them, at most 50,000 rows, which is the size of the raw ones.",
        "Ours from the first message in hand to the last row in; the raw side has columns ready.",
    ]
    return finding
