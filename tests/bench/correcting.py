"""An amended calendar over many open clocks: `python -m tests.bench.correcting [COUNT]`.

Pure reckoning on one core: the terms are drawn beforehand, nothing is read or written.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, TypeAlias

from schemas.values import Term
from services.kernel.calendar import ZONE, Calendar, Closure, YearFile, calendar_from, local
from services.kernel.clock import COUNTY_HOURS, ClockEvent, Extension, Limit, Stop, due_at
from services.kernel.clock_correction import corrected, why_corrected
from tests.bench.stopwatch import Stopwatch
from tests.kernel.clock_strategies import CALENDAR, year_file

_COUNT: Final = 100_000
_SHUT: Final = Closure(reason="防汛停办", first=date(2026, 7, 14), last=date(2026, 7, 15))

Clock: TypeAlias = tuple[Term, tuple[ClockEvent, ...]]


def main() -> None:
    """Correct them all, and tell how many moved and how long it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT
    clocks = open_clocks(count, Random(4))
    calendar = _amended()
    watch, moved = Stopwatch(), 0
    watch.start()
    for term, events in clocks:
        new = corrected(term, events, calendar, COUNTY_HOURS)
        if new is not None:
            first, last = (local(moment).date() for moment in (term.started_at, new.due_at))
            moved += bool(why_corrected(CALENDAR, calendar, first, last))
    watch.stop()
    watch.tell(count, moved=moved, a_cpu_second=round(count / watch.cpu_seconds))


def open_clocks(count: int, random: Random) -> list[Clock]:
    """Give clocks of a county on 2026-07-13: of each ten one in minutes; a third were stopped, one
    in twenty is extended."""
    return [_clock(random, minutes=number % 10 == 0) for number in range(count)]


def _clock(random: Random, *, minutes: bool) -> Clock:
    back = timedelta(minutes=random.randrange(60 if minutes else 45 * 24 * 60))
    start = datetime(2026, 7, 13, 17, tzinfo=ZONE) - back
    limit = Limit(random.choice((3, 5, 12, 20, 45)))
    events: list[ClockEvent] = []
    if minutes:
        limit = Limit(random.choice((15, 30, 60, 420)), "working_minutes")
    elif random.random() < 1 / 20:
        events.append(Extension(10))
    if random.random() < 1 / 3:
        events.append(Stop(start + random.random() * back, random.choice((3, 5, 10))))
    due = due_at(start, limit, events, CALENDAR)
    term = Term(
        limit=limit.amount,
        unit=limit.unit,
        started_at=start,
        due_at=due.at,
        provisional=due.provisional,
        calendar_version=CALENDAR.version,
    )
    return term, tuple(events)


def _amended() -> Calendar:
    shut = {**year_file(2026).model_dump(), "version": 2, "closures": [_SHUT.model_dump()]}
    return calendar_from([year_file(2024), year_file(2025), YearFile.model_validate(shut)])


if __name__ == "__main__":
    main()
