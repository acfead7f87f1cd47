"""What was told of officers' presence, and what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from services.supervision.core.attendance import Told
from services.supervision.core.attendance_day import Seen
from services.supervision.core.field_trips import Trip
from services.supervision.shell.queries import milliseconds
from services.supervision.shell.queries_results import first_id_at
from services.supervision.shell.store.engine import Store

LOOK_BACK: Final = timedelta(days=7)
"""Before the day, for what was told last; a session lives twelve hours."""
ACTS: Final = 500
CASE_AGE: Final = timedelta(days=400)
"""Surveys of cases that came in longer ago are not looked for: ids of cases tell when."""


def presence_told(
    store: Store, since: datetime, until: datetime, officers: Sequence[str] | None = None
) -> dict[str, tuple[Told, ...]]:
    """Give what was told of each officer from `since` minus a week until `until`, in order.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT officer_id, type, session_id, since FROM presence"
        " WHERE since >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')"
        " AND since < fromUnixTimestamp64Milli({until:Int64}, 'UTC')"
        " AND ({all:UInt8} = 1 OR officer_id IN {officers:Array(String)})"
        " ORDER BY officer_id, sequence",
        {
            "since": milliseconds(since - LOOK_BACK),
            "until": milliseconds(until),
            "all": int(officers is None),
            "officers": list(officers or ()),
        },
    )
    found: dict[str, list[Told]] = {}
    for row in rows:
        told = Told(row["type"], row["session_id"], row["since"])
        found.setdefault(row["officer_id"], []).append(told)
    return {officer_id: tuple(told) for officer_id, told in found.items()}


_TRIPS: Final = """
SELECT officer_id, start, end FROM (
    SELECT key, sequence, type = 'cn.cunban.survey.recorded.v1' AS held,
        JSONExtract(value, 'Tuple(survey String, planned_at String, held_at String, until String,
            participants Array(String))') AS told,
        parseDateTime64BestEffortOrZero(
            if(held, told.held_at, told.planned_at), 3, 'UTC') AS start,
        parseDateTime64BestEffortOrNull(told.until, 3, 'UTC') AS end,
        max(sequence) OVER (PARTITION BY key, told.survey) AS latest
    FROM events
    WHERE topic = 'case.review.events.v1' AND key >= {oldest:String}
        AND type IN ('cn.cunban.survey.scheduled.v1', 'cn.cunban.survey.recorded.v1')
)
ARRAY JOIN told.participants AS officer_id
WHERE (held OR sequence = latest)
    AND start >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND start < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
GROUP BY officer_id, start, end
ORDER BY officer_id, start, end
"""


def field_trips(store: Store, since: datetime, until: datetime) -> dict[str, tuple[Trip, ...]]:
    """Give who was on site from `since` until `until`, by officer and in order: by the record of
    a survey, or by its latest plan as long as nothing was recorded after it.

    Raises:
        StoreUnavailable: the store is away.
    """
    oldest = max(0, milliseconds(since - CASE_AGE))
    wanted = {"since": milliseconds(since), "until": milliseconds(until)}
    found: dict[str, list[Trip]] = {}
    for row in store.rows(_TRIPS, {**wanted, "oldest": first_id_at(oldest)}):
        found.setdefault(row["officer_id"], []).append(Trip(row["start"], row["end"]))
    return {officer_id: tuple(trips) for officer_id, trips in found.items()}


def seen(store: Store, since: datetime, until: datetime) -> Seen:
    """Give all that is known of the officers' time from `since` until `until`.

    Raises:
        StoreUnavailable: the store is away.
    """
    return Seen(presence_told(store, since, until), field_trips(store, since, until))


@dataclass(frozen=True, slots=True)
class ActivityDay:
    """One officer's acts on one calendar day; refused attempts are counted apart."""

    officer_id: str
    source: str
    """`cunban`, or the name of the imported log."""
    day: date
    acts: int
    refused: int
    cases: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class OfficerAct:
    """One act."""

    occurred_at: datetime
    source: str
    organisation: str
    case_id: str
    type: str
    activity: str
    """Of an imported act its name there, of a refused one the action."""
    refused: bool


@dataclass(frozen=True, slots=True)
class ActivityOfDay:
    """What an officer did on one day."""

    hours: tuple[int, ...]
    """Acts that were not refused, by hour of the county's clock, 24 numbers."""
    acts: tuple[OfficerAct, ...]
    """In order of time, at most 500."""


_DAYS: Final = """
SELECT officer_id, source, day, countIf(NOT refused) AS acts, countIf(refused) AS refused_acts,
    uniqExact(key) AS cases, min(occurred_at) AS first_at, max(occurred_at) AS last_at
FROM acts
WHERE day >= toDate({first:String}) AND day <= toDate({last:String})
    AND ({all:UInt8} = 1 OR officer_id IN {officers:Array(String)})
GROUP BY officer_id, source, day
ORDER BY officer_id, source, day
"""
_OF_DAY: Final = """
SELECT occurred_at, source, organisation, key AS case_id, type, activity, refused
FROM acts
WHERE officer_id = {officer:String} AND day = toDate({day:String})
ORDER BY occurred_at, topic, sequence
LIMIT {limit:UInt32}
"""
_HOURS: Final = """
SELECT toHour(occurred_at, 'Asia/Shanghai') AS hour, count() AS acts
FROM acts
WHERE officer_id = {officer:String} AND day = toDate({day:String}) AND NOT refused
GROUP BY hour
"""


def activity_days(
    store: Store, first: date, last: date, officers: Sequence[str] | None = None
) -> tuple[ActivityDay, ...]:
    """Give a row for each officer, source and day with acts, both days included; in that order.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        _DAYS,
        {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "all": int(officers is None),
            "officers": list(officers or ()),
        },
    )
    return tuple(
        ActivityDay(
            officer_id=row["officer_id"],
            source=row["source"],
            day=row["day"],
            acts=row["acts"],
            refused=row["refused_acts"],
            cases=row["cases"],
            first_at=row["first_at"],
            last_at=row["last_at"],
        )
        for row in rows
    )


def activity_of_day(store: Store, officer_id: str, day: date) -> ActivityOfDay:
    """Give what an officer did on a day.

    Raises:
        StoreUnavailable: the store is away.
    """
    wanted = {"officer": officer_id, "day": day.isoformat(), "limit": ACTS}
    hours = {row["hour"]: row["acts"] for row in store.rows(_HOURS, wanted)}
    acts = tuple(OfficerAct(**row) for row in store.rows(_OF_DAY, wanted))
    return ActivityOfDay(tuple(hours.get(hour, 0) for hour in range(24)), acts)
