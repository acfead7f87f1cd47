"""Which benchmarks there are, and how they are run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias

from rich.console import Console

from tests.bench.figures import Finding
from tests.bench.gateway import gateway
from tests.bench.loop import loop
from tests.bench.machine import machine
from tests.bench.memory import memory
from tests.bench.projection import projection
from tests.bench.queries import queries
from tests.bench.rebuilding import rebuild
from tests.bench.stack import stack
from tests.bench.visible import visible

Benchmark: TypeAlias = Callable[..., Awaitable[Finding]]

BENCHMARKS: Final[dict[str, Benchmark]] = {
    "loop": loop,
    "gateway": gateway,
    "projection": projection,
    "visible": visible,
    "rebuild": rebuild,
    "queries": queries,
    "memory": memory,
    "stack": stack,
}
"""By the name that `cunban bench` takes; each starts what it needs and ends it."""


async def run(names: Sequence[str], rounds: int, *, quick: bool, say: Console) -> dict[str, Any]:
    """Run the benchmarks, print what they find, give all of it as JSON.

    `holds` tells whether every bar was reached; what was skipped counts as reached, and is said.
    """
    on = machine()
    say.print(_about(on, rounds, quick), markup=False)
    findings: dict[str, Finding] = {}
    for name in names:
        with say.status(f"{name} …"):
            findings[name] = await BENCHMARKS[name](rounds, quick=quick)
        say.print(findings[name].markdown(), markup=False)
    return {
        "machine": on,
        "rounds": rounds,
        "quick": quick,
        "holds": all(finding.holds for finding in findings.values()),
        "benchmarks": {name: finding.as_json() for name, finding in findings.items()},
    }


def _about(on: dict[str, str], rounds: int, quick: bool) -> str:
    facts = "; ".join(f"{name} {value}" for name, value in on.items())
    kind = "quick, for a look only" if quick else "full"
    return f"{facts}\n{rounds} rounds, {kind}; figures of a machine shared with others mislead.\n"
