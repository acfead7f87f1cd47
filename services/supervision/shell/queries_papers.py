"""What an applicant has handed in and been given before, off the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from services.supervision.shell.store.engine import Store

MOST_CASES: Final = 50
_SUBMITTED: Final = "cn.cunban.application.submitted.v1"
_SUPPLEMENTED: Final = "cn.cunban.application.supplemented.v1"
_ISSUED: Final = "cn.cunban.result.issued.v1"
_REISSUED: Final = "cn.cunban.result.reissued.v1"
_REVOKED: Final = "cn.cunban.result.revoked.v1"
_CORRECTED: Final = "cn.cunban.result.corrected.v1"


@dataclass(frozen=True, slots=True)
class PaperOrResult:
    """One event that brought papers, or gave a result."""

    type: str
    occurred_at: datetime
    fact: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """An accepted case of the applicant and what it brought, in the order in which it came."""

    case_id: str
    case_number: str
    item: str
    item_version: int
    organisation: str
    accepted_at: datetime
    brought: tuple[PaperOrResult, ...]

    @property
    def materials(self) -> list[tuple[datetime, Mapping[str, Any]]]:
        """Every paper handed in, with when."""
        return [
            (found.occurred_at, material)
            for found in self.brought
            if found.type in (_SUBMITTED, _SUPPLEMENTED)
            for material in found.fact["materials"]
        ]

    @property
    def results(self) -> list[Mapping[str, Any]]:
        """Every result document that holds: issued and neither revoked nor replaced since, as it
        was corrected."""
        standing: dict[str, Mapping[str, Any]] = {}
        for found in self.brought:
            number = found.fact.get("document_number", "")
            if found.type == _ISSUED:
                standing[number] = found.fact
            elif found.type == _REISSUED:
                standing.pop(found.fact["replaces"], None)
                standing[number] = found.fact
            elif found.type == _REVOKED:
                standing.pop(number, None)
            elif found.type == _CORRECTED and number in standing:
                standing[number] = {**standing[number], found.fact["what"]: found.fact["new"]}
        return list(standing.values())


def earlier_cases(store: Store, applicant_ref: str) -> tuple[EarlierCase, ...]:
    """Give the applicant's accepted cases of our own, the latest first, fifty at most.

    Three queries, whatever is found.

    Raises:
        StoreUnavailable: the store is away.
    """
    found = store.rows(
        "SELECT case_id FROM cases"
        " WHERE source = 'cunban' AND applicant_ref = {ref:String} AND accepted_at IS NOT NULL"
        " ORDER BY accepted_at DESC, case_id LIMIT {limit:UInt32}",
        {"ref": applicant_ref, "limit": MOST_CASES},
    )
    if not found:
        return ()
    cases = store.rows(
        "SELECT case_id, case_number, item, item_version, organisation, accepted_at FROM cases"
        " WHERE case_id IN {case_ids:Array(String)} ORDER BY accepted_at DESC, case_id",
        {"case_ids": [row["case_id"] for row in found]},
    )
    rows = store.rows(
        "SELECT key, type, occurred_at, value FROM events FINAL"
        " WHERE topic IN ('case.intake.events.v1', 'case.review.events.v1')"
        " AND key IN {case_ids:Array(String)} AND type IN {types:Array(String)}"
        " ORDER BY occurred_at, topic, sequence",
        {
            "case_ids": [row["case_id"] for row in cases],
            "types": [_SUBMITTED, _SUPPLEMENTED, _ISSUED, _REISSUED, _REVOKED, _CORRECTED],
        },
    )
    brought: dict[str, tuple[PaperOrResult, ...]] = {}
    for row in rows:
        paper = PaperOrResult(row["type"], row["occurred_at"], orjson.loads(row["value"]))
        brought[row["key"]] = (*brought.get(row["key"], ()), paper)
    return tuple(EarlierCase(**row, brought=brought.get(row["case_id"], ())) for row in cases)
