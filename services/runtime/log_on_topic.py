"""What a topic already has of the cases of another system's log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from schemas.codec import Position, Unreadable, headers_of
from services.runtime.kafka_clients import REQUEST_MS, admin_client, reading_consumer, stop_consumer
from services.runtime.recovery import STALL_MS
from services.runtime.wording import Wording

_POLL_MS: Final = 200


class ImportStopped(Exception):
    """The import could not go on. What it has committed stays, and a later one goes on from it."""

    def __init__(self, told: Wording) -> None:
        super().__init__(f"{told.zh} {told.en}")
        self.told = told


class AnotherImport(ImportStopped):
    """Another import of the same log has begun; this one can write nothing more."""


class TopicUnfit(ImportStopped):
    """The topic is missing or broken; trying again does not help."""


class LogUnavailable(ImportStopped):
    """Kafka is away, or somebody holds a transaction open for too long; try again."""


@dataclass(slots=True)
class OnTopic:
    """What the topic has of the cases of one file."""

    last: dict[bytes, int]
    """Kafka key → sequence of its last event; 0 where there is none."""
    event_ids: set[bytes] = field(default_factory=set)
    """In 16 bytes each."""

    def take(self, record: ConsumerRecord) -> None:
        """Note a record if its case is ours.

        Raises:
            TopicUnfit: its sequence is not the next one, or its envelope is broken.
        """
        if (last := self.last.get(record.key)) is None:
            return
        position = Position(record.topic, record.partition, record.offset)
        try:
            ce = headers_of(position, record.headers)
        except Unreadable as broken:
            raise _broken(str(broken)) from broken
        if ce["ce_sequence"] != str(last + 1):
            raise _broken(
                f"{position.topic}[{position.partition}]@{position.offset}: "
                f"{ce['ce_sequence']} after {last}"
            )
        self.last[record.key] = last + 1
        self.event_ids.add(sixteen(ce["ce_id"]))


async def read_topic(
    bootstrap: str, topic: str, there: OnTopic, progress: Callable[[int, int], None]
) -> list[int]:
    """Let `there` take the topic to its end as of now; give the topic's partitions.

    Raises:
        TopicUnfit: it is missing, or has a gap or an unreadable event of these cases.
        LogUnavailable: another writer's transaction does not end.
        KafkaError: the broker is away.
    """
    tps = [TopicPartition(topic, number) for number in await _partitions(bootstrap, topic)]
    consumer = reading_consumer(bootstrap)
    try:
        await consumer.start()
        consumer.assign(tps)
        ends = await _written_ends(bootstrap, tps)
        begins = await consumer.beginning_offsets(tps)
        whole = sum(ends.values()) - sum(begins.values())
        await consumer.seek_to_beginning(*tps)
        async for left in _reading(consumer, ends, there):
            progress(whole - left, whole)
    finally:
        await stop_consumer(consumer)
    return [tp.partition for tp in tps]


async def _reading(
    consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int], there: OnTopic
) -> AsyncIterator[int]:
    """Read to `ends`; give again and again how many offsets are left, at last 0."""
    clock = asyncio.get_running_loop()
    left, moved_at = -1, clock.time()
    while left:
        polled = await consumer.getmany(timeout_ms=_POLL_MS, max_records=5000)
        for records in polled.values():
            for record in records:
                there.take(record)
        positions = {tp: await consumer.position(tp) for tp in ends}
        before, left = left, sum(max(0, end - positions[tp]) for tp, end in ends.items())
        if left != before:
            moved_at = clock.time()
            yield left
        elif clock.time() - moved_at > STALL_MS / 1000:
            raise LogUnavailable(_STALLED)


async def _partitions(bootstrap: str, topic: str) -> list[int]:
    admin = admin_client(bootstrap)
    try:
        await admin.start()
        (described,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    if not described["partitions"]:
        raise TopicUnfit(_missing(topic))
    return sorted(each["partition"] for each in described["partitions"])


async def _written_ends(bootstrap: str, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
    """Give the ends of what is *written*. A `read_committed` client is told where the oldest open
    transaction begins, anybody's: behind that there may be committed events of this very log."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_MS)
    try:
        await consumer.start()
        ends: dict[TopicPartition, int] = await consumer.end_offsets(tps)
    finally:
        await stop_consumer(consumer)
    return ends


def _missing(topic: str) -> Wording:
    return Wording(
        f"没有主题 {topic}；请先运行 cunban topics apply。",
        f"There is no topic {topic}; run cunban topics apply first.",
    )


def _broken(where: str) -> TopicUnfit:
    return TopicUnfit(
        Wording(
            f"主题上已有的事件不完整（{where}），不在其上续写；请运行 cunban verify。",
            f"What is on the topic is broken ({where}), nothing is added; run cunban verify.",
        )
    )


_STALLED: Final = Wording(
    "主题上有其他程序的事务迟迟未结束，读不到末尾；请稍后重试。",
    "Somebody's transaction on the topic does not end, so its end cannot be read; try again later.",
)


def sixteen(uuid: str) -> bytes:
    """Give a UUID as its 16 bytes."""
    return bytes.fromhex(uuid.replace("-", ""))
