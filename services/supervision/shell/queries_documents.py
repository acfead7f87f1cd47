"""The case of a result document, by the number on the paper."""

from __future__ import annotations

from services.supervision.shell.queries_cases import WholeCase, whole_case
from services.supervision.shell.store.engine import Store


def case_of_document(store: Store, number: str) -> WholeCase | None:
    """Give the case whose result document has this number (`document_number`, which tells the
    year); None where there is none.

    Raises:
        StoreUnavailable: the store is away.
    """
    year = int(number[6:10])
    rows = store.rows(
        "SELECT key FROM events WHERE topic = 'case.review.events.v1'"
        " AND type IN ('cn.cunban.result.issued.v1', 'cn.cunban.result.reissued.v1')"
        # The year is the county's; a day on each side is more than any zone.
        " AND toYear(occurred_at + INTERVAL 1 DAY) >= {year:UInt16}"
        " AND toYear(occurred_at - INTERVAL 1 DAY) <= {year:UInt16}"
        " AND JSONExtractString(value, 'document_number') = {number:String} LIMIT 1",
        {"number": number, "year": year},
    )
    return whole_case(store, rows[0]["key"]) if rows else None
