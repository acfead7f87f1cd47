"""网上预审: drafts whose papers are to be looked at, soonest due first; and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from schemas.events.clocks import DueDateCorrected
from schemas.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.values import Defect, Term
from services.supervision.shell.queries import Scope, milliseconds
from services.supervision.shell.queries_cases import Act
from services.supervision.shell.queries_cursor import read_cursor, write_cursor
from services.supervision.shell.queries_results import first_id_at
from services.supervision.shell.store.engine import Store

PAGE: Final = 50
DRAFT_AGE: Final = timedelta(days=400)
"""Drafts that were put down longer ago are not looked for: ids of cases tell when."""
_PENDING: Final = f"""
WITH asked AS (
    SELECT key AS case_id,
        argMaxIf(JSONExtract(value, 'Tuple(ordinal UInt32, organisation String)'), sequence,
            type = '{PrecheckRequested.type}') AS told,
        argMaxIf(occurred_at, sequence, type = '{PrecheckRequested.type}') AS requested_at,
        argMaxIf(JSONExtract(value, 'term', 'Tuple(due_at String, provisional Bool)'), sequence,
            type IN ('{PrecheckRequested.type}', '{DueDateCorrected.type}')) AS term
    FROM events
    WHERE topic = 'case.intake.events.v1' AND key IN (
            SELECT key FROM events WHERE topic = 'case.intake.events.v1'
                AND key >= {{oldest:String}} AND type = '{PrecheckRequested.type}')
        AND type IN {{types:Array(String)}}
    GROUP BY key
    HAVING maxIf(sequence, type = '{PrecheckRequested.type}')
        = maxIf(sequence, type != '{DueDateCorrected.type}')
)
SELECT case_id, told.organisation AS organisation, told.ordinal AS ordinal, requested_at,
    item, channel, applicant_ref,
    parseDateTime64BestEffort(term.due_at, 3, 'UTC') AS due_at,
    term.provisional AS provisional, toUnixTimestamp64Milli(due_at) AS rank
FROM asked
INNER JOIN (
    SELECT case_id, item, channel, applicant_ref FROM cases
    WHERE case_id IN (SELECT case_id FROM asked)
) AS known USING (case_id)
WHERE arrayExists(p -> organisation = p OR startsWith(organisation, concat(p, '/')),
        {{scope:Array(String)}})
    AND (rank, case_id) > ({{after_r:Int64}}, {{after_c:String}})
ORDER BY rank, case_id
LIMIT {{limit:UInt32}}
"""
_FIRST: Final = -(1 << 62)
_TYPES: Final = (
    PrecheckRequested.type,
    PrecheckAnswered.type,
    ApplicationSubmitted.type,
    ApplicationWithdrawn.type,
    DueDateCorrected.type,
)
"""The last of them but a correction says whether it is pending; while it is, a correction is of its
clock."""


@dataclass(frozen=True, slots=True)
class PendingPrecheck:
    """A draft whose papers are to be looked at."""

    case_id: str
    organisation: str
    """Which answers."""
    ordinal: int
    item: str
    channel: str
    applicant_ref: str
    requested_at: datetime
    due_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class PrecheckPage:
    """Some of them and how to go on."""

    items: tuple[PendingPrecheck, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Precheck:
    """The last pre-check of a case, as its trace tells. Instants in UTC."""

    ordinal: int
    organisation: str
    requested_at: datetime
    term: Term
    answered_at: datetime | None
    """None where it was not answered, or not before the application was handed in."""
    defects: tuple[Defect, ...]
    sound: tuple[str, ...]
    """Codes of the papers found fine."""


def pending_prechecks(
    store: Store, scope: Scope, now: datetime, cursor: str | None = None, limit: int = PAGE
) -> PrecheckPage:
    """Give the drafts at the organisations of `scope` whose pre-check is not answered yet; the
    soonest due first, what is overdue before it.

    Raises:
        BadCursor, StoreUnavailable.
    """
    rank, case_id = read_cursor(cursor, 2) if cursor is not None else (str(_FIRST), "")
    parameters: dict[str, Any] = {
        "oldest": first_id_at(max(0, milliseconds(now - DRAFT_AGE))),
        "types": list(_TYPES),
        "scope": list(scope.within),
        "after_r": int(rank),
        "after_c": case_id,
        "limit": limit + 1,
    }
    rows = store.rows(_PENDING, parameters)
    following = None
    if len(rows) > limit:
        following = write_cursor(rows[limit - 1]["rank"], rows[limit - 1]["case_id"])
    names = PendingPrecheck.__slots__
    found = (PendingPrecheck(**{name: row[name] for name in names}) for row in rows[:limit])
    return PrecheckPage(tuple(found), following)


def precheck_of(trace: Sequence[Act]) -> Precheck | None:
    """Give the last pre-check that a trace tells of; None where there was none."""
    told = sorted(
        (act for act in trace if act.type in (PrecheckRequested.type, PrecheckAnswered.type)),
        key=lambda act: act.sequence,
    )
    asked = next((act for act in reversed(told) if act.type == PrecheckRequested.type), None)
    if asked is None:
        return None
    request = PrecheckRequested.model_validate(asked.fact)
    answer = told[-1] if told[-1].type == PrecheckAnswered.type else None
    found = PrecheckAnswered.model_validate(answer.fact) if answer is not None else None
    return Precheck(
        ordinal=request.ordinal,
        organisation=request.organisation,
        requested_at=asked.occurred_at,
        term=_corrected(trace, asked.sequence) or request.term,
        answered_at=answer.occurred_at if answer is not None else None,
        defects=found.defects if found is not None else (),
        sound=found.sound if found is not None else (),
    )


def _corrected(trace: Sequence[Act], since: int) -> Term | None:
    """Give the term of the pre-check as an amended calendar last corrected it."""
    own = [act for act in trace if act.type == DueDateCorrected.type and act.sequence > since]
    told = [act for act in own if act.fact["clock"] == "precheck"]
    last = max(told, key=lambda act: act.sequence, default=None)
    return None if last is None else DueDateCorrected.model_validate(last.fact).term
