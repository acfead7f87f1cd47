"""上报件: which open cases lie at a higher authority, by what routing says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from schemas.events.routing import CaseCompleted
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from services.supervision.shell.queries_cases import Act, Case
from services.supervision.shell.store.engine import Store

_TYPES: Final = (CaseReportedUp.type, ExternalResultRecorded.type, CaseCompleted.type)


@dataclass(frozen=True, slots=True)
class AtSuperior:
    """A case that is with the city or province. Instants in UTC."""

    step_id: str
    """Which sent it up; there its result is recorded."""
    organisation: str
    since: datetime
    due_at: datetime
    """By when the authority should have decided; held against nobody here."""


def at_superior(trace: Iterable[Act]) -> AtSuperior | None:
    """Say where a case with this trace lies, by the last that routing said; None where it is not
    away."""
    told = [act for act in trace if act.type in _TYPES]
    last = max(told, key=lambda act: act.sequence, default=None)
    return None if last is None else _away(last.type, last.fact)


def cases_at_superior(store: Store, cases: Sequence[Case]) -> dict[str, AtSuperior]:
    """Give, by case id, those of `cases` that are away. Asks nothing where none can be.

    Raises:
        StoreUnavailable: the store is away.
    """
    return away_among(
        store, [c.case_id for c in cases if c.kind == "report_up" and c.completed_at is None]
    )


def away_among(store: Store, wanted: Sequence[str]) -> dict[str, AtSuperior]:
    """Give, by case id, those of the `wanted` that are away. Asks nothing where none is wanted.

    Raises:
        StoreUnavailable: the store is away.
    """
    if not wanted:
        return {}
    rows = store.rows(
        "SELECT key, argMax(type, sequence) AS last, argMax(value, sequence) AS fact FROM events"
        " WHERE topic = 'case.routing.events.v1' AND key IN {wanted:Array(String)}"
        " AND type IN {types:Array(String)} GROUP BY key",
        {"wanted": list(wanted), "types": list(_TYPES)},
    )
    found = {row["key"]: _away(row["last"], orjson.loads(row["fact"])) for row in rows}
    return {case_id: away for case_id, away in found.items() if away is not None}


def _away(of_type: str, fact: Mapping[str, Any]) -> AtSuperior | None:
    if of_type != CaseReportedUp.type:
        return None
    told = CaseReportedUp.model_validate(fact)
    term = told.external
    return AtSuperior(told.step_id, told.organisation, term.started_at, term.due_at)
