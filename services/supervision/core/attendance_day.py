"""The daily sheet and the live board, put together from officers, duty and what was told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from schemas.facts import Officer, Organisation
from services.kernel.calendar import Calendar
from services.supervision.core.attendance import (
    Interval,
    Sheet,
    Told,
    duty_of,
    intervals,
    sheet,
    transitions,
)
from services.supervision.core.field_trips import Trip, field_intervals, with_field

Presence: TypeAlias = Literal["active", "idle", "absent", "field"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of officers' days, by officer."""

    told: Mapping[str, Sequence[Told]]
    """Of their presence, in order of sequence."""
    trips: Mapping[str, Sequence[Trip]] = field(default_factory=dict)
    """On site."""


@dataclass(frozen=True, slots=True)
class PersonDay:
    """One officer's day."""

    officer_id: str
    organisation: str
    sheet: Sheet
    course: tuple[Interval, ...]
    """The whole course up to `as_of`, duty or not."""


@dataclass(frozen=True, slots=True)
class OrganisationDay:
    """The officers of one organisation on one day; seconds are added up, all of them duty."""

    organisation: str
    officers: int
    seen: int
    """Officers online or on site at some time of duty."""
    late: int
    left_early: int
    elapsed_seconds: int
    active_seconds: int
    idle_seconds: int
    absent_seconds: int
    field_seconds: int

    @property
    def online_rate(self) -> float | None:
        """Active ÷ (duty so far − field); None where there was none."""
        counted = self.elapsed_seconds - self.field_seconds
        return self.active_seconds / counted if counted else None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """Where one officer is now."""

    officer_id: str
    organisation: str
    status: Presence
    since: datetime | None
    """None where nothing was told within the time looked at."""
    on_duty: bool
    """Now is within the office hours of a working day."""


def person_days(
    officers: Sequence[Officer],
    organisations: Mapping[str, Organisation],
    calendar: Calendar,
    seen: Seen,
    day: date,
    as_of: datetime,
) -> tuple[PersonDay, ...]:
    """Give the day of each officer, in their order."""
    return tuple(
        PersonDay(
            officer_id=officer.officer_id,
            organisation=officer.organisation,
            sheet=sheet(course, _duty(organisations, officer, calendar, day), as_of),
            course=course,
        )
        for officer in officers
        for course in (_course(seen, officer, as_of),)
    )


def organisation_days(days: Iterable[PersonDay]) -> tuple[OrganisationDay, ...]:
    """Give the sums by organisation, by path."""
    grouped: dict[str, list[Sheet]] = {}
    for person in days:
        grouped.setdefault(person.organisation, []).append(person.sheet)
    return tuple(_added(path, sheets) for path, sheets in sorted(grouped.items()))


def board(
    officers: Sequence[Officer],
    organisations: Mapping[str, Organisation],
    calendar: Calendar,
    seen: Seen,
    day: date,
    as_of: datetime,
) -> tuple[BoardLine, ...]:
    """Give where each officer is at `as_of`, in their order; `day` is its day in the county."""
    lines = []
    for officer in officers:
        said = transitions(seen.told.get(officer.officer_id, ()))
        away = _away(seen.trips.get(officer.officer_id, ()), as_of)
        duty = _duty(organisations, officer, calendar, day)
        lines.append(
            BoardLine(
                officer_id=officer.officer_id,
                organisation=officer.organisation,
                status="field" if away else said[-1].status if said else "absent",
                since=away or (said[-1].at if said else None),
                on_duty=any(d.start <= as_of < d.end for d in duty),
            )
        )
    return tuple(lines)


def _course(seen: Seen, officer: Officer, as_of: datetime) -> tuple[Interval, ...]:
    said = intervals(transitions(seen.told.get(officer.officer_id, ())), as_of)
    return with_field(said, seen.trips.get(officer.officer_id, ()), as_of)


def _away(trips: Sequence[Trip], as_of: datetime) -> datetime | None:
    """Give since when the officer is on site; None at any other time."""
    now = (trip for trip in field_intervals(trips) if trip.start <= as_of < trip.end)
    return next((trip.start for trip in now), None)


def _duty(
    organisations: Mapping[str, Organisation], officer: Officer, calendar: Calendar, day: date
) -> tuple[Interval, ...]:
    where = organisations.get(officer.organisation)
    return duty_of(day, where.office_hours, calendar) if where is not None else ()


def _added(path: str, sheets: Sequence[Sheet]) -> OrganisationDay:
    return OrganisationDay(
        organisation=path,
        officers=len(sheets),
        seen=sum(s.first_seen_at is not None for s in sheets),
        late=sum(s.late for s in sheets),
        left_early=sum(s.left_early for s in sheets),
        elapsed_seconds=sum(s.elapsed_seconds for s in sheets),
        active_seconds=sum(s.active_seconds for s in sheets),
        idle_seconds=sum(s.idle_seconds for s in sheets),
        absent_seconds=sum(s.absent_seconds for s in sheets),
        field_seconds=sum(s.field_seconds for s in sheets),
    )
