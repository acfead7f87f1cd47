"""`python -m tests.one_machine.toy_session FOLDER WHAT`: a run of the stack made of toys.

WHAT: good, stubborn (a service that ignores SIGTERM), failing-step, failing-broker.
"""

import asyncio
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from services.one_machine.cannot_start import CannotStart
from services.one_machine.session import Plan, run
from services.one_machine.steps import Step
from tests.one_machine.toys import Diary


async def _never() -> bool:
    return False


def _plan(folder: Path, what: str) -> Plan:
    diary = Diary(folder / "diary")
    broker = replace(diary.toy("kafka", stage=0), critical=True)
    if what == "failing-broker":
        broker = replace(diary.toy("kafka", "dies", stage=0), critical=True, ready=_never)
    code = "print('no such topic'); raise SystemExit(4)" if what == "failing-step" else "pass"
    step = Step("topics", (sys.executable, "-S", "-c", code))
    habit = "stubborn" if what == "stubborn" else "good"
    services = (diary.toy("intake"), diary.toy("review", habit))
    return Plan(broker, (step,), services, folder, folder / "status.json")


def _main(folder: Path, what: str) -> None:
    announce = partial(print, flush=True)
    try:
        asyncio.run(run(_plan(folder, what), announce, lambda: announce("welcome")))
    except CannotStart as refusal:
        raise SystemExit(str(refusal)) from None


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2])
