"""An officer's worklist: open steps that they may close, soonest due first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.kernel.actor import Actor
from services.supervision.shell.queries import milliseconds
from services.supervision.shell.queries_cursor import read_cursor, write_cursor
from services.supervision.shell.queries_steps import Step, step_of
from services.supervision.shell.store.engine import Store

PAGE: Final = 50
_WORKLIST: Final = """
WITH fromUnixTimestamp64Milli({now:Int64}, 'UTC') AS now
SELECT * FROM (
    SELECT *, toUnixTimestamp64Milli(assumeNotNull(due_at)) AS rank FROM steps
    WHERE opened_at IS NOT NULL AND closed_at IS NULL
        AND (claimed_by = '' OR claimed_by = {officer:String}
            -- Whose time as stand-in is over holds it no more.
            OR (claimed_by = stand_in AND stand_in_until <= now)
            -- What the absent officer holds, whoever stands in for them may claim.
            OR (claimed_by = acting_for AND stand_in = {officer:String}
                AND stand_in_since <= now AND now < stand_in_until))
        AND (arrayExists((path, post) -> role = post
            AND (organisation = path OR startsWith(organisation, concat(path, '/'))),
            {paths:Array(String)}, {roles:Array(String)})
            OR (stand_in = {officer:String} AND stand_in_since <= now
                AND now < stand_in_until))
)
WHERE (rank, step_id) > ({after_r:Int64}, {after_s:String})
ORDER BY rank, step_id
LIMIT {limit:UInt32}
"""
_FIRST: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Work:
    """One step to be done, with what the line shows of its case."""

    step: Step
    case_number: str
    applicant_ref: str


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Some steps and how to go on."""

    items: tuple[Work, ...]
    next: str | None


def worklist(
    store: Store,
    officer: Actor,
    now: datetime,
    cursor: str | None = None,
    limit: int = PAGE,
) -> WorkPage:
    """Give the open steps at organisations where the officer holds the step's role, or on which
    they stand in at `now`, claimed by them, by nobody, or by whom they stand in for; the soonest
    due first. Two queries a page.

    Raises:
        BadCursor, StoreUnavailable.
    """
    rank, step_id = read_cursor(cursor, 2) if cursor is not None else (str(_FIRST), "")
    rows = store.rows(
        _WORKLIST,
        {
            "officer": officer.officer_id,
            "paths": [post.organisation for post in officer.posts],
            "roles": [post.role for post in officer.posts],
            "now": milliseconds(now),
            "after_r": int(rank),
            "after_s": step_id,
            "limit": limit + 1,
        },
    )
    following = None
    if len(rows) > limit:
        following = write_cursor(rows[limit - 1]["rank"], rows[limit - 1]["step_id"])
    steps = [step_of(row) for row in rows[:limit]]
    cases = _cases(store, sorted({step.case_id for step in steps}))
    return WorkPage(
        tuple(Work(step, *cases.get(step.case_id, ("", ""))) for step in steps), following
    )


def _cases(store: Store, case_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    if not case_ids:
        return {}
    wanted: dict[str, Any] = {"case_ids": list(case_ids)}
    rows = store.rows(
        "SELECT case_id, case_number, applicant_ref FROM cases"
        " WHERE case_id IN {case_ids:Array(String)}",
        wanted,
    )
    return {row["case_id"]: (row["case_number"], row["applicant_ref"]) for row in rows}
