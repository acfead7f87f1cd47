"""From a real broker into the real engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer

from schemas.topics import event_topics, topics
from services.runtime.kafka_clients import admin_client, plain_producer, transactional_producer
from services.runtime.log_reader import LogReader, LogShorter, LogUnavailable
from services.runtime.topics_admin import Layout, apply_topics
from services.supervision.shell.rebuild_from_log import rebuild_from_log
from services.supervision.shell.store.checksums import table_sums
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.positions import marks
from services.supervision.shell.store.verification import differences, gaps, held
from tests.supervision.log_of import PARTITIONS, Kept
from tests.supervision.projecting import events, lives, projecting
from tests.support.broker import TestBroker

pytestmark = [pytest.mark.engine, pytest.mark.kafka]
LAYOUT = Layout(stream_partitions=PARTITIONS, replication=1, min_insync=1)


@pytest.fixture(scope="module")
def running_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestBroker]:
    """A broker of one's own: the names of the event topics are part of the contract."""
    made = TestBroker(tmp_path_factory.mktemp("broker"))
    asyncio.run(made.start())
    yield made
    asyncio.run(made.kill())


@pytest.fixture
async def broker(running_broker: TestBroker) -> TestBroker:
    """The broker with empty event topics."""
    admin = admin_client(running_broker.bootstrap)
    await admin.start()
    try:
        there = set(event_topics()) & set(await admin.list_topics())
        await admin.delete_topics(sorted(there))
        async with asyncio.timeout(30):
            while there & set(await admin.list_topics()):  # noqa: ASYNC110 - the broker tells nobody
                await asyncio.sleep(0.05)
    finally:
        await admin.close()
    declared = [topic for topic in topics() if topic.kind == "events"]
    await apply_topics(running_broker.bootstrap, LAYOUT, declared)
    return running_broker


@asynccontextmanager
async def producing(producer: AIOKafkaProducer) -> AsyncIterator[AIOKafkaProducer]:
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: AIOKafkaProducer, messages: Sequence[Kept]) -> None:
    for m in messages:
        await producer.send(m.topic, m.value, m.key, m.partition, headers=list(m.headers))
    await producer.flush()


def reader(broker: TestBroker) -> LogReader:
    return LogReader(broker.bootstrap, event_topics())


async def test_committed_events_come_in_aborted_ones_never_and_the_end_is_known(
    broker: TestBroker, store: Store
) -> None:
    log = lives(1, 4)
    half = len(log.messages) // 2
    async with producing(transactional_producer(broker.bootstrap, "tested")) as producer:
        await producer.begin_transaction()
        await send(producer, log.messages[:half])
        await producer.abort_transaction()
        await producer.begin_transaction()
        await send(producer, log.messages[:half])
        await producer.commit_transaction()
        async with projecting(reader(broker), store) as running:
            # Fresh, although markers of transactions are the last thing in each partition.
            await running.until_fresh()
            assert events(store) == half
            await producer.begin_transaction()
            await send(producer, log.messages[half:])
            await running.until_fresh()
            assert events(store) == half
            await producer.commit_transaction()
            await running.until(lambda: events(store) == len(log.messages))
    assert gaps(store) == []
    assert differences(store) == []


async def test_a_broker_killed_and_back_loses_nothing(broker: TestBroker, store: Store) -> None:
    log = lives(1, 4)
    half = len(log.messages) // 2
    async with projecting(reader(broker), store) as running:
        async with producing(plain_producer(broker.bootstrap)) as producer:
            await send(producer, log.messages[:half])
        await running.until_fresh()
        await broker.kill()
        await running.until(lambda: running.fresh.log_since is not None)
        await broker.start()
        async with producing(plain_producer(broker.bootstrap)) as producer:
            await send(producer, log.messages[half:])
        await running.until(lambda: events(store) == len(log.messages))
        await running.until(lambda: running.fresh.log_since is None)


async def test_all_tables_are_made_anew_from_the_log_while_it_grows(
    broker: TestBroker, store: Store
) -> None:
    log = lives(1, 10)
    async with producing(plain_producer(broker.bootstrap)) as producer:
        await send(producer, log.messages)
        async with projecting(reader(broker), store) as running:
            await running.until_fresh()
            later = lives(11, 20, log).messages[len(log.messages) // 2 :]
            sending = asyncio.create_task(send(producer, later))
            told: list[tuple[int, int]] = []
            found = await rebuild_from_log(
                reader(broker),
                store,
                lambda *news: told.append(news),
            )
            assert found.equal
            assert found.swapped
            await sending
            await running.until_fresh()
    assert events(store) == len(log.messages)
    assert table_sums(store)["cases_v1"].rows == 20
    assert differences(store) == []
    assert told


async def test_lost_rows_are_found_and_brought_back_from_the_log(
    broker: TestBroker, store: Store
) -> None:
    log = lives(1, 6)
    async with producing(plain_producer(broker.bootstrap)) as producer:
        await send(producer, log.messages)
    async with projecting(reader(broker), store) as running:
        await running.until_fresh()
    whole = table_sums(store)
    until = {p: end + 1_000 for p, end in marks(store).following.items()}
    digests = held(store, until)
    store.command("DELETE FROM events WHERE sequence = 3")
    assert held(store, until) != digests
    assert gaps(store) != []
    refused = await rebuild_from_log(reader(broker), store, lambda *_: None)
    assert (refused.equal, refused.swapped) == (False, False)
    taken = await rebuild_from_log(reader(broker), store, lambda *_: None, accept_difference=True)
    assert taken.swapped
    assert table_sums(store) == whole
    assert held(store, until) == digests


async def test_a_log_that_ends_before_the_tables_is_another_log(
    broker: TestBroker, store: Store
) -> None:
    with pytest.raises(LogShorter, match=r"case\.intake\.events\.v1\[0\] ends at 0"):
        await reader(broker).start({("case.intake.events.v1", 0): 7})


async def test_a_missing_topic_or_broker_is_unavailable(broker: TestBroker) -> None:
    with pytest.raises(LogUnavailable):
        await LogReader(broker.bootstrap, ["case.nothing.events.v1"]).start({})
    with pytest.raises(LogUnavailable):
        await LogReader("127.0.0.1:9", event_topics()).start({})


async def test_unreadable_messages_do_not_stop_it(broker: TestBroker, store: Store) -> None:
    log = lives(1, 3)
    async with producing(plain_producer(broker.bootstrap)) as producer:
        await producer.send_and_wait("case.intake.events.v1", b"junk", b"key", 0)
        await send(producer, log.messages)
        async with projecting(reader(broker), store) as running:
            await running.until_fresh()
            assert [letter[:3] for letter in running.aside.letters] == [
                ("case.intake.events.v1", 0, 0)
            ]
    assert events(store) == len(log.messages)
