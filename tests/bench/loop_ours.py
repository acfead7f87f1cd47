"""Our worker over a filled topic: `python -m tests.bench.loop_ours BOOTSTRAP NAME COUNT`."""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import uvloop

from schemas.events.base import Event
from services.kernel.decider import Decider, Reference
from services.kernel.reference_book import ReferenceBook
from services.runtime import metrics
from services.runtime.collector import calm_collector
from services.runtime.health import Health
from services.runtime.service import Service
from services.runtime.worker import Worker
from tests.bench.review_commands import review_under
from tests.bench.stopwatch import Stopwatch

PROFILE: Final = "CUNBAN_BENCH_PROFILE"
"""Set it to see, on standard error, where the time goes."""


async def carry_out(bootstrap: str, name: str, count: int) -> None:
    """Carry out `count` commands, all of which must be accepted, and tell how long it took."""
    watch = Stopwatch()
    worker = Worker(_timed(review_under(name), watch), ReferenceBook(), bootstrap, Health())
    work = asyncio.create_task(worker.run())
    accepted = metrics.counter("commands", service=name, outcome="accepted")
    others = [metrics.counter("commands", service=name, outcome=o) for o in ("refused", "dead")]
    try:
        # The counters go up after the commit.
        while _value(accepted) < count:
            if any(map(_value, others)):
                raise SystemExit("commands of the benchmark were refused: its mix is wrong")
            if work.done():
                work.result()
            await asyncio.sleep(0.01)
        watch.tell(count)
    finally:
        worker.stop()
        await work


def _timed(service: Service[Any], watch: Stopwatch) -> Service[Any]:
    def decider(reference: Reference) -> Decider[Any, Any]:
        rules = service.decider(reference)

        def decide(state: Any, command: Any) -> Sequence[Event]:
            watch.start()
            return rules.decide(state, command)

        return replace(rules, decide=decide)

    return replace(service, decider=decider)


def _value(counter: Any) -> float:
    return float(next(iter(counter.collect())).samples[0].value)


if __name__ == "__main__":
    profile = cProfile.Profile() if os.environ.get(PROFILE) else None
    if profile is not None:
        profile.enable()
    calm_collector()
    uvloop.run(carry_out(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    if profile is not None:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45)
