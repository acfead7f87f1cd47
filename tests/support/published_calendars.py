"""The calendars of the tests: the published years, and 2025 amended."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from services.kernel.calendar import Calendar, YearFile, calendar_from


@lru_cache(maxsize=1)
def published_calendar() -> Calendar:
    """Give the real calendar of `deploy/county`."""
    files = sorted((Path(__file__).parents[2] / "deploy/county/calendar").glob("*.yaml"))
    return calendar_from([YearFile.model_validate(yaml.safe_load(f.read_text())) for f in files])


CALENDAR: Final = "2024.1-2025.1-2026.1"


AMENDED: Final = "2024.1-2025.2-2026.1"
"""The calendar of a county that shut its offices on Thursday 6 and Friday 7 March 2025."""


@lru_cache(maxsize=1)
def amended_calendar() -> Calendar:
    """Give the calendar `AMENDED`."""
    flood = {"reason": "防汛停办", "first": date(2025, 3, 6), "last": date(2025, 3, 7)}
    folder = Path(__file__).parents[2] / "deploy/county/calendar"
    years = [yaml.safe_load(f.read_text()) for f in sorted(folder.glob("*.yaml"))]
    shut = [
        {**year, "version": 2, "closures": [flood]} if year["year"] == 2025 else year
        for year in years
    ]
    return calendar_from([YearFile.model_validate(year) for year in shut])
