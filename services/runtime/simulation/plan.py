"""Which cases come and which way each goes: decided by the seed alone, before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from random import Random
from typing import Any, Final, Literal, TypeAlias

from services.runtime.simulation.applicants import applicant_of
from services.runtime.simulation.counters import Counters
from services.runtime.simulation.mix import Mix, Shares

Way: TypeAlias = Literal["withdrawn", "not_accepted", "left_open", "rejected", "approved"]
"""How a case stands when the run ends."""
Trespass: TypeAlias = Literal[
    "foreign_accept",
    "foreign_attach",
    "foreign_claim",
    "foreign_transfer",
    "unclaimed_close",
    "stale_claim",
]
"""What somebody attempts on it: to accept, claim, transfer or put papers to what is another's, to
close a step that nobody answers for, to claim one by a version that is no longer so."""

_BEFORE_THE_ROUTE: Final[tuple[Trespass, ...]] = ("foreign_accept", "foreign_attach")
_ON_THE_ROUTE: Final[tuple[Trespass, ...]] = (
    "foreign_claim",
    "foreign_transfer",
    "unclaimed_close",
    "stale_claim",
)


class PlanWrong(Exception):
    """The mix names an item that the catalogue does not hold, or that nobody takes in."""


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One case before it begins."""

    number: int
    """From 1, over all days of the run."""
    clerk: str
    """Login of the clerk who takes it in."""
    channel: str
    item: Mapping[str, Any]
    """As `GET /v1/items` gives it."""
    applicant: Mapping[str, str]
    way: Way
    lacking: int
    """Papers that are not there at first; all of them are told at once."""
    rejected_at: int
    """Which of the steps that could reject does, from 0; only of a rejected case."""
    disagreeing: tuple[bool, ...]
    """For each opinion of the route, in its order."""
    trespass: Trespass | None
    acts: frozenset[str]
    """Of the three tables of acts, what is done where it fits."""
    procedures: tuple[Mapping[str, Any], ...]
    """Special procedures of the item, in the order in which this case would use them: each case of
    the item begins with the next, so that none is left out."""
    draw: int
    """For choices among officers: the same seed, the same officers."""
    reused: Mapping[str, str] = field(default_factory=dict)
    """Papers of an earlier case that are not brought again: material → case id."""

    @property
    def is_accepted(self) -> bool:
        """Whether its papers will do, and the clocks start."""
        return self.way not in {"withdrawn", "not_accepted"}


def plans(
    seed: int, mix: Mix, catalogue: Sequence[Mapping[str, Any]], counters: Counters
) -> Iterator[CasePlan]:
    """Give plans without end; the same arguments, the same plans.

    Items come in the proportions of the mix within every round, not only on average.

    Raises:
        PlanWrong: before the first plan.
    """
    by_code = {str(item["code"]): item for item in catalogue if _ways_in(mix, item, counters)}
    wanted = {code: often for code, often in sorted(mix.items.items()) if often}
    if unknown := sorted(wanted.keys() - by_code.keys()):
        told = ", ".join(unknown)
        raise PlanWrong(f"not in the catalogue, or nobody takes it in by these channels: {told}")
    round_ = [by_code[code] for code, often in wanted.items() for _ in range(often)]
    if not round_:
        raise PlanWrong("no items to hand in")
    # Nobody guesses anything from it: a seed is what is wanted here.
    random, number = Random(seed), 0
    stops: Counter[str] = Counter()
    while True:
        random.shuffle(round_)
        for item in round_:
            number += 1
            ways_in = _ways_in(mix, item, counters)
            channel = random.choices(list(ways_in), list(ways_in.values()))[0]
            clerk = random.choice(counters.serving(channel, item))
            plan = case_plan(number, item, (channel, clerk), mix, random)
            if {"stop_and_resume", "leave_stopped"} & plan.acts:
                stops[item["code"]] += 1
            yield replace(plan, procedures=_from(stops[item["code"]], item["procedures"]))


def arrivals(days: int, cases_per_day: int, week: Sequence[float]) -> list[int]:
    """Give how many cases each day brings: in all `days * cases_per_day`, shared out by `week`."""
    busy = [week[day % len(week)] if week else 1.0 for day in range(days)]
    whole, share = days * cases_per_day, list(accumulate(busy))
    until = [round(whole * reached / share[-1]) for reached in share]
    return [after - before for before, after in pairwise([0, *until])]


def _ways_in(mix: Mix, item: Mapping[str, Any], counters: Counters) -> dict[str, int]:
    return {
        channel: often
        for channel, often in mix.channels.items()
        if often and counters.serving(channel, item)
    }


def case_plan(
    number: int, item: Mapping[str, Any], come: tuple[str, str], mix: Mix, random: Random
) -> CasePlan:
    """Draw what becomes of one case of `item`; `come`: channel, and login of who takes it in."""
    channel, clerk = come
    shares, way = mix.shares, _way(mix.shares, random.random())
    lacking = _lacking(item, random) if random.random() < shares.deficient else 0
    if lacking and random.random() < shares.given_up:
        way = "withdrawn"
    opinions = sum(step["duty"] == "opinion" for step in item["steps"])
    trespasses = _BEFORE_THE_ROUTE
    if way not in {"withdrawn", "not_accepted"}:
        trespasses = _BEFORE_THE_ROUTE + _ON_THE_ROUTE
    return CasePlan(
        number=number,
        clerk=clerk,
        channel=channel,
        item=item,
        applicant=applicant_of(item, random),
        way=way,
        lacking=lacking,
        rejected_at=random.randrange(len(item["steps"]) - opinions),
        disagreeing=tuple(random.random() < shares.disagreed for _ in range(opinions)),
        trespass=random.choice(trespasses) if random.random() < shares.trespass else None,
        procedures=(),
        acts=frozenset(name for name, rate in mix.acts.items() if random.random() < rate),
        draw=random.randrange(2**32),
    )


def _from(first: int, procedures: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Give them all, beginning with another one than the case before."""
    at = first % len(procedures) if procedures else 0
    return (*procedures[at:], *procedures[:at])


def _lacking(item: Mapping[str, Any], random: Random) -> int:
    asked = sum(bool(material["required"]) for material in item["materials"])
    return random.randint(1, asked) if asked else 0


def _way(shares: Shares, drawn: float) -> Way:
    ways: tuple[tuple[Way, float], ...] = (
        ("withdrawn", shares.withdrawn),
        ("not_accepted", shares.not_accepted),
        ("left_open", shares.left_open),
        ("rejected", shares.rejected),
    )
    for way, share in ways:
        if drawn < share:
            return way
        drawn -= share
    return "approved"
