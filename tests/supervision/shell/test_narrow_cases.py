"""The flat form of cases says of each case what the form before it said."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.shell.queries_cases import _COLUMNS
from services.supervision.shell.store.engine import Row, Store
from services.supervision.shell.store.migrate import migrations, statements
from tests.schemas.examples import all_examples
from tests.supervision.conftest import empty
from tests.supervision.drawn_streams import logs
from tests.supervision.inserting import insert
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life

pytestmark = pytest.mark.engine


@pytest.fixture
def before(store: Store) -> str:
    """The SELECT of `cases` as 0004 put it together from the table with a tuple for each fact."""
    made = statements(migrations()[3].sql, store.address)
    (view,) = (sql for sql in made if "VIEW tested.cases " in sql)
    return view.partition(" AS\n")[2]


def told_by(store: Store, source: str) -> list[Row]:
    return store.rows(f"SELECT {_COLUMNS} FROM {source} ORDER BY case_id")


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_both_forms_say_the_same_however_far_the_streams_have_come(
    store: Store, before: str, data: st.DataObject
) -> None:
    messages = data.draw(logs()).messages
    empty(store)
    insert(store, messages[: data.draw(st.integers(1, len(messages)))])
    assert told_by(store, "cases") == told_by(store, f"({before})")
    insert(store, messages, first=2)
    assert told_by(store, "cases") == told_by(store, f"({before})")


def test_every_example_of_a_case_is_in_both_forms(store: Store, before: str) -> None:
    for offset, e in enumerate(all_examples()):
        insert(store, [Kept(e.topic, 0, offset, 1_740_000_000_000, e.key, e.value, e.headers)])
    both = (
        store.rows(f"SELECT case_id FROM {s} ORDER BY case_id") for s in ("cases", f"({before})")
    )
    assert next(both) == next(both)


def test_what_a_later_insert_has_ended_is_not_found_by_what_stood_before(store: Store) -> None:
    life = Life(Log(), 1)
    life.submit()
    life.accept()
    life.work(1, "decide")
    # Each event an insert of its own, nothing merged yet: the condition goes by the merged row.
    insert(store, *([kept] for kept in life.log.messages))
    assert store.rows("SELECT * FROM open_steps") == []
    assert store.rows("SELECT case_id FROM cases_v2 FINAL WHERE routing_version = 1") == []
    assert store.rows("SELECT count() AS n FROM cases WHERE status != 'accepted'") == [{"n": 0}]
