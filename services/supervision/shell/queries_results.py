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
    SELECT key AS case_id,
        argMaxIf(JSONExtract(value, 'Tuple(step_id String, organisation String,
            term Tuple(due_at String))'), sequence,
            type = 'cn.cunban.delivery-clock.started.v1') AS begun,
        argMaxIf(JSONExtractString(value, 'document_number'), sequence,
            type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1'))
            AS document_number,
        maxIf(toNullable(occurred_at), type IN ('cn.cunban.result.issued.v1',
            'cn.cunban.result.reissued.v1')) AS issued_at,
        argMaxIf((type, JSONExtractString(value, 'organisation'),
            JSONExtractString(value, 'how')), sequence, type IN ('cn.cunban.result.issued.v1',
            'cn.cunban.result.ready.v1', 'cn.cunban.result.dispatched.v1',
            'cn.cunban.result.delivery-failed.v1', 'cn.cunban.result.reissued.v1')) AS last,
        (last.3 = 'lost')::Bool AS lost,
        if(last.1 = 'cn.cunban.result.ready.v1' OR last.3 = 'returned', last.2, '') AS ready_place,
        if(last.1 = 'cn.cunban.result.dispatched.v1' OR lost, argMaxIf(JSONExtract(value,
            'Tuple(carrier String, tracking_number String, handed_at String)'), sequence,
            type = 'cn.cunban.result.dispatched.v1'), ('', '', '')) AS sent,
        maxIf(toNullable(occurred_at), type = 'cn.cunban.result.ready-notified.v1') AS told_at
    FROM events
    WHERE topic = 'case.review.events.v1' AND key >= {oldest:String} AND type IN (
        'cn.cunban.delivery-clock.started.v1', 'cn.cunban.result.issued.v1',
        'cn.cunban.result.ready.v1', 'cn.cunban.result.ready-notified.v1',
        'cn.cunban.result.dispatched.v1', 'cn.cunban.result.delivery-failed.v1',
        'cn.cunban.result.reissued.v1', 'cn.cunban.result.delivered.v1',
        'cn.cunban.result.revoked.v1')
    GROUP BY key
    HAVING begun.step_id != '' AND countIf(type IN ('cn.cunban.result.delivered.v1',
        'cn.cunban.result.revoked.v1')) = 0
)
SELECT case_id, begun.step_id AS step_id, begun.organisation AS organisation, accepted_by,
    case_number, item, parseDateTime64BestEffort(begun.term.due_at, 3, 'UTC') AS due_at,
    document_number, issued_at, ready_place, told_at, sent.1 AS carrier, sent.2 AS tracking_number,
    parseDateTime64BestEffortOrNull(sent.3, 3, 'UTC') AS handed_at, lost,
    toUnixTimestamp64Milli(due_at) AS rank
FROM waiting
INNER JOIN (
    SELECT case_id, case_number, item, organisation AS accepted_by FROM cases
    WHERE case_id IN (SELECT case_id FROM waiting)
) AS known USING (case_id)
WHERE arrayExists(p -> organisation = p OR startsWith(organisation, concat(p, '/'))
        OR accepted_by = p OR startsWith(accepted_by, concat(p, '/')), {scope:Array(String)})
    AND (rank, case_id) > ({after_r:Int64}, {after_c:String})
ORDER BY rank, case_id
LIMIT {limit:UInt32}
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
