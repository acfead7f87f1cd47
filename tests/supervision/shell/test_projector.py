"""The projector on the real engine, with a log in memory that can be made to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.runtime import clock
from services.runtime.dead_letters import TooManyDeadLetters
from services.supervision.shell import projector as projectors
from services.supervision.shell.store.checksums import table_sums
from services.supervision.shell.store.engine import Address, Store
from services.supervision.shell.store.positions import Marks, marks
from services.supervision.shell.store.views import views
from tests.supervision.conftest import empty
from tests.supervision.inserting import insert, project
from tests.supervision.log_of import Kept
from tests.supervision.projecting import LIMIT_SECONDS, Tape, events, lives, projecting
from tests.supervision.streams import case_id

pytestmark = pytest.mark.engine


async def test_the_whole_log_comes_into_the_tables_and_is_then_fresh(store: Store) -> None:
    log = lives(1, 5)
    async with projecting(Tape(log), store) as running:
        await running.until_fresh()
        assert events(store) == len(log.messages)
        lag = running.fresh.lag_seconds(clock.now())
        assert lag is not None
        assert lag < LIMIT_SECONDS


async def test_what_is_appended_later_is_told_to_those_who_listen(store: Store) -> None:
    log = lives(1, 1)
    async with projecting(Tape(log), store) as running:
        await running.until_fresh()
        async with running.changes.listening() as queue:
            lives(2, 2, log)
            change = await asyncio.wait_for(queue.get(), LIMIT_SECONDS)
        assert change.cases == (case_id(2),)
        assert change.officers == ()
        assert not change.more


async def test_a_start_goes_on_from_the_rows_and_repeats_the_latest_insert(store: Store) -> None:
    log = lives(1, 4)
    half = len(log.messages) // 2
    insert(store, log.messages[:half], log.messages[half : half + 3])
    repeated = {(m.topic, m.partition) for m in log.messages[half : half + 3]}
    tape = Tape(log)
    async with projecting(tape, store) as running:
        await running.until_fresh()
    (following,) = tape.begun
    for partition, offset in following.items():
        known = [m for m in log.messages if (m.topic, m.partition) == partition]
        latest = [m for m in log.messages[half : half + 3] if m in known]
        first = latest[0].offset if partition in repeated else None
        before = [m.offset for m in known if m in log.messages[:half]]
        assert offset == (first if first is not None else before[-1] + 1)
    assert events(store) == len(log.messages)


@pytest.mark.parametrize("lost", ["cases_v1", "steps_v1", "acts_v1", "events"])
async def test_an_insert_that_a_kill_cut_in_two_is_whole_after_the_next_start(
    store: Store, lost: str
) -> None:
    log = lives(1, 6)
    project(store, log)
    whole = table_sums(store)
    empty(store)
    third = len(log.messages) // 3
    insert(store, log.messages[:third])
    cut_in_two(store, log.messages[third : 2 * third], lost)
    async with projecting(Tape(log), store) as running:
        await running.until_fresh()
    assert table_sums(store) == whole


async def test_a_second_kill_while_the_cut_insert_is_repeated_loses_nothing(store: Store) -> None:
    log = lives(1, 6)
    project(store, log)
    whole = table_sums(store)
    empty(store)
    third = len(log.messages) // 3
    insert(store, log.messages[:third])
    cut = log.messages[third : 2 * third]
    cut_in_two(store, cut, "cases_v1")
    standing = marks(store)
    # The next start repeats a part of it, whole, and is killed, too.
    one = (cut[0].topic, cut[0].partition)
    part = [m for m in cut if (m.topic, m.partition) == one]
    insert(store, part, first=standing.batch)
    standing.inserted({one: part[-1].offset + 1})
    assert standing.batch == marks(store).batch
    async with projecting(Tape(log), store) as running:
        await running.until_fresh()
    assert table_sums(store) == whole


def cut_in_two(store: Store, messages: Sequence[Kept], lost: str) -> None:
    """Leave what a kill inside an insert may leave: one of the tables lacks it."""
    if lost == "events":
        store.command("CREATE TABLE kept AS events")
        store.command("INSERT INTO kept SELECT * FROM events")
        insert(store, messages, first=2)
        store.command("EXCHANGE TABLES kept AND events")
        store.command("DROP TABLE kept")
        return
    (view,) = [v for v in views(store) if v.name == f"{lost}_of_events"]
    store.command(f"DROP TABLE {view.name}")
    insert(store, messages, first=2)
    store.command(view.create)


async def test_an_unreadable_message_goes_aside_with_its_position_and_the_next_are_read(
    store: Store,
) -> None:
    log = lives(1, 3)
    good = log.messages[5]
    log.messages[5] = replace(good, value=b'{"case_number": 1}')
    log.messages[9] = replace(log.messages[9], headers=[])
    log.messages[12] = replace(log.messages[12], key=b"another")
    log.messages[13] = replace(log.messages[13], value=None)
    async with projecting(Tape(log), store) as running:
        await running.until_fresh()
    assert [(t, p, o) for t, p, o, _ in running.aside.letters] == [
        (m.topic, m.partition, m.offset) for n, m in enumerate(log.messages) if n in (5, 9, 12, 13)
    ]
    assert [reason.partition(".")[0] for *_, reason in running.aside.letters] == [
        "value",
        "envelope",
        "envelope",
        "value",
    ]
    assert events(store) == len(log.messages) - 4


async def test_too_many_unreadable_messages_stop_it(store: Store) -> None:
    log = lives(1, 60)
    log.messages[:] = [replace(m, headers=[]) for m in log.messages]
    with pytest.raises(TooManyDeadLetters):
        async with projecting(Tape(log, cut=200), store) as running:
            await running.task
    assert events(store) == 0


async def test_a_store_that_is_away_is_waited_for_and_said_so(
    store: Store, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projectors, "BACK_OFF", (0.01,))
    log = lives(1, 2)
    nowhere = Address("clickhouse://nobody@127.0.0.1:9/tested")
    opened = Store(nowhere)
    async with projecting(Tape(log), opened) as running:
        await running.until(lambda: running.fresh.store_since is not None)
        since = running.fresh.store_since
        assert running.fresh.as_of is None
        opened.address = store.address
        await running.until_fresh()
        assert running.fresh.store_since is None
    assert since is not None
    assert events(store) == len(log.messages)
    opened.close()


async def test_a_log_that_is_away_is_waited_for_and_nothing_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projectors, "BACK_OFF", (0.01, 0.01, 0.01))
    log = lives(1, 3)
    tape = Tape(log)
    async with projecting(tape, store) as running:
        await running.until_fresh()
        tape.away = True
        await running.until(lambda: running.fresh.log_since is not None)
        lives(4, 4, log)
        tape.away = False
        await running.until(lambda: running.fresh.log_since is None)
        await running.until_fresh()
    assert events(store) == len(log.messages)


async def test_stopping_brings_in_what_was_read(store: Store) -> None:
    log = lives(1, 3)
    tape = Tape(log)
    async with projecting(tape, store) as running:
        await running.until(lambda: bool(tape.begun))
    given = log.messages[: tape._given]
    assert events(store) == len(given)


def test_marks_stay_the_same_until_the_cut_insert_is_whole_again() -> None:
    standing = Marks(batch=5, unproved={("t", 0): 10, ("t", 1): 4})
    standing.inserted({("t", 0): 12})
    assert standing.batch == 5
    standing.inserted({("t", 1): 4})
    assert standing.batch == 6
