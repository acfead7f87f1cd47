"""Events of whole cases as the services write them, by the million, straight onto the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from schemas.envelope import Record
from services.runtime.kafka_clients import plain_producer
from services.runtime.record_batches import send_records
from tests.bench.stage import PARTITIONS
from tests.supervision.log_of import Kept, Log
from tests.supervision.streams import Life, case_id

_BATCH_CASES: Final = 200
_UNDER_WAY: Final = 32


def events_a_case() -> int:
    """Give how many events one case has."""
    return len(_pattern())


async def put_cases(bootstrap: str, number: int) -> int:
    """Write the events of `number` cases; give how many, all acknowledged.

    Every case goes village → township → department: handed in, accepted, two steps received,
    claimed, decided and closed.
    """
    pattern = _pattern()
    producer = plain_producer(bootstrap)
    await producer.start()
    sent: list[asyncio.Future[object]] = []
    try:
        for first in range(0, number, _BATCH_CASES):
            cases = range(first, min(number, first + _BATCH_CASES))
            for kept in pattern:
                await _send(producer, kept, cases, sent)
            if len(sent) > _UNDER_WAY * PARTITIONS:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return number * len(pattern)


async def _send(
    producer: object, kept: Kept, cases: range, sent: list[asyncio.Future[object]]
) -> None:
    for partition in range(PARTITIONS):
        mine = [_of(kept, case) for case in cases if case % PARTITIONS == partition]
        sent += await send_records(producer, kept.topic, partition, mine)


def _pattern() -> Sequence[Kept]:
    log = Log()
    life = Life(log, _PATTERN_CASE)
    life.submit()
    life.accept()
    for step in (1, 2):
        life.work(step, "decide")
    return log.messages


_PATTERN_CASE: Final = 1
_CASE: Final = case_id(_PATTERN_CASE).encode()
_NUMBER: Final = f"4228{_PATTERN_CASE:08d}".encode()


def _of(kept: Kept, case: int) -> Record:
    """Give the same event of another case, with an id of its own."""
    key, number = case_id(case + 2).encode(), f"4228{case + 2:08d}".encode()
    assert kept.value is not None
    headers = []
    for name, value in kept.headers:
        if name in ("ce_id", "ce_causationid", "ce_correlationid"):
            headers.append((name, b"%08x" % (case + 2) + value[8:]))
        else:
            headers.append((name, key if name == "ce_subject" else value))
    return Record(key, kept.value.replace(_CASE, key).replace(_NUMBER, number), tuple(headers))
