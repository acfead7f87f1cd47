"""Small tables that queries look things up in; filled from the reference facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from schemas.facts import Organisation
from services.kernel.calendar import Calendar
from services.supervision.shell.store.engine import Store


def fill_calendar(store: Store, calendar: Calendar, at: datetime) -> None:
    """Number the working days of the published years of `calendar`; in force from then on.

    Of what was filled in later, `at` tells. Years without a notice are left out: days between two
    runs of years cannot be counted.

    Raises:
        StoreUnavailable: the store is away.
    """
    lines = [line for run in _runs(calendar) for line in _numbered(calendar, run)]
    count = len(lines)
    store.insert(
        "calendar_days",
        {
            "day": ("Date", [day for day, _, _ in lines]),
            "run": ("UInt16", [run for _, run, _ in lines]),
            "number": ("UInt32", [number for _, _, number in lines]),
            "version": ("String", [calendar.version] * count),
            "filled_at": ("DateTime64(3, 'UTC')", [_milliseconds(at)] * count),
        },
    )


def fill_organisations(store: Store, organisations: Sequence[Organisation], at: datetime) -> None:
    """Note in which division each organisation lies.

    Raises:
        StoreUnavailable: the store is away.
    """
    store.insert(
        "organisations",
        {
            "path": ("String", [o.path for o in organisations]),
            "division": ("String", [o.division for o in organisations]),
            "filled_at": ("DateTime64(3, 'UTC')", [_milliseconds(at)] * len(organisations)),
        },
    )


def _runs(calendar: Calendar) -> list[list[int]]:
    years = sorted(file.year for file in calendar.years)
    grouped = groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])
    return [[year for _, year in members] for _, members in grouped]


def _numbered(calendar: Calendar, years: list[int]) -> list[tuple[date, int, int]]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    lines, number = [], 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        number += calendar.is_working_day(day)
        lines.append((day, years[0], number))
    return lines


def _milliseconds(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)
