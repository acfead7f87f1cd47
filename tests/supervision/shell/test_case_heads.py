"""The narrow table that lists and figures go by says of each case what the wide one says."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.shell.store.engine import Row, Store
from tests.schemas.examples import all_examples
from tests.supervision.conftest import empty
from tests.supervision.drawn_streams import logs
from tests.supervision.inserting import insert
from tests.supervision.log_of import Kept

pytestmark = pytest.mark.engine
_COLUMNS: Final = (
    "case_id, source, case_number, item, organisation, officer_id, applicant_ref, status,"
    " accepted_at, completed_at, ended_at, promised_due_at, legal_due_at, due_at"
)


def told_by(store: Store, table: str) -> list[Row]:
    return store.rows(f"SELECT {_COLUMNS} FROM {table} ORDER BY case_id")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_heads_say_what_cases_say_however_far_the_streams_have_come(
    store: Store, data: st.DataObject
) -> None:
    messages = data.draw(logs()).messages
    empty(store)
    insert(store, messages[: data.draw(st.integers(1, len(messages)))])
    assert told_by(store, "case_heads") == told_by(store, "cases")
    insert(store, messages, first=2)
    assert told_by(store, "case_heads") == told_by(store, "cases")


def test_every_example_of_a_case_has_its_head(store: Store) -> None:
    for offset, e in enumerate(all_examples()):
        insert(store, [Kept(e.topic, 0, offset, 1_740_000_000_000, e.key, e.value, e.headers)])
    heads = store.rows("SELECT case_id FROM case_heads ORDER BY case_id")
    assert heads == store.rows("SELECT case_id FROM cases ORDER BY case_id")
