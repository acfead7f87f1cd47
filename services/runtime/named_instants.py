"""Instants that officers name: within the calendar, or nothing could be reckoned of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from schemas.values import Instant
from services.kernel.calendar import FIRST_DAY, LAST_DAY


def _within_the_calendar(instant: datetime) -> datetime:
    first, last = FIRST_DAY.year + 1, LAST_DAY.year - 1
    if not first <= instant.year <= last:
        raise PydanticCustomError("year_beyond", "beyond 2000–2198")
    return instant


NamedInstant: TypeAlias = Annotated[Instant, AfterValidator(_within_the_calendar)]
"""A moment that somebody says, UTC, to the millisecond; 2000–2198."""
