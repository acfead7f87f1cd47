"""How long people waited at which window, off the events themselves: once a number, first call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from schemas.events.appointment import (
    AppointmentBooked,
    AppointmentMissed,
    AppointmentServed,
    TicketCalled,
    TicketTaken,
)
from schemas.events.base import APPOINTMENT
from services.supervision.shell.queries import Scope
from services.supervision.shell.store.engine import Store

WaitingBy: TypeAlias = Literal["organisation", "day"]
_WINDOW: Final = "concat('/', replaceAll(splitByChar('@', key)[1], '.', '/'))"
"""The key of a window's day is `qingyun.t-heping@2026-07-15`."""
_DAY: Final = "splitByChar('@', key)[2]"
_KEYS: Final[dict[WaitingBy, str]] = {"organisation": _WINDOW, "day": _DAY}
_WAITED: Final = (
    "dateDiff('millisecond',"
    " parseDateTime64BestEffortOrZero(JSONExtractString(value, 'waiting_since'), 3, 'UTC'),"
    " occurred_at) / 1000"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row: numbers of a window or a day, and seconds from taking a number to its first call."""

    key: str
    booked: int
    came: int
    served: int
    missed: int
    called: int
    mean_seconds: float | None
    """None where nobody was called yet."""
    median_seconds: float | None
    p90_seconds: float | None


def waiting(
    store: Store, scope: Scope, by: WaitingBy, first: date, last: date
) -> tuple[Waiting, ...]:
    """Give a row for each value of `by`, of the windows in `scope` and days from `first` to
    `last`, by key.

    Raises:
        StoreUnavailable: the store is away.
    """
    first_call = f"type = '{TicketCalled.type}' AND JSONExtractUInt(value, 'time') = 1"
    rows = store.rows(
        f"SELECT {_KEYS[by]} AS name,"
        f" countIf(type = '{AppointmentBooked.type}') AS booked,"
        f" countIf(type = '{TicketTaken.type}') AS came,"
        f" countIf(type = '{AppointmentServed.type}') AS served,"
        f" countIf(type = '{AppointmentMissed.type}') AS missed,"
        f" countIf({first_call}) AS called,"
        f" avgOrNullIf({_WAITED}, {first_call}) AS mean,"
        f" quantileExactOrNullIf(0.5)({_WAITED}, {first_call}) AS median,"
        f" quantileExactOrNullIf(0.9)({_WAITED}, {first_call}) AS p90"
        # FINAL: repeats of the log fall together.
        " FROM (SELECT key, type, value, occurred_at FROM events FINAL"
        f" WHERE topic = '{APPOINTMENT}')"
        f" WHERE {_DAY} BETWEEN {{first:String}} AND {{last:String}}"
        f" AND arrayExists(place -> {_WINDOW} = place OR startsWith({_WINDOW}, concat(place, '/')),"
        " {scope:Array(String)})"
        " GROUP BY name ORDER BY name",
        {"first": first.isoformat(), "last": last.isoformat(), "scope": list(scope.within)},
    )
    return tuple(_row(row) for row in rows)


def _row(row: dict[str, Any]) -> Waiting:
    return Waiting(
        key=row["name"],
        booked=row["booked"],
        came=row["came"],
        served=row["served"],
        missed=row["missed"],
        called=row["called"],
        mean_seconds=row["mean"],
        median_seconds=row["median"],
        p90_seconds=row["p90"],
    )
