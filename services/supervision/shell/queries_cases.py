"""Lists of cases, one case, and what the public sees of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from services.supervision.shell.queries import (
    CaseFilter,
    Scope,
    all_of,
    conditions,
    milliseconds,
    scoped_list,
)
from services.supervision.shell.queries_cursor import read_cursor, write_cursor
from services.supervision.shell.queries_steps import Step, step_of
from services.supervision.shell.store.engine import Row, Store

PAGE: Final = 50
_NEVER: Final = 1 << 53
"""In milliseconds: later than every deadline."""
_COLUMNS: Final = (
    "case_id, source, case_number, item, item_version, kind, organisation, department, officer_id,"
    " channel, applicant_ref, status, submitted_at, accepted_at, completed_at, ended_at, outcome,"
    " shape, answer_due_at, promised_due_at, legal_due_at, due_at, provisional, intake_version,"
    " routing_version, review_version"
)
_ORDER: Final = (
    "(completed_at IS NOT NULL OR ended_at IS NOT NULL) AS settled,"
    f" ifNull(toUnixTimestamp64Milli(due_at), {_NEVER}) AS rank"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as lists show it. Instants in UTC."""

    case_id: str
    source: str
    case_number: str
    item: str
    item_version: int
    kind: str
    organisation: str
    """Where it was accepted, before that where it was handed in."""
    department: str
    officer_id: str
    """Who accepted it; of an imported case the one responsible."""
    channel: str
    applicant_ref: str
    status: str
    """drafted, submitted, deficiency_notified, supplemented, accepted, completed, not_accepted,
    withdrawn; unknown while its beginning is still on the way."""
    submitted_at: datetime | None
    accepted_at: datetime | None
    completed_at: datetime | None
    ended_at: datetime | None
    """Not accepted or withdrawn."""
    outcome: str
    shape: str
    answer_due_at: datetime | None
    promised_due_at: datetime | None
    legal_due_at: datetime | None
    due_at: datetime | None
    """The deadline that runs now; None where it waits for the applicant, or there is none."""
    provisional: bool
    intake_version: int
    routing_version: int
    review_version: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of the case as it was set; `services.kernel.clock` explains it day by day."""

    limit: int
    unit: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    calendar_version: str


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trace (痕迹): what, by whom, where, to the second."""

    topic: str
    sequence: int
    event_id: str
    type: str
    occurred_at: datetime
    officer_id: str
    """`applicant` or `system` where no officer acted."""
    organisation: str
    fact: Mapping[str, Any]
    """The event itself."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases and how to go on."""

    items: tuple[Case, ...]
    next: str | None
    holders: Mapping[str, tuple[Step, ...]]
    """By case id: the steps that are open, so where the case lies."""


@dataclass(frozen=True, slots=True)
class WholeCase:
    """Everything about one case."""

    case: Case
    clocks: Mapping[str, Clock]
    """`answer`, `legal`, `promised`, as far as they were set."""
    steps: tuple[Step, ...]
    trace: tuple[Act, ...]


def list_cases(
    store: Store,
    scope: Scope,
    asked: CaseFilter,
    now: datetime,
    cursor: str | None = None,
    limit: int = PAGE,
) -> CasePage:
    """Give cases with the least time left first; settled ones after them, without deadline last.

    Two queries a page, whatever is on it.

    Raises:
        BadCursor, StoreUnavailable.
    """
    parameters: dict[str, Any] = {"now": milliseconds(now), "limit": limit + 1}
    where = [scoped_list(scope, asked, parameters), *conditions(asked, parameters)]
    if cursor is not None:
        settled, rank, case_id = read_cursor(cursor, 3)
        parameters |= {"after_s": int(settled), "after_r": int(rank), "after_c": case_id}
        where.append(
            "(settled, rank, case_id) > ({after_s:UInt8}, {after_r:Int64}, {after_c:String})"
        )
    rows = store.rows(
        f"SELECT {_COLUMNS}, {_ORDER} FROM cases WHERE {all_of(where)}"
        " ORDER BY settled, rank, case_id LIMIT {limit:UInt32}",
        parameters,
    )
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = write_cursor(int(last["settled"]), last["rank"], last["case_id"])
    cases = tuple(_case(row) for row in rows[:limit])
    return CasePage(cases, following, _holders(store, [c.case_id for c in cases]))


