"""The transactional loop on the real broker: all or nothing, once, by one owner."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas.envelope import Record
from schemas.topics import dead_letter_topic
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.dead_letters import DeadLetterLimit, TooManyDeadLetters
from services.runtime.health import Health
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import group_consumer, plain_producer
from services.runtime.pipeline import MAX_BATCH, QUEUE_HIGH, Pipeline, Wiring
from services.runtime.recovery import STALL_MS
from services.runtime.results import from_message
from services.runtime.worker import Worker
from tests.runtime.toy_log import (
    carried_out,
    ends,
    envelopes,
    folded,
    offsets,
    read,
    snapshots,
    until,
    working,
    write,
)
from tests.runtime.toy_service import (
    CLERK,
    Desk,
    Price,
    claim,
    make_topics_of,
    messages,
    record,
    swap,
    toy,
)
from tests.support.builders import CASE, MONDAY, County, county, item

pytestmark = pytest.mark.kafka


async def test_a_batch_is_visible_as_a_whole_or_not_at_all(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, before_commit, go_on = toy(), asyncio.Event(), asyncio.Event()
    await make_topics_of(kafka, service, partitions=1)
    monkeypatch.setattr("services.runtime.worker.CLOSE_SECONDS", 0.1)
    commit = AIOKafkaProducer.commit_transaction

    async def held_up(producer: AIOKafkaProducer) -> None:
        before_commit.set()
        await go_on.wait()
        await commit(producer)

    monkeypatch.setattr(AIOKafkaProducer, "commit_transaction", held_up)
    await write(kafka, service.commands_topic, record(swap()), record(swap()))
    ended = Worker(service, county(), kafka, Health())
    running = asyncio.create_task(ended.run())
    await asyncio.wait_for(before_commit.wait(), 20)
    topics = (service.events_topic, service.snapshots_topic)
    written = [await read(kafka, t, committed_only=False) for t in topics]
    assert [bool(found) for found in written] == [True, True]
    assert [await read(kafka, t) for t in topics] == [[], []]
    assert await offsets(kafka, service.group) == {}

    running.cancel()  # the process is gone in the middle of its transaction
    await asyncio.gather(running, return_exceptions=True)
    assert [await read(kafka, t) for t in topics] == [[], []]

    monkeypatch.setattr(AIOKafkaProducer, "commit_transaction", commit)
    # Aborted messages at the end of the snapshots hold the next owner up no longer than others.
    async with asyncio.timeout(0.75 * STALL_MS / 1000), working(kafka, service):
        await until(lambda: carried_out(kafka, service))
    assert [e.sequence for e in await envelopes(kafka, service)] == [1, 2, 3, 4]
    assert await snapshots(kafka, service) == {CASE: (Desk(2, 4), 4)}


async def test_a_new_owner_goes_on_from_the_fold_of_the_events_and_answers_what_was_lost(
    kafka: str,
) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    keys = [new_case_id() for _ in range(20)]
    first = record(claim(1, keys[0]))
    async with working(kafka, service):
        await write(kafka, service.commands_topic, first, *(record(swap(k)) for k in keys))
        await until(lambda: carried_out(kafka, service))
    told = [from_message(r.value, r.headers) for r in await read(kafka, service.results_topic)]
    assert len(told) == 21
    asked = [CommandRecord(VIEW, new_case_id(), key, b"{}") for key in keys]

    async with working(kafka, service):
        # Nobody heard the first result: the same command asks for it again.
        await write(kafka, service.commands_topic, first, *asked)
        # Nothing but questions and repeats: their offset is committed all the same.
        await until(lambda: carried_out(kafka, service))
    log = await envelopes(kafka, service)
    assert len(log) == 41
    assert await snapshots(kafka, service) == folded(log)
    by_id: dict[str, list[Any]] = {}
    for message in await read(kafka, service.results_topic):
        command_id, result = from_message(message.value, message.headers)
        by_id.setdefault(command_id, []).append(result)
    assert by_id[first.command_id] == [dict(told)[first.command_id]] * 2
    states = folded(log)
    for question in asked:
        (answer,) = by_id[question.command_id]
        assert answer.version == states[question.key][0].version


async def test_a_new_owner_shuts_the_former_one_out(kafka: str) -> None:
    service = toy()
    await make_topics_of(kafka, service, partitions=1)
    tp = TopicPartition(service.commands_topic, 0)
    consumer, results = group_consumer(kafka, service.group), plain_producer(kafka)
    await consumer.start()
    await results.start()
    consumer.assign([tp])
    wiring = Wiring(service, county(), kafka, consumer, results, DeadLetterLimit())
    former, owner = Pipeline(wiring, 0), Pipeline(wiring, 0)
    commands: Any = messages(record(swap()), record(swap()))
    try:
        await former.become_owner()
        assert former.seek()
        former.offer(commands[:1])
        await former.carry_out_next()
        await owner.become_owner()
        assert owner.seek()
        former.offer(commands[1:])
        with pytest.raises(KafkaError):
            await former.carry_out_next()
        assert [e.sequence for e in await envelopes(kafka, service)] == [1, 2]
        assert (await offsets(kafka, service.group))[tp] == 1

        assert owner.next_offset == 1
        owner.offer(commands)
        await owner.carry_out_next()
        assert [e.sequence for e in await envelopes(kafka, service)] == [1, 2, 3, 4]
        assert (await offsets(kafka, service.group))[tp] == 2
    finally:
        for pipeline in (former, owner):
            await pipeline.close()
        await results.stop()
        await consumer.stop()


async def test_workers_that_come_and_go_lose_nothing_and_repeat_nothing(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.kafka_clients.HEARTBEAT_MS", 200)
    service = toy()
    await make_topics_of(kafka, service, partitions=6)
    keys = [new_case_id() for _ in range(20)]
    sent: list[CommandRecord] = []
    done = asyncio.Event()

    async def load() -> None:
        async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
            while not done.is_set():
                for key in keys:
                    sent.append(record(swap(key)))
                    again = sent[-1::-7][:2] if len(sent) % 5 == 0 else sent[-1:]
                    for one in again:
                        await write_one(producer, service.commands_topic, one)
                await asyncio.sleep(0.05)

    async with working(kafka, service) as stays, asyncio.TaskGroup() as group:
        group.create_task(load())
        for _ in range(4):
            async with working(kafka, service) as comes:
                await until(lambda: bool(owned(comes)) and bool(owned(stays)))
                grown = len(sent) + 100
                await until(partial(longer_than, grown, sent))
            await until(lambda: len(owned(stays)) == 6)
        done.set()
        await until(lambda: carried_out(kafka, service))
    log = await envelopes(kafka, service)
    assert {e.causation_id for e in log} == {one.command_id for one in sent}
    assert len(log) == 2 * len(sent)
    assert await snapshots(kafka, service) == folded(log)


def longer_than(length: int, sent: list[CommandRecord]) -> bool:
    return len(sent) > length


def owned(worker: Worker) -> list[int]:
    return [n for n, pipeline in worker._pipelines.items() if pipeline.open]


async def write_one(producer: AIOKafkaProducer, topic: str, command: CommandRecord) -> None:
    (message,) = messages(command)
    await producer.send(topic, message.value, message.key, headers=list(message.headers))


async def test_commands_beyond_the_limit_stay_on_the_log(kafka: str) -> None:
    empty = county()
    known = County(dict(empty.items), empty.organisations, empty.calendars)
    items: dict[tuple[str, int], Any] = {}
    reference = County(items, known.organisations, known.calendars)
    service = toy()
    await make_topics_of(kafka, service, partitions=1)
    waits = record(Price(key=CASE, actor=CLERK, at=MONDAY, item="fishing"))
    flood = [record(swap(new_case_id())) for _ in range(3 * QUEUE_HIGH)]
    await write(kafka, service.commands_topic, waits, *flood)
    async with working(kafka, service, reference) as worker:
        (pipeline,) = worker._pipelines.values()
        consumer = worker._consumer
        assert consumer is not None
        await until(lambda: pipeline.tp in consumer.paused() and pipeline.waiting > QUEUE_HIGH)
        held = pipeline.waiting
        assert held < len(flood) - MAX_BATCH
        items["fishing", 1] = item(code="fishing")
        await until(lambda: carried_out(kafka, service))
    assert len(await envelopes(kafka, service)) == 2 * len(flood) + 1


async def test_a_poisoned_command_is_a_dead_letter_and_too_many_end_the_worker(kafka: str) -> None:
    service = toy()
    await make_topics_of(kafka, service, partitions=1)
    dead = dead_letter_topic(service.commands_topic)
    poison = Record(b"k", b"\xff\x00", (("name", b"Claim"),))
    async with working(kafka, service):
        await write(
            kafka, service.commands_topic, record(claim(1)), poison, poison, record(claim(2))
        )
        await until(lambda: carried_out(kafka, service))
    letters = [dict(r.headers) | {"value": r.value} for r in await read(kafka, dead)]
    assert [(x["dlq-topic"], x["dlq-partition"], x["dlq-offset"]) for x in letters] == [
        (service.commands_topic.encode(), b"0", b"1"),
        (service.commands_topic.encode(), b"0", b"2"),
    ]
    assert letters[0]["dlq-reason"] == b"command.missing-header.id"
    assert (letters[0]["value"], letters[0]["name"]) == (b"\xff\x00", b"Claim")
    assert len(await envelopes(kafka, service)) == 2

    await write(kafka, service.commands_topic, *([poison] * 200), record(claim(3)))
    with pytest.raises(TooManyDeadLetters):
        async with asyncio.timeout(20):
            await Worker(service, county(), kafka, Health()).run()
    (end,) = (await ends(kafka, service.commands_topic)).values()
    buried = {int(dict(r.headers)["dlq-offset"]) for r in await read(kafka, dead)}
    assert buried == {1, 2, *range(4, end - 1)}
