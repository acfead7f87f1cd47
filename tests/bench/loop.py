"""(a) The loop beside a bare copy and beside Faust. B5 and B6 of the bars."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from tests.bench.figures import Bar, Finding, Series
from tests.bench.review_commands import lives, new_cases, put, review_under, topics_under
from tests.bench.stage import Stage, all_cores, pin, stage

_SIDES: Final = {
    "ours": ("loop_ours",),
    "bare copy": ("loop_copy",),
    "bare copy, mended, a pipeline a partition": ("loop_copy", "mended", "pipelines"),
    "bare copy, each message thrice": ("loop_copy", "thrice"),
    "Faust agent, sends queued": ("loop_faust",),
    "Faust agent, sends acknowledged": ("loop_faust", "acknowledged"),
}
_CASES: Final = 10_000
_QUICK_CASES: Final = 2_000
_FAUST_SHARE: Final = 4
"""Faust is given a quarter of the commands: it would take minutes a round, its rate is the same."""


async def loop(rounds: int, *, quick: bool) -> Finding:
    """Measure commands a second on one core, the broker on the others."""
    finding = Finding("loop: commands carried out on one core")
    core, *others = sorted(all_cores())
    if not others:
        finding.skipped = "needs two cores: one for the loop, one for the broker"
        return finding
    rates: dict[str, list[float]] = defaultdict(list)
    costs: dict[str, list[float]] = defaultdict(list)
    async with stage() as own:
        pin(own.broker.pid, others)
        for number in range(rounds + 1):
            found = await _round(own, f"bench{number}", _QUICK_CASES if quick else _CASES, core)
            if number == 0:
                continue  # pitfall A20: a broker just started is two to three times slower
            for side, (count, seconds, cpu) in found.items():
                rates[side].append(count / seconds)
                costs[side].append(1e6 * cpu / count)
    _write(finding, rates, costs)
    return finding


async def _round(
    own: Stage, name: str, cases: int, core: int
) -> dict[str, tuple[int, float, float]]:
    found = {}
    for part, sides in (("", list(_SIDES)[:4]), ("f", list(_SIDES)[4:])):
        under, of = f"{name}{part}", cases // _FAUST_SHARE if part else cases
        names = (*topics_under(under), f"{under}.copied.v1")
        await own.make_topics(names)
        count = await put(own.bootstrap, review_under(under).commands_topic, lives(new_cases(of)))
        for side in sides:
            program, *how = _SIDES[side]
            told = await own.run(program, own.bootstrap, under, count, *how, cores=[core])
            found[side] = (count, told["seconds"], told["cpu_seconds"])
        await own.drop_topics(names)
    return found


def _write(finding: Finding, rates: dict[str, list[float]], costs: dict[str, list[float]]) -> None:
    series = {side: Series(side, "commands/s", tuple(values)) for side, values in rates.items()}
    finding.series += series.values()
    finding.series += [
        Series(f"{side}: own CPU", "µs a command", tuple(values)) for side, values in costs.items()
    ]
    ours, copy, piped, thrice, queued, acknowledged = (series[side].median for side in _SIDES)
    finding.bars += [
        Bar("ours, commands/s", ours, 8_000, "at least"),
        Bar("ours ÷ bare copy", ours / copy, 0.4, "at least"),
        Bar(
            "ours ÷ the faster of the two Faust agents",
            ours / max(queued, acknowledged),
            3,
            "at least",
        ),
    ]
    finding.notes += [
        f"ours ÷ bare copy, mended, a pipeline a partition: {ours / piped:.2f}",
        "The bare copy is aiokafka as it comes; mended, it has our pause between transactions.",
        "A command of ours writes three messages (event, snapshot, result), the copy one; "
        f"ours ÷ bare copy of each message thrice: {ours / thrice:.2f}",
        "From the first message in hand to the last committed offset, start-up excluded; for Faust "
        "to the last acknowledgement; it keeps neither snapshots nor old results. Warmed up once.",
    ]
