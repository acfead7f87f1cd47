"""The county's calendar, short spellings, and clocks as hypothesis draws them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from hypothesis import settings
from hypothesis import strategies as st

from services.kernel.calendar import ZONE, Calendar, YearFile, calendar_from
from services.kernel.clock import (
    ClockEvent,
    ClockState,
    Due,
    Extension,
    Limit,
    Stop,
    Unit,
    clock_at,
    due_at,
)

COUNTY_CALENDAR = Path(__file__).parents[2] / "deploy" / "county" / "calendar"
CLOSE = time(17, 30)
UNTIMED = settings(deadline=None)
"""For every law: a busy machine is slow, not wrong."""


def year_file(year: int) -> YearFile:
    """Read one year file of the demo county."""
    text = (COUNTY_CALENDAR / f"{year}.yaml").read_text(encoding="utf-8")
    return YearFile.model_validate(yaml.safe_load(text))


CALENDAR: Calendar = calendar_from([year_file(year) for year in (2024, 2025, 2026)])


def at(text: str) -> datetime:
    """Spell an instant of the county: `at("2025-01-22 20:55")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def close_of(text: str) -> datetime:
    """Spell a close of office: `close_of("2025-02-08")`."""
    return datetime.combine(date.fromisoformat(text), CLOSE, ZONE)


@dataclass(frozen=True)
class Course:
    """A clock with all its events."""

    start: datetime
    limit: Limit
    stops: tuple[Stop, ...] = ()
    extension: Extension | None = None

    @property
    def events(self) -> tuple[ClockEvent, ...]:
        """Stops and extension together."""
        return (*self.stops, self.extension) if self.extension else self.stops

    def due(self, calendar: Calendar = CALENDAR) -> Due:
        """Take the fast path."""
        return due_at(self.start, self.limit, self.events, calendar)

    def state(self, as_of: datetime | None = None, calendar: Calendar = CALENDAR) -> ClockState:
        """Take the explained path."""
        return clock_at(self.start, self.limit, self.events, calendar, as_of=as_of)

    def but(self, **changes: object) -> "Course":
        """Give the same clock with something else about it."""
        return replace(self, **changes)  # type: ignore[arg-type]  # replace() checks the names


# Where a rule turns over, a uniform draw almost never looks.
_TURNING_POINTS = [
    time(0, 0),
    time(8, 30),
    time(12, 0),
    time(14, 0),
    time(17, 29),
    CLOSE,
    time(17, 31),
    time(23, 59),
]
_DAY_TIMES = st.sampled_from(_TURNING_POINTS) | st.builds(
    time, st.integers(0, 23), st.integers(0, 59)
)


def instants(first: str = "2024-01-01", last: str = "2026-02-28") -> st.SearchStrategy[datetime]:
    """Whole minutes of the county's zone; leaves ten months of published days after `last`."""
    days = st.dates(date.fromisoformat(first), date.fromisoformat(last))
    return st.builds(lambda day, moment: datetime.combine(day, moment, ZONE), days, _DAY_TIMES)


@st.composite
def stops_after(draw: st.DrawFn, start: datetime) -> Stop:
    """A stop within forty days of `start`, resumed by hand within twenty or not at all."""
    day = start.date() + timedelta(draw(st.integers(0, 40)))
    stopped = max(start, datetime.combine(day, draw(_DAY_TIMES), ZONE))
    resumed = None
    if draw(st.booleans()):
        day = stopped.date() + timedelta(draw(st.integers(0, 20)))
        resumed = max(stopped, datetime.combine(day, draw(_DAY_TIMES), ZONE))
    return Stop(stopped, draw(st.integers(0, 15)), resumed)


@st.composite
def courses(draw: st.DrawFn, unit: Unit = "working_days", stops: int = 3) -> Course:
    """A clock of up to 45 days, or 1,500 minutes, with up to `stops` stops, which may overlap."""
    start = draw(instants())
    limit = Limit(draw(st.integers(1, 45 if unit == "working_days" else 1500)), unit)
    return Course(start, limit, tuple(draw(st.lists(stops_after(start), max_size=stops))))
