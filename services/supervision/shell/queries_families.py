"""The cases of a family, off the tables."""

from __future__ import annotations

from typing import Final

from services.supervision.core.families import Family, ResultState, Sibling, result_state
from services.supervision.shell.queries_superior import away_among
from services.supervision.shell.store.engine import Row, Store

_MEMBERS: Final = """
SELECT case_id, case_number, item, organisation, status, outcome, due_at, completed_at, kind
FROM cases
WHERE case_id IN (SELECT case_id FROM families WHERE family_id = {family:String})
ORDER BY case_id
"""
_RESULTS: Final = """
SELECT case_id, issued.sequence > 0 AS issued, delivered, revoked,
    place.state IN ('ready', 'returned') AS ready,
    place.state IN ('under_way', 'lost') AS under_way,
    place.organisation AS ready_place
FROM (SELECT * FROM results_v1 FINAL WHERE case_id IN {case_ids:Array(String)})
WHERE begun > 0 OR issued OR ready OR under_way OR delivered OR revoked
"""


def family_by_id(store: Store, family_id: str) -> Family | None:
    """Give a family with its cases by case id; None where none is known.

    Raises:
        StoreUnavailable: the store is away.
    """
    wanted = {"family": family_id}
    heads = store.rows(
        "SELECT topic, topic_version, members FROM families WHERE family_id = {family:String}"
        " ORDER BY case_id LIMIT 1",
        wanted,
    )
    if not heads:
        return None
    rows = store.rows(_MEMBERS, wanted)
    results = store.rows(_RESULTS, {"case_ids": [row["case_id"] for row in rows]})
    by_case = {row["case_id"]: row for row in results}
    away = away_among(store, [r["case_id"] for r in rows if r.pop("kind") == "report_up"])
    return Family(
        family_id=family_id,
        cases=tuple(
            _sibling({**row, "at_superior": row["case_id"] in away}, by_case.get(row["case_id"]))
            for row in rows
        ),
        **{name: heads[0][name] for name in ("topic", "topic_version", "members")},
    )


def _sibling(row: Row, result: Row | None) -> Sibling:
    state: ResultState = "none"
    if result is not None:
        names = ("issued", "ready", "delivered", "revoked", "under_way")
        state = result_state(*(bool(result[name]) for name in names))
    place = result["ready_place"] if result is not None and state == "ready" else ""
    return Sibling(**row, result=state, ready_place=place)
