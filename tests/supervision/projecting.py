"""A projector at work for a test, with a log in memory that can be made to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from services.runtime import clock
from services.runtime.health import Health
from services.runtime.log_reader import LogUnavailable, Standing
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projector import Projector, Reader
from services.supervision.shell.store.checksums import table_sums
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.positions import Partition
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life

LIMIT_SECONDS = 30


@dataclass
class Tape:
    """A reader over a log in memory; keeps what it was asked for."""

    log: Log
    cut: int = 7
    """Messages in one read, so that batches fall anywhere."""
    away: bool = False
    begun: list[dict[Partition, int]] = field(default_factory=list)
    _given: int = 0
    _from: dict[Partition, int] = field(default_factory=dict)

    async def start(self, following: Mapping[Partition, int]) -> None:
        if self.away:
            raise LogUnavailable("away")
        self.begun.append(dict(following))
        self._given, self._from = 0, dict(following)

    async def read(self, limit: int, wait_seconds: float) -> Sequence[Kept]:
        if self.away:
            raise LogUnavailable("away")
        found: list[Kept] = []
        while self._given < len(self.log.messages) and len(found) < min(limit, self.cut):
            message = self.log.messages[self._given]
            self._given += 1
            if message.offset >= self._from.get((message.topic, message.partition), 0):
                found.append(message)
        if not found:
            await asyncio.sleep(wait_seconds)
        return found

    async def standings(self) -> Mapping[Partition, Standing]:
        now = round(clock.now().timestamp() * 1000)
        ends: dict[Partition, int] = {}
        for message in self.log.messages:
            ends[message.topic, message.partition] = message.offset + 1
        done = self._given == len(self.log.messages)
        return {p: Standing(end if done else 0, end, now) for p, end in ends.items()}

    async def stop(self) -> None:
        return


@dataclass
class Aside:
    """Where unreadable messages go."""

    letters: list[tuple[str, int, int, str]] = field(default_factory=list)

    async def __call__(
        self,
        topic: str,
        partition: int,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        reason: str,
    ) -> None:
        self.letters.append((topic, partition, offset, reason))


@dataclass
class Running:
    """A projector at work."""

    fresh: Freshness
    changes: Changes
    aside: Aside
    task: asyncio.Task[None]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, half a minute at most."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while not condition():
                if self.task.done():
                    await self.task
                await asyncio.sleep(0.01)

    async def until_fresh(self) -> None:
        """Wait until everything appended before now is in the tables."""
        now = clock.now()
        await self.until(lambda: self.fresh.as_of is not None and self.fresh.as_of >= now)


@asynccontextmanager
async def projecting(reader: Reader, store: Store) -> AsyncIterator[Running]:
    fresh, changes, aside = Freshness(Health()), Changes(), Aside()
    made = Projector(reader, store, fresh, changes, aside)
    running = Running(fresh, changes, aside, asyncio.create_task(made.run()))
    try:
        yield running
    finally:
        made.stop()
        await asyncio.wait([running.task], timeout=LIMIT_SECONDS)


def lives(first: int, last: int, log: Log | None = None) -> Log:
    log = log or Log()
    for number in range(first, last + 1):
        life = Life(log, number, clock.now() - timedelta(days=2))
        life.submit(notices=1)
        life.accept()
        life.work(1, "decide")
    return log


def events(store: Store) -> int:
    return table_sums(store)["events"].rows
