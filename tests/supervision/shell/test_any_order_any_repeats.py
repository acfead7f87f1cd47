"""The law of all read models, on the real engine: same events, same tables."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.shell.store.checksums import TableSum, table_sums
from services.supervision.shell.store.engine import Store
from tests.schemas.examples import all_examples
from tests.supervision.conftest import empty
from tests.supervision.drawn_streams import deliveries, logs
from tests.supervision.inserting import insert
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life

pytestmark = pytest.mark.engine


def tables(store: Store, *batches: Sequence[Kept]) -> dict[str, TableSum]:
    empty(store)
    insert(store, *batches)
    return table_sums(store)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_order_any_repeats_and_any_batches_give_the_same_tables(
    store: Store, data: st.DataObject
) -> None:
    messages = data.draw(logs()).messages
    delivered = data.draw(deliveries(messages))
    assert tables(store, *delivered) == tables(store, messages)


def test_every_stored_example_comes_into_the_tables(store: Store) -> None:
    log = [
        Kept(e.topic, 0, offset, 1_740_000_000_000, e.key, e.value, e.headers)
        for offset, e in enumerate(all_examples())
    ]
    first = tables(store, log)
    assert first["events"].rows == len(all_examples())
    assert all(first[name].rows > 0 for name in first), first
    assert tables(store, log[::-1], log[: len(log) // 2]) == first


def test_a_sum_changes_with_any_row_and_with_any_value(store: Store) -> None:
    log = Log()
    Life(log, 1).submit()
    one = tables(store, log.messages)
    Life(log, 2).submit()
    two = tables(store, log.messages)
    assert one["cases_v1"] != two["cases_v1"]
    assert one["events"] != two["events"]