def count_cases(store: Store, scope: Scope, asked: CaseFilter, now: datetime) -> int:
    """Give how many cases the list has in all.

    Raises:
        StoreUnavailable: the store is away.
    """
    parameters: dict[str, Any] = {"now": milliseconds(now)}
    where = [scoped_list(scope, asked, parameters), *conditions(asked, parameters)]
    rows = store.rows(
        f"SELECT count() AS number FROM cases WHERE {all_of(where)}",
        parameters,
    )
    return int(rows[0]["number"])


def whole_case(store: Store, case_id: str) -> WholeCase | None:
    """Give a case with steps, clocks and trace; None where nothing is known of it. Whether it may
    be seen is for the caller to say, by organisation of case and steps.

    Raises:
        StoreUnavailable: the store is away.
    """
    wanted = {"case_id": case_id}
    found = store.rows(f"SELECT {_COLUMNS} FROM cases WHERE case_id = {{case_id:String}}", wanted)
    if not found:
        return None
    clocks = store.rows("SELECT * FROM case_clocks WHERE case_id = {case_id:String}", wanted)
    steps = store.rows(
        "SELECT * FROM steps WHERE case_id = {case_id:String} ORDER BY stage, number", wanted
    )
    return WholeCase(
        case=_case(found[0]),
        clocks=_clocks(clocks[0]) if clocks else {},
        steps=tuple(step_of(row) for row in steps if row["opened_at"] is not None),
        trace=trace(store, case_id),
    )


def trace(store: Store, case_id: str) -> tuple[Act, ...]:
    """Give every event of the case, as it happened: by time, then as the broker took them in.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT topic, sequence, event_id, type, occurred_at, actor, source, value"
        " FROM events FINAL WHERE key = {case_id:String} AND topic IN ("
        "'case.intake.events.v1', 'case.routing.events.v1', 'case.review.events.v1',"
        " 'case.supervision.events.v1', 'case.external.events.v1')"
        " ORDER BY occurred_at, appended_at, topic, sequence",
        {"case_id": case_id},
    )
    return tuple(
        Act(
            topic=row["topic"],
            sequence=row["sequence"],
            event_id=row["event_id"],
            type=row["type"],
            occurred_at=row["occurred_at"],
            officer_id=row["actor"],
            organisation=row["source"],
            fact=orjson.loads(row["value"]),
        )
        for row in rows
    )


def case_by_number(store: Store, number: str) -> WholeCase | None:
    """Give one of the county's own cases by its number; None where there is none.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT case_id FROM cases WHERE source = 'cunban' AND case_number = {number:String}"
        " LIMIT 1",
        {"number": number},
    )
    return whole_case(store, rows[0]["case_id"]) if rows else None


def _case(row: Row) -> Case:
    return Case(**{name: row[name] for name in Case.__slots__})


def _holders(store: Store, case_ids: Sequence[str]) -> dict[str, tuple[Step, ...]]:
    if not case_ids:
        return {}
    rows = store.rows(
        "SELECT * FROM steps WHERE case_id IN {case_ids:Array(String)}"
        " AND opened_at IS NOT NULL AND closed_at IS NULL ORDER BY due_at, step_id",
        {"case_ids": list(case_ids)},
    )
    found: dict[str, tuple[Step, ...]] = {}
    for row in rows:
        found[row["case_id"]] = (*found.get(row["case_id"], ()), step_of(row))
    return found


def _clocks(row: Row) -> dict[str, Clock]:
    found = {}
    for name in ("answer", "legal", "promised"):
        term = dict(row[name])
        if term.pop("sequence"):
            found[name] = Clock(**term)
    return found
