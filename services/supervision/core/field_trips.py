"""外出: time on site by a survey's plan or record is neither absence nor time at the desk
(domain §6). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.supervision.core.attendance import Interval

USUAL_TRIP: Final = timedelta(hours=2)
"""Where it was not told when those on site would be back."""


@dataclass(frozen=True, slots=True)
class Trip:
    """An officer was, or was to be, on site."""

    start: datetime
    end: datetime | None
    """None where it was not told."""


def field_intervals(trips: Iterable[Trip]) -> tuple[Interval, ...]:
    """Give the times on site in order; trips that touch or overlap are one. UTC."""
    found: list[Interval] = []
    for trip in sorted(trips, key=_start):
        end = trip.end or trip.start + USUAL_TRIP
        if found and trip.start <= found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, end))
        else:
            found.append(Interval(trip.start, end, "field"))
    return tuple(found)


def with_field(
    course: Sequence[Interval], trips: Iterable[Trip], as_of: datetime
) -> tuple[Interval, ...]:
    """Give the course in which time on site up to `as_of` takes the place of whatever else the
    officer was then; in order, without overlap."""
    field = [i for i in field_intervals(trips) if i.start < as_of]
    field = [replace(i, end=min(i.end, as_of)) for i in field]
    found = list(field)
    for interval in course:
        start = interval.start
        for gone in (f for f in field if f.end > interval.start and f.start < interval.end):
            if start < gone.start:
                found.append(Interval(start, gone.start, interval.status))
            start = max(start, gone.end)
        if start < interval.end:
            found.append(Interval(start, interval.end, interval.status))
    return tuple(sorted(found, key=_begin))


def _start(trip: Trip) -> datetime:
    return trip.start


def _begin(interval: Interval) -> datetime:
    return interval.start
