"""Numbered SQL: applied once, in order, never altered."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

import pytest

from services.supervision.shell.store.checksums import table_sums
from services.supervision.shell.store.current import CURRENT, current_schema
from services.supervision.shell.store.engine import Address, Store, StoreUnavailable
from services.supervision.shell.store.mend import mend_views
from services.supervision.shell.store.migrate import (
    Migration,
    MigrationAltered,
    MigrationHalfDone,
    migrate,
    migrations,
    statements,
)
from services.supervision.shell.store.verification import differences
from services.supervision.shell.store.views import views
from tests.supervision.inserting import insert
from tests.supervision.log_of import Log
from tests.supervision.shell.test_any_order_any_repeats import tables
from tests.supervision.streams import Life

pytestmark = pytest.mark.engine
FIRST = Migration(
    1, "first", "CREATE TABLE {db}.one (n UInt8) ENGINE = {engine:MergeTree}\nORDER BY n;\n"
)
SECOND = Migration(2, "second", "-- more\nALTER TABLE {db}.one ADD COLUMN m UInt8;\n")


@pytest.fixture
def address(dsn: str, request: pytest.FixtureRequest) -> Address:
    name = uuid5(NAMESPACE_OID, request.node.nodeid).hex[:12]
    return Address(dsn, f"m{name}")


def test_what_is_missing_is_applied_and_nothing_twice(address: Address) -> None:
    assert migrate(address, (FIRST,)) == ("0001_first",)
    assert migrate(address, (FIRST, SECOND)) == ("0002_second",)
    assert migrate(address, (FIRST, SECOND)) == ()
    store = Store(address)
    assert store.rows("SELECT n, m FROM one") == []
    store.close()


def test_a_file_altered_after_it_was_applied_is_refused(address: Address) -> None:
    migrate(address, (FIRST,))
    altered = replace(FIRST, sql=FIRST.sql + "-- a word more\n")
    with pytest.raises(MigrationAltered, match="0001_first"):
        migrate(address, (altered, SECOND))


def test_a_file_that_is_gone_is_missed(address: Address) -> None:
    migrate(address, (FIRST, SECOND))
    with pytest.raises(MigrationAltered, match="0002"):
        migrate(address, (FIRST,))


def test_a_statement_that_fails_is_named(address: Address) -> None:
    broken = Migration(2, "broken", "ALTER TABLE {db}.nowhere ADD COLUMN m UInt8;\n")
    with pytest.raises(MigrationHalfDone, match=r"0002_broken: ALTER TABLE \w+\.nowhere"):
        migrate(address, (FIRST, broken))


def test_on_a_cluster_every_table_is_replicated() -> None:
    address = Address("clickhouse://store:8123/cunban", "cunban", cluster="county")
    text = "\n".join(s for m in migrations() for s in statements(m.sql, address))
    assert not re.search(r"\{(db|on_cluster|engine)", text)
    made = text.count("CREATE ") + text.count("ALTER TABLE ")
    assert text.count("ON CLUSTER 'county'") == made
    assert (
        "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/cunban/events', '{replica}',"
        " earliest)" in text
    )
    assert "ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/cunban/cases_v1'" in text


def test_the_current_schema_in_the_project_is_what_the_migrations_make(address: Address) -> None:
    migrate(address)
    store = Store(address)
    assert current_schema(store) == CURRENT.read_text("utf-8")
    store.close()


def test_a_view_that_is_gone_is_made_again_with_what_its_table_missed(store: Store) -> None:
    log = Log()
    Life(log, 1).submit(notices=1)
    whole = tables(store, log.messages)
    (view,) = [v for v in views(store) if v.name == "cases_v1_of_events"]
    store.command("TRUNCATE TABLE events")
    store.command("TRUNCATE TABLE cases_v1")
    store.command(f"DROP TABLE {view.name}")
    insert(store, log.messages)
    assert mend_views(store) == (view.name,)
    assert mend_views(store) == ()
    assert table_sums(store) == whole


def test_a_new_view_is_given_what_came_in_before_there_was_one(address: Address) -> None:
    log = Log()
    Life(log, 1).submit(notices=1)
    migrate(address, migrations()[:7])
    store = Store(address)
    insert(store, log.messages)
    migrate(address)
    sums = table_sums(store)
    assert sums["cases_v2"].rows == sums["cases_v1"].rows == 1
    assert differences(store) == []
    store.close()


def test_a_store_that_does_not_answer_is_away_and_no_fault(dsn: str) -> None:
    nowhere = Store(Address("clickhouse://nobody@127.0.0.1:9/cunban"))
    with pytest.raises(StoreUnavailable):
        nowhere.rows("SELECT 1")
    with pytest.raises(StoreUnavailable):
        migrate(nowhere.address)


def test_reading_writes_nothing(store: Store) -> None:
    with pytest.raises(Exception, match=r"READONLY|readonly"):
        store.rows("INSERT INTO organisations (path) VALUES ('/x')")


@pytest.mark.parametrize("name", ["", "Cunban", "a b", "x;y", "1st"])
def test_only_plain_names_are_taken_for_a_database(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Address("chdb:///tmp/x", name)
