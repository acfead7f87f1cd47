"""用印台账: every use of a seal, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.supervision.shell.queries import Scope, milliseconds
from services.supervision.shell.queries_cursor import read_cursor, write_cursor
from services.supervision.shell.store.engine import Store

PAGE: Final = 50
_USES: Final = """
WITH uses AS (
    SELECT key AS case_id, sequence, any(occurred_at) AS used_at,
        any(JSONExtract(value, 'Tuple(step_id String, organisation String, officer_id String,
            seal String, kind String, name String, document_number String, occasion String,
            put_on_by String)')) AS told
    FROM events
    WHERE topic = 'case.review.events.v1' AND type = 'cn.cunban.seal.used.v1'
        AND occurred_at <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
    GROUP BY key, sequence
    HAVING arrayExists(p -> told.organisation = p
            OR startsWith(told.organisation, concat(p, '/')), {scope:Array(String)})
        AND ({organisation:String} = '' OR told.organisation = {organisation:String})
        AND ({seal:String} = '' OR told.seal = {seal:String})
        AND (toUnixTimestamp64Milli(used_at), sequence, case_id)
            < ({before_t:Int64}, {before_s:UInt64}, {before_c:String})
    ORDER BY used_at DESC, sequence DESC, case_id DESC
    LIMIT {limit:UInt32}
)
SELECT case_id, sequence, used_at, told.step_id AS step_id, told.organisation AS organisation,
    told.officer_id AS officer_id, told.seal AS seal, told.kind AS kind, told.name AS name,
    told.document_number AS document_number, told.occasion AS occasion,
    told.put_on_by AS put_on_by, known.case_number AS case_number, known.item AS item
FROM uses
LEFT JOIN (
    SELECT case_id, case_number, item FROM cases WHERE case_id IN (SELECT case_id FROM uses)
) AS known USING (case_id)
ORDER BY used_at DESC, sequence DESC, case_id DESC
"""
_LAST: Final = ((1 << 62), (1 << 62), "~")
"""After every row: an id of a case is hexadecimal."""


@dataclass(frozen=True, slots=True)
class SealUse:
    """One use of a seal."""

    case_id: str
    sequence: int
    """Of the event within the case's events of review."""
    used_at: datetime
    step_id: str
    """The step whose decision it belongs to."""
    organisation: str
    officer_id: str
    seal: str
    kind: str
    name: str
    document_number: str
    occasion: str
    """`issue`, `duplicate`, `correction`."""
    put_on_by: str
    case_number: str
    item: str


@dataclass(frozen=True, slots=True)
class SealFilter:
    """Which uses are asked for; what is empty does not filter."""

    organisation: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class SealUsePage:
    """Some uses and how to go on."""

    items: tuple[SealUse, ...]
    next: str | None


def seal_uses(
    store: Store,
    scope: Scope,
    wanted: SealFilter,
    as_of: datetime,
    cursor: str | None = None,
    limit: int = PAGE,
) -> SealUsePage:
    """Give the uses of the seals of organisations within `scope` up to the instant `as_of`, the
    latest first. One query a page.

    Raises:
        BadCursor, StoreUnavailable.
    """
    before = read_cursor(cursor, 3) if cursor is not None else [str(part) for part in _LAST]
    parameters: dict[str, Any] = {
        "as_of": milliseconds(as_of),
        "scope": list(scope.within),
        "organisation": wanted.organisation,
        "seal": wanted.seal,
        "before_t": int(before[0]),
        "before_s": int(before[1]),
        "before_c": before[2],
        "limit": limit + 1,
    }
    rows = store.rows(_USES, parameters)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = write_cursor(milliseconds(last["used_at"]), last["sequence"], last["case_id"])
    names = SealUse.__slots__
    found = (SealUse(**{name: row[name] for name in names}) for row in rows[:limit])
    return SealUsePage(tuple(found), following)
