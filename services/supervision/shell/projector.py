"""From the log into the tables: fetched, read and inserted side by side, in batches that form
themselves."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Protocol, TypeVar

import structlog

from schemas.events.base import PRESENCE
from services.runtime import clock, metrics
from services.runtime.dead_letters import DeadLetterLimit
from services.runtime.log_reader import LogUnavailable
from services.supervision.shell.fresh import Freshness, Stands
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projector_rows import Message, Rows, add_messages
from services.supervision.shell.store.engine import Store, StoreUnavailable
from services.supervision.shell.store.events import LIVE, insert_events
from services.supervision.shell.store.mend import mend_views
from services.supervision.shell.store.positions import Marks, Partition, marks

READ: Final = 5_000
"""Messages taken at once; reading them is about 50 ms, in which the loop must not stand still."""
FULL_ROWS: Final = 50_000
FULL_BYTES: Final = 32 << 20
FLUSH_SECONDS: Final = 0.2
"""A batch waits no longer, so that what was done is seen at once …"""
BEHIND_SECONDS: Final = 1.0
"""… unless there is a backlog: larger batches then catch up faster."""
PAUSE_SECONDS: Final = 0.25
"""Between inserts of an idle stream: each leaves parts that must be merged (pitfall C7)."""
WAIT_SECONDS: Final = 0.05
BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
log = structlog.get_logger()
Given = TypeVar("Given")


class Reader(Protocol):
    """Where messages come from; `services.runtime.log_reader.LogReader` is one."""

    async def start(self, following: Mapping[Partition, int]) -> None: ...
    async def read(self, limit: int, wait_seconds: float) -> Sequence[Message]: ...
    async def standings(self) -> Mapping[Partition, Stands]: ...
    async def stop(self) -> None: ...


class DeadLetter(Protocol):
    """Puts a message aside; returns when the broker has acknowledged it."""

    async def __call__(
        self,
        topic: str,
        partition: int,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        reason: str,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go if not into the live tables, and from where in the log."""

    table: str
    marks: Marks


@dataclass(slots=True)
class _Batch:
    rows: Rows = field(default_factory=Rows)
    since: float = 0.0
    until: dict[Partition, int] = field(default_factory=dict)
    appended_at: dict[Partition, int] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return len(self.rows) >= FULL_ROWS or self.rows.bytes >= FULL_BYTES

    def note(self, messages: Sequence[Message]) -> None:
        if not self.until:
            self.since = perf_counter()
        for message in messages:
            partition = (message.topic, message.partition)
            self.until[partition] = message.offset + 1
            self.appended_at[partition] = message.timestamp


