"""(g) What an open case costs in a worker's memory, and how long a worker takes to come back.

Workers as `cunban up` runs them, on the snapshots topics that they write. B10 of the bars.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median
from typing import Final, NamedTuple, TypeAlias

from schemas.envelope import Record
from services.runtime.carry_out import HOT
from services.runtime.kafka_clients import plain_producer, stop_producer
from tests.bench.county import County, Running
from tests.bench.figures import Bar, Finding, Series, written
from tests.bench.machine import resident
from tests.bench.open_cases import SERVICES, OpenCases, questions
from tests.bench.review_commands import new_cases
from tests.bench.stage import ProgramFailed, Stage, stage

_CASES: Final = 100_000
_QUICK_CASES: Final = 10_000
_BATCH: Final = 500
_QUIET_SECONDS: Final = 2.0
_ANSWERED_SECONDS: Final = 300.0
_OWNED: Final = re.compile(rb'"snapshots": ?(\d+)')
_MIB: Final = 1 << 20
_MOST_BYTES: Final = 2_048
_MOST_SECONDS: Final = 30


class Recovery(NamedTuple):
    """A worker in a fresh process."""

    seconds: float
    """From its start until it owns all partitions."""
    resident: int
    """Bytes, once it is quiet."""
    peak: int
    """Bytes, the most until then."""
    asked: int
    """Bytes, after every case was asked for once."""


Recoveries: TypeAlias = Mapping[str, Sequence[Recovery]]
"""By service, one a round."""


async def memory(rounds: int, *, quick: bool) -> Finding:
    """Measure each service's worker on empty topics, then on topics full of open cases."""
    number = _QUICK_CASES if quick else _CASES
    async with stage() as own:
        county = County(own)
        await county.prepare()
        cases = new_cases(number)
        empty = await _recoveries(own, county, rounds, cases, there=0)
        stored = await _fill(own.bootstrap, cases)
        full = await _recoveries(own, county, rounds, cases, there=number)
    finding = Finding(f"memory: {number:,} open cases in the workers")
    write(finding, number, empty, full)
    finding.notes.append(
        "Of a case on the snapshots topics, state and remembered results, bytes: "
        + ", ".join(f"{name} {stored[name] / number:,.0f}" for name in SERVICES)
    )
    return finding


def write(finding: Finding, cases: int, empty: Recoveries, full: Recoveries) -> None:
    """Put down what a worker with `cases` has more than one without any."""
    together = {"at rest": 0.0, "all asked for once": 0.0}
    for name, recoveries in full.items():
        at_rest = _bytes_a_case(
            cases, [r.resident for r in empty[name]], [r.resident for r in recoveries]
        )
        asked = _bytes_a_case(cases, [r.asked for r in empty[name]], [r.asked for r in recoveries])
        seconds = Series(f"{name}: recovery", "s", tuple(r.seconds for r in recoveries))
        finding.series += [
            replace(at_rest, name=f"{name}: a case at rest"),
            replace(asked, name=f"{name}: a case, all asked for once"),
            Series(f"{name}: worker's peak", "MiB", tuple(r.peak / _MIB for r in recoveries)),
            seconds,
        ]
        if cases >= _CASES:
            bar = Bar(f"{name}: a case at rest, bytes", at_rest.median, _MOST_BYTES, "at most")
            finding.bars.append(bar)
        finding.bars.append(Bar(f"{name}: recovery, s", seconds.median, _MOST_SECONDS, "at most"))
        together["at rest"] += at_rest.median
        together["all asked for once"] += asked.median
    told = ", ".join(f"{how} {written(value)}" for how, value in together.items())
    if cases < _CASES:
        finding.notes.append(
            f"The bar of {_MOST_BYTES:,} bytes is for {_CASES:,} cases and is not judged here: "
            "what reading leaves behind, some 10 MB, would fall on the few."
        )
    finding.notes += [
        f"The bar is each worker's; the {len(full)} workers together, bytes a case: {told}.",
        "A case: resident memory − that of the same worker on empty topics, asked alike, by the "
        "number of cases. Each is handed in, accepted, routed, received, its first step claimed.",
        f"Asked for once: the {HOT:,} cases of each partition that were used last are then kept "
        "decoded, too. A fixed amount, however many cases are open; no bar counts it.",
        "Recovery: from the start of the process, imports and reference data included, until all "
        "partitions are owned. A fresh process each round.",
    ]


def _bytes_a_case(cases: int, empty: Sequence[int], full: Sequence[int]) -> Series:
    without = median(empty)
    return Series("", "bytes", tuple((with_them - without) / cases for with_them in full))


async def _recoveries(
    own: Stage, county: County, rounds: int, cases: Sequence[str], *, there: int
) -> dict[str, list[Recovery]]:
    found: dict[str, list[Recovery]] = defaultdict(list)
    for _ in range(rounds):
        for name in SERVICES:
            found[name].append(await _recovery(own, county, name, cases, there))
    return found


async def _recovery(
    own: Stage, county: County, name: str, cases: Sequence[str], there: int
) -> Recovery:
    log = own.folder / f"{name}.log"
    log.unlink(missing_ok=True)
    began = time.perf_counter()
    async with county.service(name, "worker") as running:
        seconds = time.perf_counter() - began
        read = sum(map(int, _OWNED.findall(log.read_bytes())))
        if read != there:
            raise ProgramFailed(f"{name}: {read} snapshots of {there} were read")
        await asyncio.sleep(_QUIET_SECONDS)
        at_rest, peak = resident(running.pid)
        await _ask(own.bootstrap, running, name, cases)
        await asyncio.sleep(_QUIET_SECONDS)
        return Recovery(seconds, at_rest, peak, resident(running.pid)[0])


async def _ask(bootstrap: str, running: Running, name: str, cases: Sequence[str]) -> None:
    async with _sending(bootstrap) as sending:
        await sending.put(SERVICES[name].commands_topic, questions(cases))
    async with asyncio.timeout(_ANSWERED_SECONDS):
        # Another process cannot set an event of ours.
        while await running.carried_out(name, "viewed") < len(cases):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def _fill(bootstrap: str, cases: Sequence[str]) -> dict[str, int]:
    """Write the snapshots of all services; give how many bytes of each."""
    county, stored = OpenCases(), dict.fromkeys(SERVICES, 0)
    async with _sending(bootstrap) as sending:
        for first in range(0, len(cases), _BATCH):
            for name, snapshots in county.open(cases[first : first + _BATCH]).items():
                stored[name] += sum(map(len, snapshots.values()))
                records = (Record(key, value, ()) for key, value in snapshots.items())
                await sending.put(SERVICES[name].snapshots_topic, records)
    return stored


class _Sending:
    """Puts records where their keys belong; all are acknowledged when it ends."""

    def __init__(self, bootstrap: str) -> None:
        self.producer = plain_producer(bootstrap)

    async def put(self, topic: str, records: Iterable[Record]) -> None:
        sent = [
            await self.producer.send(topic, r.value, r.key, headers=list(r.headers))
            for r in records
        ]
        await asyncio.gather(*sent)


@asynccontextmanager
async def _sending(bootstrap: str) -> AsyncIterator[_Sending]:
    sending = _Sending(bootstrap)
    try:
        await sending.producer.start()
        yield sending
    finally:
        await stop_producer(sending.producer)
