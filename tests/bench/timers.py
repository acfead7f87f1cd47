"""Timers at a county's size, with real Kafka: `python -m tests.bench.timers [COUNT] [DUE]`.

What COUNT pending timers cost (pure); DUE silences that are due at once; a calendar amended over
COUNT open cases, of which every clock moves. Services as `cunban up` runs them.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.envelope import Record
from services.intake.shell.wiring import PARTS
from services.kernel.calendar import Closure, YearFile
from services.kernel.reaction import Facts
from services.one_machine.county import DEPLOYED
from services.runtime.clock import now
from services.runtime.kafka_clients import plain_producer, stop_producer
from services.runtime.reference_files import read_county
from services.runtime.reference_topic import Publication, publish
from services.runtime.timers import Board
from tests.bench.county import County, Running
from tests.bench.open_cases import SERVICES, OpenCases
from tests.bench.review_commands import new_cases
from tests.bench.stage import Stage, stage

_CASES: Final = 100_000
_DUE: Final = 10_000
_BATCH: Final = 500
_LONGEST_SECONDS: Final = 600.0
_SHUT: Final = {"reason": "防汛停办", "first": "2025-03-06", "last": "2025-03-07"}


async def main() -> None:
    """Measure all three, and print them."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    asked = [int(number) for number in sys.argv[1:3]]
    cases, due = (*asked, *(_CASES, _DUE)[len(asked) :])
    _pending(cases)
    async with stage() as own:
        county = County(own)
        await county.prepare()
        await _silences(own, county, due)
        await _amended(own, county, cases)


def _pending(number: int) -> None:
    opened, rules = OpenCases(), PARTS.timers
    assert rules is not None
    stored: dict[bytes, bytes] = {}
    for some in _batches(new_cases(number)):
        stored |= opened.hand_in(some)
    board, at = Board(rules, Facts("none")), now()
    tracemalloc.start()
    began, before = time.perf_counter(), tracemalloc.get_traced_memory()[0]
    for key, value in stored.items():
        board.set(key, value, at)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    board = Board(rules, Facts("none"))
    began = time.perf_counter()
    for key, value in stored.items():
        board.set(key, value, at)
    _say(
        f"{len(board):,} pending timers: {taken / number:,.0f} bytes each, "
        f"read in {time.perf_counter() - began:.1f} s"
    )


async def _silences(own: Stage, county: County, number: int) -> None:
    opened = OpenCases()
    cases = new_cases(number)
    for some in _batches(cases):
        await _put(own, "intake", opened.hand_in(some))
    async with county.service("intake", "worker") as worker:
        began = time.perf_counter()
        async with county.service("intake", "reactions"):
            await _until(worker, "intake", number)
            seconds = time.perf_counter() - began
    _say(f"{number:,} silences due at once: deemed accepted {seconds:.1f} s after a start")


async def _amended(own: Stage, county: County, number: int) -> None:
    opened = OpenCases()
    for some in _batches(new_cases(number)):
        await _put(own, "review", opened.open(some)["review"])
    (file,) = (
        fact
        for fact in read_county(DEPLOYED).facts
        if isinstance(fact, YearFile) and fact.year == 2025
    )
    shut = Closure.model_validate(_SHUT)
    amended = file.model_copy(update={"version": file.version + 1, "closures": (shut,)})
    async with county.service("review", "worker") as worker:
        began = time.perf_counter()
        async with county.service("review", "reactions"):
            ready = time.perf_counter() - began
            await asyncio.sleep(15)
            began = time.perf_counter()
            await publish(own.bootstrap, Publication(added=(amended,)))
            await _until(worker, "review", number)
            seconds = time.perf_counter() - began
    _say(
        f"a calendar amended over {number:,} open cases: every clock corrected in {seconds:.1f} s "
        f"(reactions ready in {ready:.1f} s)"
    )


async def _until(worker: Running, name: str, number: int) -> None:
    async with asyncio.timeout(_LONGEST_SECONDS):
        # Another process cannot set an event of ours.
        while await worker.carried_out(name) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def _put(own: Stage, name: str, snapshots: Mapping[bytes, bytes]) -> None:
    producer = plain_producer(own.bootstrap)
    topic = SERVICES[name].snapshots_topic
    try:
        await producer.start()
        records = (Record(key, value, ()) for key, value in snapshots.items())
        sent = [await producer.send(topic, r.value, r.key) for r in records]
        await asyncio.gather(*sent)
    finally:
        await stop_producer(producer)


def _batches(cases: Sequence[str]) -> list[Sequence[str]]:
    return [cases[first : first + _BATCH] for first in range(0, len(cases), _BATCH)]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
