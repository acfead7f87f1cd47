"""The case of a result document, by the number on the paper."""

from __future__ import annotations

from services.supervision.shell.queries_cases import WholeCase, whole_case
from services.supervision.shell.store.engine import Store


def case_of_document(store: Store, number: str) -> WholeCase | None:
    """Give the case whose result document has this number (`document_number`);
    None where there is none.

    Raises:
        StoreUnavailable: the store is away.
    """
    rows = store.rows(
        "SELECT case_id FROM numbers WHERE number = {number:String} AND kind = 'document'"
        " ORDER BY case_id LIMIT 1",
        {"number": number},
    )
    return whole_case(store, rows[0]["case_id"]) if rows else None
