"""统一出件: results that are to be issued, told or collected, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.supervision.shell.queries import Scope, milliseconds
from services.supervision.shell.queries_cursor import read_cursor, write_cursor
from services.supervision.shell.store.engine import Store

PAGE: Final = 50
CASE_AGE: Final = timedelta(days=1100)
"""Results of cases that came in longer ago are not looked for: ids of cases tell when."""
_WAITING: Final = """
WITH waiting AS (
    SELECT case_id, clock.step_id AS step_id, clock.organisation AS organisation, accepted_by,
        clock.due_at AS due_at, issued.document_number AS document_number, issued_at,
        if(place.state IN ('ready', 'returned'), place.organisation, '') AS ready_place, told_at,
        (place.state = 'lost')::Bool AS lost,
        if(lost OR place.state = 'under_way', sent, (0, '', '', NULL)) AS parcel,
        parcel.2 AS carrier, parcel.3 AS tracking_number, parcel.4 AS handed_at,
        toUnixTimestamp64Milli(due_at) AS rank
    FROM (
        SELECT * FROM results_v1 FINAL WHERE case_id IN (
            SELECT case_id FROM results_v1 FINAL
            WHERE case_id >= {oldest:String} AND begun > 0 AND delivered = 0 AND revoked = 0)
    )
    WHERE arrayExists(p -> organisation = p OR startsWith(organisation, concat(p, '/'))
            OR accepted_by = p OR startsWith(accepted_by, concat(p, '/')), {scope:Array(String)})
        AND (rank, case_id) > ({after_r:Int64}, {after_c:String})
    ORDER BY rank, case_id
    LIMIT {limit:UInt32}
)
SELECT * FROM waiting
INNER JOIN (
    SELECT case_id, case_number, item FROM cases
    WHERE case_id IN (SELECT case_id FROM waiting)
) AS known USING (case_id)
ORDER BY rank, case_id
"""
_FIRST: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class WaitingResult:
    """What was approved and has not come to the applicant yet."""

    case_id: str
    step_id: str
    """On which it is issued and handed over."""
    organisation: str
    """Which has to issue it."""
    accepted_by: str
    """Where the case came in."""
    case_number: str
    item: str
    due_at: datetime
    """By when to issue and deliver it (ALL 44)."""
    document_number: str
    """Empty until it was issued."""
    issued_at: datetime | None
    ready_place: str
    """Organisation where it lies ready; empty until then."""
    told_at: datetime | None
    """When the applicant was last told."""
    carrier: str
    """Who has it on the way, or lost it; empty where it lies with us."""
    tracking_number: str
    handed_at: datetime | None
    """Since when it is on the way."""
    lost: bool
    """It was lost on the way, and no duplicate was made out yet."""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Some results and how to go on."""

    items: tuple[WaitingResult, ...]
    next: str | None


def waiting_results(
    store: Store, scope: Scope, now: datetime, cursor: str | None = None, limit: int = PAGE
) -> ResultPage:
    """Give what waits to be issued or collected at the organisations of `scope`, or for cases that
    came in there; the soonest due first, what is overdue before it.

    Raises:
        BadCursor, StoreUnavailable.
    """
    rank, case_id = read_cursor(cursor, 2) if cursor is not None else (str(_FIRST), "")
    oldest = max(0, milliseconds(now - CASE_AGE))
    parameters: dict[str, Any] = {
        "oldest": first_id_at(oldest),
        "scope": list(scope.within),
        "after_r": int(rank),
        "after_c": case_id,
        "limit": limit + 1,
    }
    rows = store.rows(_WAITING, parameters)
    following = None
    if len(rows) > limit:
        following = write_cursor(rows[limit - 1]["rank"], rows[limit - 1]["case_id"])
    names = WaitingResult.__slots__
    found = (WaitingResult(**{name: row[name] for name in names}) for row in rows[:limit])
    return ResultPage(tuple(found), following)


def first_id_at(millisecond: int) -> str:
    """Give the text before which every UUIDv7 of an earlier millisecond sorts."""
    digits = f"{millisecond:012x}"
    return f"{digits[:8]}-{digits[8:]}"
