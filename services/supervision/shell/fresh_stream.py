"""What changed, told to whoever listens: one short message after each insert."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.runtime import metrics

NAMED: Final = 200
"""Keys named in one message; beyond that a listener reads everything it shows anew."""
WAITING: Final = 16
"""Messages kept for a listener that is slow; then they are put together into one."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one or several inserts brought."""

    number: int
    """Grows by one with each insert of this process."""
    as_of: datetime | None
    events: Mapping[str, int]
    """Number of events by topic."""
    cases: tuple[str, ...]
    """Ids of cases about which something came, sorted; at most `NAMED`."""
    officers: tuple[str, ...]
    """Ids of officers whose presence changed, sorted; at most `NAMED`."""
    more: bool
    """More cases or officers changed than are named."""

    def then(self, later: Change) -> Change:
        """Give both as one."""
        cases = sorted({*self.cases, *later.cases})
        officers = sorted({*self.officers, *later.officers})
        topics = sorted({*self.events, *later.events})
        return Change(
            number=later.number,
            as_of=later.as_of,
            events={t: self.events.get(t, 0) + later.events.get(t, 0) for t in topics},
            cases=tuple(cases[:NAMED]),
            officers=tuple(officers[:NAMED]),
            more=self.more or later.more or max(len(cases), len(officers)) > NAMED,
        )

    def unnamed(self) -> Change:
        """Give it as who does not watch the whole county may have it: that something changed, not
        about which case, nor who came or went."""
        more = self.more or bool(self.cases or self.officers)
        return replace(self, cases=(), officers=(), more=more)


class Changes:
    """Gives every change to every listener; in one event loop."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change]] = set()
        self._number = 0

    def tell(
        self,
        as_of: datetime | None,
        events: Mapping[str, int],
        cases: set[str],
        officers: set[str],
    ) -> Change:
        """Tell all listeners; one that is slow gets its waiting messages as one."""
        self._number += 1
        change = Change(
            number=self._number,
            as_of=as_of,
            events=dict(sorted(events.items())),
            cases=tuple(sorted(cases)[:NAMED]),
            officers=tuple(sorted(officers)[:NAMED]),
            more=max(len(cases), len(officers)) > NAMED,
        )
        for queue in self._listeners:
            queue.put_nowait(_together(queue, change) if queue.full() else change)
        return change

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[Change]]:
        """Give a queue of the changes from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue(WAITING)
        self._listeners.add(queue)
        metrics.set_gauge("stream_listeners", len(self._listeners))
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
            metrics.set_gauge("stream_listeners", len(self._listeners))


def _together(queue: asyncio.Queue[Change], change: Change) -> Change:
    waiting = queue.get_nowait()
    while not queue.empty():
        waiting = waiting.then(queue.get_nowait())
    return waiting.then(change)
