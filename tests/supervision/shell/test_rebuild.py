"""Read models made anew beside the live ones."""

from __future__ import annotations

import threading

import pytest

from services.supervision.shell.rebuild import BESIDE, drop_leftovers, rebuild
from services.supervision.shell.store.checksums import READ_MODELS, table_sums
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.positions import PROVED
from services.supervision.shell.store.views import chunks, views
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Log
from tests.supervision.streams import Life

pytestmark = pytest.mark.engine


def cases(first: int, last: int) -> Log:
    log = Log()
    for number in range(first, last + 1):
        life = Life(log, number)
        life.submit(notices=number % 2)
        life.accept()
        life.work(1, "decide")
    return log


def nothing(_table: str, _done: int, _total: int) -> None:
    return


def leftovers(store: Store) -> int:
    return int(
        store.rows(
            "SELECT count() AS number FROM system.tables WHERE database = {db:String}"
            " AND position(name, {beside:String}) > 0",
            {"db": store.database, "beside": BESIDE},
        )[0]["number"]
    )


def test_a_rebuilt_table_says_the_same_and_goes_on_being_fed(store: Store) -> None:
    project(store, cases(1, 3))
    before = table_sums(store)
    told: list[tuple[str, int, int]] = []
    found = rebuild(store, lambda *news: told.append(news))
    assert [r.table for r in found] == list(READ_MODELS)
    assert all(r.equal and r.swapped for r in found)
    assert table_sums(store) == before
    assert told[-1][1] == told[-1][2] == before["events"].rows
    insert(store, cases(4, 4).messages, first=9)
    after = table_sums(store)
    assert after["cases_v1"].rows == 4
    assert after["steps_v1"].rows == 4
    assert leftovers(store) == 0


def test_a_table_that_lost_rows_is_named_and_left_alone_unless_told(store: Store) -> None:
    project(store, cases(1, 3))
    store.command("TRUNCATE TABLE steps_v1")
    (refused,) = rebuild(store, nothing, ("steps_v1",))
    assert (refused.before.rows, refused.after.rows, refused.swapped) == (0, 3, False)
    assert leftovers(store) == 0
    (taken,) = rebuild(store, nothing, ("steps_v1",), accept_difference=True)
    assert taken.swapped
    assert table_sums(store)["steps_v1"].rows == 3


def test_what_comes_in_meanwhile_is_in_the_rebuilt_tables(store: Store) -> None:
    project(store, cases(1, 5))
    arriving = cases(6, 30).messages
    inserting = threading.Thread(
        target=insert, args=(store, *(arriving[n : n + 20] for n in range(0, len(arriving), 20)))
    )
    inserting.start()
    found = rebuild(store, nothing)
    inserting.join()
    assert all(r.swapped for r in found)
    live = table_sums(store)
    assert live["cases_v1"].rows == 30
    assert all(r.equal for r in rebuild(store, nothing))
    assert table_sums(store) == live


def test_events_that_a_rebuild_from_the_log_brought_in_go_through_a_view_once(
    store: Store,
) -> None:
    insert(store, cases(1, 3).messages, first=PROVED)
    assert rebuild(store, nothing, ("cases_v1",))[0].swapped
    rows = store.rows("SELECT count() AS number FROM cases_v1")[0]["number"]
    assert rows == 3  # not merged yet: each event that goes through adds a row


def test_what_a_killed_rebuild_left_is_in_nobodys_way(store: Store) -> None:
    project(store, cases(1, 2))
    store.command(f"CREATE TABLE steps_v1{BESIDE} AS steps_v1")
    (view,) = [v for v in views(store) if v.name == "steps_v1_of_events"]
    store.command(
        f"CREATE MATERIALIZED VIEW {view.name}{BESIDE}__feed TO steps_v1{BESIDE} AS {view.select}"
    )
    drop_leftovers(store)
    assert leftovers(store) == 0
    assert rebuild(store, nothing, ("steps_v1",))[0].equal


def test_an_unknown_table_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no view feeds nothing_v1"):
        rebuild(store, nothing, ("nothing_v1",))


def test_chunks_are_ranges_of_keys_that_leave_nothing_out(store: Store) -> None:
    project(store, cases(1, 3))
    events = table_sums(store)["events"].rows
    for size in (1, 10, 10_000):
        found = chunks(store, size)
        assert sum(c.events for c in found) == events
        assert [c.end for c in found[:-1]] == [c.first for c in found[1:]]
        assert (found[0].first, found[-1].end) == ("", None)
