"""`reference.facts.v1`: publishing a county's facts, and following them in every service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.kernel.reference_book import (
    KINDS,
    VERSIONED,
    Fact,
    ReferenceBook,
    UnreadableFact,
    decode_fact,
    encode_fact,
    fact_key,
    kind_of,
)
from services.runtime.health import Health
from services.runtime.kafka_clients import (
    plain_producer,
    reading_consumer,
    stop_consumer,
    stop_producer,
)
from services.runtime.metrics import count
from services.runtime.recovery import RecoveryIncomplete, read_snapshots

REFERENCE_TOPIC: Final = "reference.facts.v1"
ANSWER_SECONDS: Final = 60.0
RETRY_SECONDS: Final = 1.0
_KEPT: Final = VERSIONED | {"organisation"}
"""Kinds never withdrawn: open cases name them, and could not go on without."""
_FAULTS: Final = (KafkaError, OSError, TimeoutError, RecoveryIncomplete)
log = structlog.get_logger()


class ReferenceUnavailable(Exception):
    """The topic could not be read or written to its end in time. Safe to try again."""


class VersionsAltered(Exception):
    """Published versions would change; nothing was published. `keys` names them."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = tuple(keys)


@dataclass(frozen=True, slots=True)
class Publication:
    """How the topic differs from the facts wanted; keys in order of publication."""

    added: tuple[Fact, ...] = ()
    changed: tuple[Fact, ...] = ()
    retired: tuple[str, ...] = ()
    """Keys of officers and accounts no longer wanted: a tombstone takes them out."""
    kept: tuple[str, ...] = ()
    """Keys no longer wanted that stay, since open cases rest on them."""
    altered: tuple[str, ...] = ()
    """Keys of published versions that the facts wanted have with other content: refused."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to publish."""
        return not (self.added or self.changed or self.retired)


def compare(current: Mapping[str, bytes], wanted: Sequence[Fact]) -> Publication:
    """Give what has to be published so that the topic holds `wanted`; pure.

    What stands there under a kind that this program does not know is left alone.
    """
    order = list(KINDS)
    by_key = {fact_key(f): f for f in sorted(wanted, key=_kind_order(order))}
    differing = [k for k in by_key if k in current and not _same(k, current[k], by_key[k])]
    gone = [k for k in current if k not in by_key and kind_of(k) in KINDS]
    # Accounts before their officers: nobody signs in as somebody who is not there.
    gone.sort(key=lambda key: (-order.index(kind_of(key)), key))
    return Publication(
        added=tuple(fact for key, fact in by_key.items() if key not in current),
        changed=tuple(by_key[k] for k in differing if kind_of(k) not in VERSIONED),
        retired=tuple(k for k in gone if kind_of(k) not in _KEPT),
        kept=tuple(k for k in gone if kind_of(k) in _KEPT),
        altered=tuple(k for k in differing if kind_of(k) in VERSIONED),
    )


async def read_facts(bootstrap: str, topic: str = REFERENCE_TOPIC) -> dict[str, bytes]:
    """Give the values that the topic holds now, by key.

    Raises:
        ReferenceUnavailable: the broker does not answer, or there is no such topic.
    """
    async with _in_time(bootstrap, topic):
        await _require_topic(bootstrap, topic)
        latest = await read_snapshots(bootstrap, topic, 0)
    return {key.decode(errors="replace"): value for key, value in latest.items()}


async def publish(bootstrap: str, publication: Publication, topic: str = REFERENCE_TOPIC) -> None:
    """Write a publication; all of it is acknowledged when this returns. May be repeated.

    Raises:
        VersionsAltered: it would change a published version; nothing is written.
        ReferenceUnavailable: not all was acknowledged. Compare and publish again.
    """
    if publication.altered:
        raise VersionsAltered(publication.altered)
    records: list[tuple[str, bytes | None]] = [(key, None) for key in publication.retired]
    records += [(fact_key(f), encode_fact(f)) for f in publication.added + publication.changed]
    async with _in_time(bootstrap, topic):
        producer = plain_producer(bootstrap)
        try:
            await producer.start()
            sent = [await producer.send(topic, value, key.encode()) for key, value in records]
            await asyncio.gather(*sent)
        finally:
            await stop_producer(producer)


async def publish_facts(
    bootstrap: str, facts: Sequence[Fact], topic: str = REFERENCE_TOPIC
) -> Publication:
    """Make the topic hold `facts`: read it, write the differences, give them. Errors as `publish`.

    Two at a time are not kept apart: the later one's word stands.
    """
    publication = compare(await read_facts(bootstrap, topic), facts)
    await publish(bootstrap, publication, topic)
    return publication


