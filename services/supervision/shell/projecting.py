"""The projector in its process: store opened and migrated, tables followed, look-ups filled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from schemas.topics import event_topics
from services.runtime import clock
from services.runtime.dead_letter_writer import DeadLetterWriter
from services.runtime.log_reader import LogReader
from services.runtime.roles import Host
from services.supervision.shell.fresh import Freshness
from services.supervision.shell.fresh_stream import Changes
from services.supervision.shell.projector import Projector
from services.supervision.shell.rebuilding import Rebuilder
from services.supervision.shell.store.engine import Address, Store, StoreUnavailable
from services.supervision.shell.store.migrate import migrate
from services.supervision.shell.store.reference import fill_calendar, fill_organisations

RETRY_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 2.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tables:
    """What the API reads with; on `app.state.tables`."""

    store: Store
    fresh: Freshness
    changes: Changes


@asynccontextmanager
async def projecting(host: Host) -> AsyncIterator[None]:
    """Keep the tables up with the log for as long as the process runs."""
    store = Store(Address.of(host.settings.store.dsn))
    fresh, changes = Freshness(host.health), Changes()
    host.app.state.tables = Tables(store, fresh, changes)
    host.app.state.rebuilder = Rebuilder(store, host.bootstrap)
    dead_letters = DeadLetterWriter(host.bootstrap)
    reader = LogReader(host.bootstrap, event_topics())
    projector = Projector(reader, store, fresh, changes, dead_letters)
    host.go(_project(projector, store, fresh, host), "projector")
    try:
        yield
    finally:
        projector.stop()
        await dead_letters.close()
        await asyncio.to_thread(store.close)


async def _project(projector: Projector, store: Store, fresh: Freshness, host: Host) -> None:
    while True:
        try:
            applied = await asyncio.to_thread(migrate, store.address)
            break
        except StoreUnavailable as away:
            fresh.store_down(clock.now(), str(away))
            await asyncio.sleep(RETRY_SECONDS)
    if applied:
        log.info("migrations applied", count=len(applied))
    looking_up = asyncio.create_task(_fill(store, host), name="look-ups")
    try:
        await projector.run()
    finally:
        looking_up.cancel()


async def _fill(store: Store, host: Host) -> None:
    """Keep calendar and organisations in the store as the reference facts have them."""
    filled: tuple[str, int] | None = None
    while True:
        book = host.reference.book
        wanted = (book.current_calendar_version(), hash(book.organisations()))
        if host.reference.ready and wanted != filled:
            try:
                calendar, at = book.calendar(wanted[0]), clock.now()
                await asyncio.to_thread(fill_calendar, store, calendar, at)
                await asyncio.to_thread(fill_organisations, store, book.organisations(), at)
                filled = wanted
            except StoreUnavailable as away:
                log.warning("look-ups not filled", error=type(away).__name__)
        await asyncio.sleep(LOOK_SECONDS)
