"""Ends a process whose Faust consumer stands still while there is work (pitfall F5).

The committed offset is looked up at the broker, not in the process: a dead consumer thread would
still tell what it once believed. Whether there is work is asked of the log, too: transaction
markers occupy offsets, so an end offset beyond the committed one alone says nothing (pitfall A14).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.runtime.kafka_clients import admin_client, reading_consumer, stop_consumer

LOOK_SECONDS: Final = 5.0
STILL_SECONDS: Final = 30.0
log = structlog.get_logger()


class StoodStill(RuntimeError):
    """There is work, and nothing of it was committed for `STILL_SECONDS`; restart the process."""


async def watch(
    bootstrap: str,
    group: str,
    topics: Sequence[str],
    look: float = LOOK_SECONDS,
    still: float = STILL_SECONDS,
) -> None:
    """Look at the group's committed offsets for as long as the process lives.

    Raises:
        StoodStill: see there.
    """
    seen: dict[TopicPartition, _Seen] = {}
    while True:
        await asyncio.sleep(look)
        try:
            await _look(bootstrap, group, topics, seen, still)
        except (KafkaError, OSError) as fault:
            log.warning("watchdog cannot look", code=type(fault).__name__)
            seen.clear()  # nobody can commit while the broker is away


@dataclass(frozen=True, slots=True)
class _Seen:
    """A partition as it was when its committed offset was last known to be all right."""

    offset: int
    at: float
    end: int


async def _look(
    bootstrap: str,
    group: str,
    topics: Sequence[str],
    seen: dict[TopicPartition, _Seen],
    still: float,
) -> None:
    loop = asyncio.get_running_loop()
    committed = await _committed(bootstrap, group)
    consumer = reading_consumer(bootstrap, *topics)
    try:
        await consumer.start()
        ends = await consumer.end_offsets(sorted(consumer.assignment()))
        for tp, end in ends.items():
            now = _Seen(committed.get(tp, 0), loop.time(), end)
            known = seen.setdefault(tp, now)
            if known.offset == now.offset and now.at - known.at <= still:
                continue
            if known.offset == now.offset < known.end:
                await _raise_if_waiting(consumer, tp, known)
            seen[tp] = now
    finally:
        await stop_consumer(consumer)


async def _committed(bootstrap: str, group: str) -> dict[TopicPartition, int]:
    admin = admin_client(bootstrap)
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(group)
        return {tp: committed.offset for tp, committed in found.items()}
    finally:
        await admin.close()


async def _raise_if_waiting(consumer: AIOKafkaConsumer, tp: TopicPartition, known: _Seen) -> None:
    """Raise where a committed message stood there as long ago as `known`, and stands there yet."""
    for other in consumer.assignment() - {tp}:
        consumer.pause(other)
    consumer.resume(tp)
    if known.offset:
        consumer.seek(tp, known.offset)
    else:
        await consumer.seek_to_beginning(tp)
    waiting = await consumer.getmany(tp, timeout_ms=2000, max_records=1)
    if any(record.offset < known.end for record in waiting.get(tp, ())):
        raise StoodStill(f"{tp.topic}[{tp.partition}] at {known.offset}")
