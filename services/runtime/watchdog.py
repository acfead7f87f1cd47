"""Ends a process whose Faust consumer stands still while there is work (pitfall F5).

The committed offset is looked up at the broker, not in the process: a dead consumer thread would
still tell what it once believed. Whether there is work is asked of the log, too: transaction
markers occupy offsets, so an end offset beyond the committed one alone says nothing (pitfall A14).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.runtime.kafka_clients import admin_client, reading_consumer

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
    loop = asyncio.get_running_loop()
    seen: dict[TopicPartition, tuple[int, float]] = {}
    while True:
        await asyncio.sleep(look)
        try:
            committed = await _committed(bootstrap, group)
            consumer = reading_consumer(bootstrap, *topics)
            await consumer.start()
            try:
                for tp in sorted(consumer.assignment()):
                    offset = committed.get(tp, 0)
                    if tp not in seen or seen[tp][0] != offset:
                        seen[tp] = (offset, loop.time())
                    elif loop.time() - seen[tp][1] > still:
                        await _raise_if_waiting(consumer, tp, offset)
                        seen[tp] = (offset, loop.time())
            finally:
                await consumer.stop()
        except KafkaError as fault:
            log.warning("watchdog cannot look", code=type(fault).__name__)
            seen.clear()  # nobody can commit while the broker is away


async def _committed(bootstrap: str, group: str) -> dict[TopicPartition, int]:
    admin = admin_client(bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(group)
        return {tp: committed.offset for tp, committed in found.items()}
    finally:
        await admin.close()


async def _raise_if_waiting(consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> None:
    for other in consumer.assignment() - {tp}:
        consumer.pause(other)
    consumer.resume(tp)
    if offset:
        consumer.seek(tp, offset)
    else:
        await consumer.seek_to_beginning(tp)
    waiting = await consumer.getmany(tp, timeout_ms=2000, max_records=1)
    if waiting.get(tp):
        raise StoodStill(f"{tp.topic}[{tp.partition}] at {offset}")
