"""`events` and all read models made anew from Kafka, beside the live ones; compared; swapped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from services.runtime import clock
from services.runtime.health import Health
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projector import Projector, Reader, Target
from services.supervision.shell.rebuild import (
    BESIDE,
    Rebuilt,
    create_beside,
    create_feed,
    drop_leftovers,
    swap,
)
from services.supervision.shell.store.checksums import READ_MODELS, TableSum
from services.supervision.shell.store.engine import Store
from services.supervision.shell.store.events import LIVE
from services.supervision.shell.store.positions import PROVED, Marks, Partition, marks
from services.supervision.shell.store.verification import held
from services.supervision.shell.store.views import views

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many events have been read back and how many there are, near enough, in all."""
_LOOK_SECONDS: Final = 0.1
_TABLES: Final = (LIVE, *READ_MODELS)


class EndingReader(Reader, Protocol):
    """A reader that can tell the end; `services.runtime.log_reader.LogReader` is one."""

    async def ends(self) -> Mapping[Partition, int]: ...


async def rebuild_from_log(
    reader: EndingReader, store: Store, progress: Progress, *, accept_difference: bool = False
) -> Rebuilt:
    """Read the whole log into tables of their own while the projection goes on; where `events` is
    then the same as the live one, as far as both go, all tables are swapped.

    Unreadable messages are passed over: they were put aside when they first came. Begun again
    after a kill it starts from nothing; the live tables are whole at every moment.

    Raises:
        StoreUnavailable, LogUnavailable: the live tables are as they were.
    """
    await asyncio.to_thread(_prepare, store)
    beside = Marks(batch=PROVED, counting=False)
    await _read(reader, store, Target(LIVE + BESIDE, beside), progress)
    found = await asyncio.to_thread(_compare_and_swap, store, accept_difference)
    if found.swapped:
        # What the live projection took in while this one was being compared.
        behind = Marks(batch=1, counting=False, following=dict(beside.following))
        await _read(reader, store, Target(LIVE, behind), progress)
    return found


async def _read(reader: EndingReader, store: Store, target: Target, progress: Progress) -> None:
    """Go on until everything appended before now is in."""
    fresh, until = Freshness(Health(), shown=False), clock.now()
    projector = Projector(reader, store, fresh, Changes(), _PassedOver(), target)
    running = asyncio.create_task(projector.run())
    ends: Mapping[Partition, int] = {}
    try:
        while not running.done() and (fresh.as_of is None or fresh.as_of < until):
            await asyncio.sleep(_LOOK_SECONDS)
            if fresh.as_of is not None:
                ends = ends or await reader.ends()
                progress(sum(target.marks.following.values()), sum(ends.values()))
        projector.stop()
        await running
    finally:
        running.cancel()


class _PassedOver:
    """Unreadable messages were put aside when they first came."""

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
        """Pass a message over."""


def _prepare(store: Store) -> None:
    drop_leftovers(store)
    for table in _TABLES:
        create_beside(store, table)
    for view in views(store):
        create_feed(store, view, view.target + BESIDE, LIVE + BESIDE)


def _compare_and_swap(store: Store, accept_difference: bool) -> Rebuilt:
    with store.changing:
        live, made = marks(store), marks(store, LIVE + BESIDE)
        both = {
            partition: min(end, made.following.get(partition, 0))
            for partition, end in _ends(live).items()
        }
        before, after = _sum(store, LIVE, both), _sum(store, LIVE + BESIDE, both)
        swapped = before == after or accept_difference
        if swapped:
            swap(store, list(views(store)), _TABLES)
        else:
            drop_leftovers(store)
    return Rebuilt(LIVE, before, after, swapped)


def _ends(live: Marks) -> dict[Partition, int]:
    return {**live.following, **live.unproved}


def _sum(store: Store, table: str, until: Mapping[Partition, int]) -> TableSum:
    rows, checksum = 0, 0
    for partition in held(store, until, table):
        rows += partition.events
        checksum ^= partition.digest
    return TableSum(rows, checksum)
