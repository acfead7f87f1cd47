"""Timeliness by organisation, officer, item, division, day or source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import isnan
from typing import Any, Final, Literal

from services.supervision.core.timeliness import By, Timeliness, Unit, on_time_rate
from services.supervision.shell.queries import (
    DIVISIONS,
    KEYS,
    ZONE,
    CaseFilter,
    Scope,
    all_of,
    conditions,
    figure,
    milliseconds,
    scoped,
)
from services.supervision.shell.store.engine import Row, Store
from services.supervision.shell.store.then import table_then

ROWS: Final = 2_000
_CALENDAR: Final = """(SELECT day, run, number FROM calendar_days FINAL
    WHERE filled_at = (SELECT max(filled_at) FROM calendar_days))"""
_STEPS: Final = """(SELECT case_id, 'cunban' AS source, step_id AS case_number, item, organisation,
    if(closed_by != '', closed_by, claimed_by) AS officer_id,
    if(closed_at IS NULL, 'accepted', 'completed') AS status,
    opened_at AS accepted_at, closed_at AS completed_at,
    CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))') AS ended_at,
    due_at AS promised_due_at, due_at AS legal_due_at FROM {steps})"""
_SELECT: Final = """
SELECT {key} AS key,
    countIf({accepted}) AS accepted, countIf({completed}) AS completed, countIf({open}) AS open,
    countIf({open_overdue}) AS open_overdue, countIf({on_time}) AS on_time, countIf({late}) AS late,
    avg(days) AS mean_days, quantileExactInclusive(0.5)(days) AS median_days,
    quantileExactInclusive(0.9)(days) AS p90_days
FROM (
    SELECT u.*, {division} if({completed} AND began.run = finished.run,
        toInt64(finished.number) - toInt64(began.number), NULL) AS days
    FROM (SELECT * FROM {unit} WHERE {where}) AS u
    LEFT JOIN {calendar} AS began ON began.day = toDate(u.accepted_at, '{zone}')
    LEFT JOIN {calendar} AS finished ON finished.day = toDate(u.completed_at, '{zone}')
    {divisions}
)
GROUP BY key
ORDER BY key
LIMIT {rows}
"""


@dataclass(frozen=True, slots=True)
class TimelinessAsked:
    """Which figures."""

    by: By
    only: CaseFilter = field(default_factory=CaseFilter)
    """With `first_day` and `last_day` as the window, and `deadline` as the one judged by."""
    unit: Unit = "case"
    """Steps tell who was slow: a step's organisation is the one that held it, its officer the one
    that closed or claimed it, its deadline its own."""
    then: datetime | None = None
    """The figures as the log stood at that instant, which is then `now`, too; None: as it stands
    now."""


def timeliness(
    store: Store, scope: Scope, asked: TimelinessAsked, now: datetime
) -> tuple[Timeliness, ...]:
    """Give a row for each value, by value; at most 2,000. What is without value has the key ''.

    Raises:
        StoreUnavailable: the store is away.
    """
    return tuple(_row(row) for row in _ask(store, scope, asked, now, KEYS[asked.by]))


def timeliness_in_all(
    store: Store, scope: Scope, asked: TimelinessAsked, now: datetime
) -> Timeliness:
    """Give the row over all values; its days are of all cases, no mean of means.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = _ask(store, scope, asked, now, "''")
    if not rows:
        return Timeliness("", 0, 0, 0, 0, 0, 0, None, None, None, None)
    return _row(rows[0])


def _ask(store: Store, scope: Scope, asked: TimelinessAsked, now: datetime, key: str) -> list[Row]:
    parameters: dict[str, Any] = {"now": milliseconds(asked.then or now)}
    judged, by_division = asked.only.deadline, key == KEYS["division"]
    where = [
        figure("accepted", judged),
        scoped(scope, parameters),
        *conditions(asked.only, parameters),
    ]
    filled = {
        "key": "division" if by_division else key,
        "division": "ifNull(o.division, '') AS division," if by_division else "",
        "divisions": DIVISIONS if by_division else "",
        "unit": _unit(store, asked, parameters),
        "where": all_of(where),
        "calendar": _CALENDAR,
        "zone": ZONE,
        "rows": str(ROWS),
        "accepted": figure("accepted", judged),
        "completed": figure("completed", judged),
        "open": figure("open", judged),
        "open_overdue": figure("open_overdue", judged),
        "on_time": figure("on_time", judged),
        "late": figure("late", judged),
    }
    return store.rows(_SELECT.format(**filled), parameters)


def _unit(store: Store, asked: TimelinessAsked, parameters: dict[str, Any]) -> str:
    """Give what is counted, and put what it needs into `parameters`."""
    name: Literal["cases", "steps"] = "cases" if asked.unit == "case" else "steps"
    table: str = name
    if asked.then is not None:
        parameters["then"] = milliseconds(asked.then)
        table = f"({table_then(store, name, parameters['then'])})"
    return table if asked.unit == "case" else _STEPS.format(steps=table)


def _row(row: Row) -> Timeliness:
    return Timeliness(
        key=row["key"],
        accepted=row["accepted"],
        completed=row["completed"],
        open=row["open"],
        open_overdue=row["open_overdue"],
        on_time=row["on_time"],
        late=row["late"],
        on_time_rate=on_time_rate(row["on_time"], row["late"], row["open_overdue"]),
        mean_days=_number(row["mean_days"]),
        median_days=_number(row["median_days"]),
        p90_days=_number(row["p90_days"]),
    )


def _number(value: float | None) -> float | None:
    """No days, no number: the engine says NULL or, of an empty quantile, not-a-number."""
    return None if value is None or isnan(value) else round(float(value), 3)