class Projector:
    """Keeps the tables of one store up with the log. One for a store, in one event loop."""

    def __init__(
        self,
        reader: Reader,
        store: Store,
        fresh: Freshness,
        changes: Changes,
        dead_letter: DeadLetter,
        target: Target | None = None,
    ) -> None:
        """Into the live tables, from where they end; a rebuild names another `target`."""
        self._reader, self._store, self._dead_letter = reader, store, dead_letter
        self._fresh, self._changes = fresh, changes
        self._limit = DeadLetterLimit()
        self._table = target.table if target else LIVE
        self._begin = target.marks if target else None
        self._marks = Marks()
        self._batch = _Batch()
        self._inserting: asyncio.Task[None] | None = None
        self._going_in: set[Partition] = set()
        self._inserted_at = 0.0
        self._stopping = False
        self._decoding = ThreadPoolExecutor(1, "projector-read")
        self._writing = ThreadPoolExecutor(1, "projector-insert")

    async def run(self) -> None:
        """Project until `stop`. A store or log that is away is waited for.

        Raises:
            TooManyDeadLetters: something is misconfigured.
            LogShorter: the log is not the one that the tables were made from.
        """
        try:
            await self._stand()
            while not self._stopping:
                await self._follow()
        finally:
            self._decoding.shutdown()
            self._writing.shutdown()

    def stop(self) -> None:
        """Let `run` return once what was read is in the tables."""
        self._stopping = True

    async def _stand(self) -> None:
        if self._begin is not None:
            self._marks = self._begin
            return
        attempt = 0
        while not self._stopping:
            try:
                self._marks = await self._write(lambda: _standing(self._store))
            except StoreUnavailable as away:
                await self._store_away(away, attempt)
                attempt += 1
            else:
                self._fresh.store_up()
                return

    async def _follow(self) -> None:
        try:
            await self._reader.start(self._marks.following)
            await self._project()
        except LogUnavailable as away:
            self._fresh.log_down(clock.now(), str(away))
            log.warning("log away", error=type(away).__name__)
            await asyncio.sleep(BACK_OFF[2])
        finally:
            await self._reader.stop()
        await self._settle()

    async def _project(self) -> None:
        while not self._stopping:
            messages = await self._reader.read(READ, WAIT_SECONDS)
            if messages:
                await self._take(messages)
            await self._flush(len(messages))
            standings = await self._reader.standings()
            self._fresh.looked(standings, self._going_in | self._batch.until.keys(), clock.now())

    async def _take(self, messages: Sequence[Message]) -> None:
        batch = self._batch
        batch.note(messages)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._decoding, add_messages, batch.rows, messages)
        unreadable, batch.rows.unreadable = batch.rows.unreadable, []
        for message, reason in unreadable:
            await self._put_aside(message, reason)
        self._limit.note(len(messages), len(unreadable))

    async def _put_aside(self, message: Message, reason: str) -> None:
        position = (message.topic, message.partition, message.offset)
        await self._dead_letter(*position, message.key, message.value, message.headers, reason)
        metrics.counter("dead_letters", topic=message.topic).inc()
        log.warning(
            "message put aside",
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            reason=reason,
        )

    async def _flush(self, fetched: int) -> None:
        """Start an insert where it is time for one; wait where there is no room to read on."""
        if self._inserting is not None and (self._inserting.done() or self._batch.full):
            await self._inserting
            self._inserting = None
        if self._inserting is None and self._due(fetched):
            self._insert_next()

    def _due(self, fetched: int) -> bool:
        if not self._batch.until:
            return False
        now = perf_counter()
        waited = now - self._batch.since
        behind = fetched >= READ
        if fetched == 0 and now - self._inserted_at >= PAUSE_SECONDS:
            return True
        return self._batch.full or waited >= (BEHIND_SECONDS if behind else FLUSH_SECONDS)

    def _insert_next(self) -> None:
        batch, self._batch = self._batch, _Batch()
        self._going_in = set(batch.until)
        self._inserted_at = perf_counter()
        self._inserting = asyncio.create_task(self._insert(batch))

    async def _settle(self) -> None:
        """Bring in what was read: the log is read on from behind it."""
        if self._inserting is not None:
            await self._inserting
            self._inserting = None
        if self._batch.until:
            self._insert_next()
            await self._settle()

    async def _insert(self, batch: _Batch) -> None:
        columns, attempt = batch.rows.marked(self._marks.batch), 0
        started = perf_counter()
        while len(batch.rows):
            try:
                await self._write(lambda: insert_events(self._store, columns, self._table))
                break
            except StoreUnavailable as away:
                await self._store_away(away, attempt)
                attempt += 1
                if self._stopping:
                    return  # not in the tables, so the next start reads it again
        self._marks.inserted(batch.until)
        self._fresh.store_up()
        self._fresh.inserted(batch.appended_at)
        self._going_in = set()
        self._told(batch)
        metrics.count("projection_rows", len(batch.rows), table=self._table)
        metrics.observe("projection_batch_seconds", perf_counter() - started, table=self._table)

    def _told(self, batch: _Batch) -> None:
        topics, keys = batch.rows.columns["topic"], batch.rows.columns["key"]
        if not topics:
            return
        streams = set(zip(topics, keys, strict=True))
        cases = {key.decode() for topic, key in streams if topic.startswith("case.")}
        officers = {key.decode() for topic, key in streams if topic == PRESENCE}
        self._changes.tell(self._fresh.as_of, Counter(topics), cases, officers)

    async def _store_away(self, away: StoreUnavailable, attempt: int) -> None:
        self._fresh.store_down(clock.now(), "the store does not answer")
        log.warning("store away", attempt=attempt + 1, error=type(away).__name__)
        await asyncio.sleep(BACK_OFF[min(attempt, len(BACK_OFF) - 1)])

    async def _write(self, work: Callable[[], Given]) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._writing, work)


def _standing(store: Store) -> Marks:
    mended = mend_views(store)
    if mended:
        log.warning("views were missing and are made again", count=len(mended))
    return marks(store)
