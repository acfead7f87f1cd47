"""Figures over HTTP: timeliness, attendance of a day, the live board, activity of officers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from schemas.facts import Officer
from services.kernel.calendar import ZONE
from services.runtime.problems import Problem
from services.supervision.core.attendance_day import (
    PersonDay,
    board,
    organisation_days,
    person_days,
)
from services.supervision.core.timeliness import DEFINITION, By, Unit
from services.supervision.shell.answers import Looked, Reading
from services.supervision.shell.api_cases import AsOf, Day, Wanted, require_told
from services.supervision.shell.queries_attendance import (
    activity_days,
    activity_of_day,
    seen,
)
from services.supervision.shell.queries_timeliness import (
    TimelinessAsked,
    timeliness,
    timeliness_in_all,
)
from services.supervision.shell.told import (
    ActivitiesTold,
    ActivityTold,
    AttendanceTold,
    BoardTold,
    TimelinessTold,
)

router = APIRouter(prefix="/v1", tags=["figures"])
EVER: Final = date(1990, 1, 1)
"""Where `from` is left out: before any log that was ever kept."""


@router.get("/timeliness", responses={200: {"model": TimelinessTold}})
async def timeliness_by(
    reading: Looked,
    wanted: Wanted,
    by: By = "organisation",
    unit: Unit = "case",
    as_of: AsOf = None,
) -> Response:
    """Give a row for each value of `by`, of the cases accepted from `from` to `to`.

    With `as_of` every figure is as the log stood at that instant: of what had been recorded by
    then, by the deadlines as they were known then, open and overdue at it (ADR 0030).
    """
    if as_of is not None:
        require_told(reading, as_of)
    asked = TimelinessAsked(by, wanted, unit, as_of)
    rows = await reading.read(timeliness, reading.scope, asked, reading.as_of)
    total = await reading.read(timeliness_in_all, reading.scope, asked, reading.as_of)
    return reading.answer(
        {
            "by": by,
            "unit": unit,
            "asked_as_of": as_of,
            "from": wanted.first_day.isoformat() if wanted.first_day else None,
            "to": wanted.last_day.isoformat() if wanted.last_day else None,
            "items": [asdict(row) for row in rows],
            "next": None,
            "total": asdict(total),
            "definition": DEFINITION,
        }
    )


@router.get("/attendance", responses={200: {"model": AttendanceTold}})
async def attendance(
    reading: Looked,
    on: Annotated[Day | None, Query(alias="date")] = None,
    by: Literal["officer", "organisation"] = "officer",
) -> Response:
    """Give the attendance of a day: every second of duty active, idle, on site or absent."""
    asked = on or reading.today
    people = await _people(reading, asked)
    rows: list[dict[str, Any]]
    if by == "organisation":
        rows = [
            {**asdict(row), "online_rate": row.online_rate} for row in organisation_days(people)
        ]
    else:
        rows = [_sheet(reading, person) for person in people]
    return reading.answer({"date": asked.isoformat(), "by": by, "items": rows, "next": None})


@router.get("/attendance/board", responses={200: {"model": BoardTold}})
async def attendance_board(reading: Looked) -> Response:
    """Give where everybody is now: active, idle, on site or absent, and since when."""
    until = reading.as_of + timedelta(milliseconds=1)
    start = datetime.combine(reading.today, datetime.min.time(), ZONE)
    known = await reading.read(seen, start, until)
    places = {o.path: o for o in reading.book.organisations()}
    calendar = reading.book.calendar(reading.book.current_calendar_version())
    lines = board(_officers(reading), places, calendar, known, reading.today, reading.as_of)
    names = {o.officer_id: o.name for o in reading.book.officers()}
    rows = [{**asdict(line), "name": names[line.officer_id]} for line in lines]
    totals = {
        status: sum(line.status == status for line in lines)
        for status in ("active", "idle", "absent", "field")
    }
    return reading.answer({"items": rows, "next": None, "totals": totals})


@router.get("/officers/{officer_id}/activity", responses={200: {"model": ActivityTold}})
async def activity(
    reading: Looked,
    officer_id: Annotated[str, Path(max_length=200)],
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> Response:
    """Give what an officer did, by day; of an imported log's clerk, by the log's own days."""
    _require_in_scope(reading, officer_id)
    until = last or reading.today
    since = first or EVER
    days = await reading.read(activity_days, since, until, [officer_id])
    latest = await reading.read(activity_of_day, officer_id, days[-1].day if days else until)
    return reading.answer(
        {
            "officer_id": officer_id,
            "from": since.isoformat(),
            "to": until.isoformat(),
            "acts": sum(day.acts for day in days),
            "refused": sum(day.refused for day in days),
            "active_days": len({day.day for day in days if day.acts}),
            "items": [asdict(day) for day in days],
            "next": None,
            "latest_day": asdict(latest),
        }
    )


@router.get("/activity", responses={200: {"model": ActivitiesTold}})
async def activity_of_all(
    reading: Looked,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
    source: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Give acts and active days of every officer who did something, imported logs' clerks too."""
    until = last or reading.today
    since = first or EVER
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for day in await reading.read(activity_days, since, until):
        wanted = source in (None, day.source) and _in_scope(reading, day.officer_id, day.source)
        if not wanted:
            continue
        row = found.setdefault(
            (day.source, day.officer_id),
            {
                "source": day.source,
                "officer_id": day.officer_id,
                "acts": 0,
                "refused": 0,
                "active_days": 0,
            },
        )
        row["acts"] += day.acts
        row["refused"] += day.refused
        row["active_days"] += day.acts > 0
    rows = [found[key] for key in sorted(found)]
    return reading.answer({"items": rows, "next": None})


async def _people(reading: Reading, day: date) -> tuple[PersonDay, ...]:
    start = datetime.combine(day, datetime.min.time(), ZONE)
    end = start + timedelta(days=1)
    known = await reading.read(seen, start, end)
    places = {o.path: o for o in reading.book.organisations()}
    calendar = reading.book.calendar(reading.book.current_calendar_version())
    as_of = min(reading.as_of, end)
    return person_days(_officers(reading), places, calendar, known, day, as_of)


def _sheet(reading: Reading, person: PersonDay) -> dict[str, Any]:
    officer = reading.book.officer(person.officer_id)
    return {
        "officer_id": person.officer_id,
        "name": officer.name if officer else person.officer_id,
        "organisation": person.organisation,
        **asdict(person.sheet),
        "online_rate": person.sheet.online_rate,
    }


def _officers(reading: Reading) -> list[Officer]:
    """Give whom the caller may see: officers of their organisations, and themselves."""
    myself = reading.officer.actor.officer_id
    return [
        officer
        for officer in reading.book.officers()
        if reading.covers(officer.organisation) or officer.officer_id == myself
    ]


def _in_scope(reading: Reading, officer_id: str, source: str) -> bool:
    if source != "cunban":
        return reading.scope.imported
    officer = reading.book.officer(officer_id)
    return officer is not None and (
        reading.covers(officer.organisation) or officer_id == reading.officer.actor.officer_id
    )


def _require_in_scope(reading: Reading, officer_id: str) -> None:
    source = "cunban" if reading.book.officer(officer_id) else "imported"
    if not _in_scope(reading, officer_id, source):
        raise Problem("rights.denied")
