"""Another system's log onto its topic: only what is not there yet, and all of it once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.partitioner import DefaultPartitioner

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from services.kernel.imported_cases import Entry, GatheredLog
from services.runtime.ids import derived_id
from services.runtime.kafka_clients import stop_producer, transactional_producer
from services.runtime.log_on_topic import (
    AnotherImport,
    LogUnavailable,
    OnTopic,
    read_topic,
    sixteen,
)
from services.runtime.record_batches import send_records
from services.runtime.wording import Wording

BATCH: Final = 2000
"""Events of one transaction: it ends long before the broker gives it up (`TRANSACTION_MS`)."""
_EXTERNAL_LOGS: Final = "8078c748-a137-4d4d-b316-b13107b63643"
"""Parent of the ids of all logs. Never changed: every imported case has its id from it."""
_ABORT_SECONDS: Final = 5.0


class Progress(NamedTuple):
    """Whom to tell how far the import is: `(so far, of how many)`."""

    compared: Callable[[int, int], None]
    """Offsets of the topic."""
    written: Callable[[int, int], None]
    """Cases of the log."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in events."""

    written: int
    already_there: int


@dataclass(frozen=True, slots=True)
class LogNames:
    """The names that everything of one log is derived from."""

    namespace: str
    source: str
    """CloudEvents `source`: an organisation path, also where the log's name is all Chinese."""

    @classmethod
    def of(cls, log: str) -> LogNames:
        """Give the names of the log called `log`."""
        namespace = derived_id(_EXTERNAL_LOGS, log)
        slug = re.sub(r"[^a-z0-9]+", "-", log.lower()).strip("-")
        return cls(namespace, f"/external/{slug or 'log-' + namespace[:8]}")

    def case_id(self, case: str) -> str:
        """Give the Kafka key of the case that the log calls `case`."""
        return derived_id(self.namespace, case)


async def import_cases(
    bootstrap: str, topic: str, gathered: GatheredLog, progress: Progress
) -> Imported:
    """Write the events of `gathered` that `topic` does not have, after those that it has.

    Event ids come from the log's own names, so a repeat after a crash finds what was committed,
    and a later version of the log adds what is new. Each transaction is committed whole.

    Raises:
        AnotherImport: the same log is being imported by somebody who came later.
        TopicUnfit: the topic is missing, or has a gap or an unreadable event of these cases.
        LogUnavailable: the broker is away, or another writer's transaction does not end.
    """
    names = LogNames.of(gathered.log)
    producer = transactional_producer(bootstrap, f"external-{names.namespace}")
    try:
        # Before the topic is read: from here on an earlier import of this log writes nothing.
        await producer.start()
        there = OnTopic({names.case_id(case).encode(): 0 for case in gathered.cases})
        partitions = await read_topic(bootstrap, topic, there, progress.compared)
        return await _Writing(producer, topic, partitions, there).run(gathered, names, progress)
    except ProducerFenced as fenced:
        raise AnotherImport(_ANOTHER) from fenced
    except (KafkaError, OSError, TimeoutError) as fault:
        raise LogUnavailable(_away(bootstrap, fault)) from fault
    finally:
        await stop_producer(producer)


class _Writing:
    """One import: what it has still to write, a transaction at a time."""

    def __init__(
        self, producer: AIOKafkaProducer, topic: str, partitions: list[int], there: OnTopic
    ) -> None:
        self._producer, self._topic, self._partitions = producer, topic, partitions
        self._there = there
        self._batch: dict[int, list[Record]] = {}
        self._size = 0
        self._already = 0
        self._written = 0

    async def run(self, gathered: GatheredLog, names: LogNames, progress: Progress) -> Imported:
        done = 0
        for case in gathered.cases:
            case_id = names.case_id(case)
            partition = self._partition(case_id)
            for record in self._new(names, case_id, gathered.entries(case)):
                self._batch.setdefault(partition, []).append(record)
                self._size += 1
                if self._size >= BATCH:
                    await self._commit()
                    progress.written(done, len(gathered.cases))
            done += 1
        await self._commit()
        progress.written(done, done)
        return Imported(self._written, self._already)

    def _new(self, names: LogNames, case_id: str, entries: Iterator[Entry]) -> Iterator[Record]:
        sequence = self._there.last[case_id.encode()]
        for entry in entries:
            event_id = derived_id(case_id, entry.name)
            if sixteen(event_id) in self._there.event_ids:
                self._already += 1
                continue
            sequence += 1
            yield encode(
                Envelope(
                    event_id=event_id,
                    key=case_id,
                    sequence=sequence,
                    occurred_at=entry.at,
                    source=names.source,
                    actor="system",
                    causation_id=derived_id(event_id, "import"),
                    correlation_id=derived_id(case_id, "import"),
                    event=entry.event,
                )
            )

    def _partition(self, case_id: str) -> int:
        # As every Kafka client does: a case's events lie in one partition, whoever wrote them.
        found: int = DefaultPartitioner()(case_id.encode(), self._partitions, self._partitions)
        return found

    async def _commit(self) -> None:
        if not self._size:
            return
        await self._producer.begin_transaction()
        try:
            sent: list[asyncio.Future[object]] = []
            for partition, records in self._batch.items():
                sent += await send_records(self._producer, self._topic, partition, records)
            await asyncio.gather(*sent)
            await self._producer.commit_transaction()
        except ProducerFenced:
            raise
        except KafkaError:
            await self._abort()
            raise
        self._written += self._size
        self._batch, self._size = {}, 0

    async def _abort(self) -> None:
        """What cannot be aborted now is aborted by the start of the next import."""
        with suppress(KafkaError, AssertionError, TimeoutError):
            async with asyncio.timeout(_ABORT_SECONDS):
                await self._producer.abort_transaction()


def _away(bootstrap: str, fault: Exception) -> Wording:
    name = type(fault).__name__
    return Wording(
        f"Kafka（{bootstrap}）无应答（{name}）。系统恢复后重新运行即可续传，不会重复。",
        f"Kafka at {bootstrap} does not answer ({name}). Run it again later: it goes on from "
        "there, and nothing is written twice.",
    )


_ANOTHER: Final = Wording(
    "同一日志的另一次导入已经开始，本次让位，不再写入。",
    "Another import of this log has begun; this one gave way and writes nothing more.",
)
