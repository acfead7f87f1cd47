"""Reads whole topics as they are committed, from positions that the reader's own tables tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.runtime.kafka_clients import (
    MAX_MESSAGE_BYTES,
    REQUEST_MS,
    admin_client,
    stop_consumer,
)

Partition: TypeAlias = tuple[str, int]
"""Topic and number."""
POLL_MS: Final = 100
"""How long the broker holds an empty answer back: a message on a partition that was not asked for
in time waits as long, and so old at most is what is known of an idle stream."""


class LogUnavailable(Exception):
    """The broker is away, or a topic is not there yet. Safe to try again."""


class LogShorter(Exception):
    """The log ends before the position asked for: it is not the log that was read before.

    Going on would mix two logs in one set of tables: rebuild the tables, or bring the log back.
    """


class Message(Protocol):
    """A committed message."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """When the broker appended it, in milliseconds since 1970, UTC."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one partition was given out, and how far it went when the broker was last asked."""

    position: int
    """Offset that is given out next; markers of transactions are behind it."""
    end: int
    """Last stable offset: nothing committed lies at or beyond it."""
    asked_at: int
    """When the broker said so, in milliseconds since 1970, UTC."""


class LogReader:
    """All partitions of some topics, assigned by hand: no group, nothing committed."""

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        self._bootstrap, self._topics = bootstrap, tuple(topics)
        self._consumer: Any = None
        self._partitions: list[TopicPartition] = []

    async def start(self, following: Mapping[Partition, int]) -> None:
        """Go to `following`; a partition that is not named begins with its first message.

        Raises:
            LogUnavailable: the broker is away or a topic is missing.
            LogShorter: a partition ends before its position.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
            fetch_max_wait_ms=POLL_MS,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
            request_timeout_ms=REQUEST_MS,
        )
        try:
            self._partitions = await self._all_partitions()
            await consumer.start()
            consumer.assign(self._partitions)
            await self._seek(consumer, following)
        except (KafkaError, OSError, TimeoutError) as fault:
            await stop_consumer(consumer)
            raise LogUnavailable(f"{self._bootstrap}: {type(fault).__name__}") from fault
        except (LogShorter, LogUnavailable):
            await stop_consumer(consumer)
            raise
        self._consumer = consumer

    async def read(self, limit: int, wait_seconds: float) -> list[Message]:
        """Give at most `limit` messages, in order within each partition, partition by partition.

        Waits where there is none; empty when the time is over. A broker that has gone away gives
        empty answers; `standings` then grow old.

        Raises:
            LogUnavailable: the broker refuses.
        """
        try:
            polled = await self._consumer.getmany(
                timeout_ms=round(wait_seconds * 1000), max_records=limit
            )
        except (KafkaError, OSError) as fault:
            raise LogUnavailable(f"{self._bootstrap}: {type(fault).__name__}") from fault
        return [message for messages in polled.values() for message in messages]

    async def standings(self) -> dict[Partition, Standing]:
        """Give every partition's standing; empty until the broker has told of all of them."""
        found: dict[Partition, Standing] = {}
        for tp in self._partitions:
            end = self._consumer.last_stable_offset(tp)
            if end is None:
                return {}
            asked_at = self._consumer.last_poll_timestamp(tp)
            position = await self._consumer.position(tp)
            found[tp.topic, tp.partition] = Standing(position, end, asked_at)
        return found

    async def ends(self) -> dict[Partition, int]:
        """Ask the broker how far each partition goes now.

        Raises:
            LogUnavailable: the broker does not answer.
        """
        try:
            ends = await self._consumer.end_offsets(self._partitions)
        except (KafkaError, OSError, TimeoutError) as fault:
            raise LogUnavailable(f"{self._bootstrap}: {type(fault).__name__}") from fault
        return {(tp.topic, tp.partition): end for tp, end in ends.items()}

    async def stop(self) -> None:
        """Leave the broker. The reader may be started again."""
        if self._consumer is not None:
            await stop_consumer(self._consumer)
            self._consumer = None

    async def _all_partitions(self) -> list[TopicPartition]:
        # A consumer asked for a missing topic waits forty seconds before it says so.
        admin = admin_client(self._bootstrap)
        try:
            await admin.start()
            described = await admin.describe_topics(list(self._topics))
        finally:
            await admin.close()
        found = {d["topic"]: [p["partition"] for p in d["partitions"]] for d in described}
        for topic in self._topics:
            if not found.get(topic):
                raise LogUnavailable(f"{self._bootstrap}: no topic {topic}")
        return [TopicPartition(t, number) for t in self._topics for number in sorted(found[t])]

    async def _seek(self, consumer: Any, following: Mapping[Partition, int]) -> None:
        ends = await consumer.end_offsets(self._partitions)
        begins = await consumer.beginning_offsets(self._partitions)
        for tp in self._partitions:
            offset = following.get((tp.topic, tp.partition), begins[tp])
            if offset > ends[tp]:
                raise LogShorter(
                    f"{tp.topic}[{tp.partition}] ends at {ends[tp]}, the tables at {offset}"
                )
            consumer.seek(tp, offset)