class ReferenceFollower:
    """Keeps a `ReferenceBook` as the topic is. An unreadable fact is dropped and counted.

    `book` is one object for life; without the broker it stays as it was last read.
    """

    def __init__(
        self, bootstrap: str, health: Health | None = None, topic: str = REFERENCE_TOPIC
    ) -> None:
        self.book = ReferenceBook()
        self._bootstrap, self._health = bootstrap, health
        self._tp = TopicPartition(topic, 0)
        self._read = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        if health is not None:
            health.expect("reference")

    @property
    def ready(self) -> bool:
        """Whether the topic has been read to its end once."""
        return self._read.is_set()

    async def until_read(self) -> None:
        """Wait until the topic has been read to its end once."""
        await self._read.wait()

    async def start(self, limit: float = ANSWER_SECONDS) -> None:
        """Read the topic to its end, at most `limit` seconds, and follow it from then on.

        Raises:
            ReferenceUnavailable: the end was not reached in time; the follower is stopped.
        """
        self._task = asyncio.create_task(self._follow(), name="reference-follower")
        try:
            async with asyncio.timeout(limit):
                await self._read.wait()
        except TimeoutError:
            await self.stop()
            raise _unavailable(self._bootstrap, self._tp.topic, "timeout") from None

    async def stop(self) -> None:
        """Leave the topic; the book stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            consumer = reading_consumer(self._bootstrap)
            try:
                await consumer.start()
                await self._topic_there(consumer)
                consumer.assign([self._tp])
                await self._read_to_end(consumer)
                while True:
                    for message in await self._poll(consumer):
                        self._take(message)
            except _FAULTS as fault:
                code = type(fault).__name__
                log.warning("reference facts not readable", topic=self._tp.topic, code=code)
                self._say_down(code)
            finally:
                await stop_consumer(consumer)
            await asyncio.sleep(RETRY_SECONDS)

    async def _topic_there(self, consumer: AIOKafkaConsumer) -> None:
        """Wait for the topic: aiokafka asks for a missing one thousands of times a second."""
        while True:
            if self._tp.topic in await consumer.topics():
                return
            self._say_down(f"{self._tp.topic} 不存在 no such topic")
            await asyncio.sleep(RETRY_SECONDS)

    async def _read_to_end(self, consumer: AIOKafkaConsumer) -> None:
        """Replace the book by what the topic holds; until the end is reached it stays as it is."""
        tp = self._tp
        end = (await consumer.end_offsets([tp]))[tp]
        await consumer.seek_to_beginning(tp)
        found: dict[str, Fact] = {}
        while await consumer.position(tp) < end:
            for message in await self._poll(consumer):
                key, fact = self._decoded(message)
                if fact is not None:
                    found[key] = fact
                elif message.value is None:
                    found.pop(key, None)
        self.book.replace(found)
        log.info("reference facts read", topic=tp.topic, count=len(found), offset=end)
        self._read.set()
        if self._health is not None:
            self._health.up("reference")

    async def _poll(self, consumer: AIOKafkaConsumer) -> Sequence[Any]:
        polled: Mapping[TopicPartition, Sequence[Any]] = await consumer.getmany(
            self._tp, timeout_ms=1000, max_records=5000
        )
        return polled.get(self._tp, ())

    def _take(self, message: Any) -> None:
        key, fact = self._decoded(message)
        if fact is not None or message.value is None:
            self.book.put(key, fact)

    def _decoded(self, message: Any) -> tuple[str, Fact | None]:
        """Give key and fact; no fact for a tombstone, and for what is dropped as unreadable."""
        key = (message.key or b"").decode(errors="replace")
        if message.value is None:
            return key, None
        try:
            return key, decode_fact(key, message.value)
        except UnreadableFact as unreadable:
            topic, offset = message.topic, message.offset
            count("dead_letters", topic=topic)
            log.warning("fact dropped", topic=topic, offset=offset, reason=unreadable.reason)
            return key, None

    def _say_down(self, what: str) -> None:
        if self._health is not None:
            self._health.down("reference", what)


def _kind_order(order: Sequence[str]) -> Any:
    return lambda fact: (order.index(kind_of(fact_key(fact))), fact_key(fact))


def _same(key: str, value: bytes, wanted: Fact) -> bool:
    try:
        return decode_fact(key, value) == wanted
    except UnreadableFact:
        return False


async def _require_topic(bootstrap: str, topic: str) -> None:
    consumer = reading_consumer(bootstrap)
    try:
        await consumer.start()
        if topic not in await consumer.topics():
            raise _unavailable(bootstrap, topic, "不存在 no such topic")
    finally:
        await stop_consumer(consumer)


@asynccontextmanager
async def _in_time(bootstrap: str, topic: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except _FAULTS as fault:
        raise _unavailable(bootstrap, topic, type(fault).__name__) from fault


def _unavailable(bootstrap: str, topic: str, why: str) -> ReferenceUnavailable:
    return ReferenceUnavailable(
        f"{bootstrap} 上的 {topic} 不可用（{why}）：检查 Kafka，先执行 cunban topics apply。"
        f" {topic} at {bootstrap} is not available: check the broker and run `cunban topics apply`."
    )
