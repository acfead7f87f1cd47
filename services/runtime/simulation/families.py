"""一件事: what comes to a window at once, topics among single cases; decided by the seed alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, TypeAlias

from services.runtime.simulation.counters import Counters
from services.runtime.simulation.mix import REPEAT_TOPIC, Mix
from services.runtime.simulation.papers import papers_of
from services.runtime.simulation.plan import CasePlan, PlanWrong, case_plan, plans

_TOGETHER: Final = frozenset({"issue", "ready", "deliver"})
"""Acts that a family wants of all its results, or of none: they are to be collected in one way."""
_NOT_AT_ONCE: Final = frozenset({"draft_first", "detach"})
"""A topic is handed in as a whole, there is no draft of it."""


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """A topic that is handed in by one call; each member is then a case like every other."""

    topic: str
    materials: tuple[Mapping[str, Any], ...]
    """The merged list of the chosen items, as `GET /v1/topics` gives its papers: what is there."""
    members: tuple[CasePlan, ...]
    """In the topic's order; of one applicant, at one counter."""
    repeats: bool
    """Whether it is sent once more under the same key."""

    def missing(self, member: CasePlan) -> list[dict[str, Any]]:
        """Give the papers that `member` asks for and that nobody brought."""
        there = {str(paper["code"]) for paper in self.materials}
        brought, _ = papers_of(member.item, 0)
        return [paper for paper in brought if paper["code"] not in there]


HandedIn: TypeAlias = CasePlan | FamilyPlan


def members_of(handed_in: HandedIn) -> tuple[CasePlan, ...]:
    """Give the cases that come of it."""
    return handed_in.members if isinstance(handed_in, FamilyPlan) else (handed_in,)


class Coming:
    """What is handed in, one thing after the other; the same seed, the same things.

    A share of it are topics, with some or all of their items; the single cases between them keep
    the proportions of the mix. `catalogue` and `topics` as HTTP gives them.
    """

    def __init__(
        self,
        seed: int,
        mix: Mix,
        catalogue: Sequence[Mapping[str, Any]],
        topics: Sequence[Mapping[str, Any]],
        counters: Counters,
    ) -> None:
        """Begin.

        Raises:
            PlanWrong: the mix does not fit the catalogue or the topics.
        """
        self._mix, self._counters = mix, counters
        self._single = plans(seed, mix, catalogue, counters)
        self._random = Random(f"{seed}/topics")
        self._items = {str(item["code"]): item for item in catalogue}
        self._round = self._of_the_mix({str(topic["code"]): topic for topic in topics})
        self._waiting: list[Mapping[str, Any]] = []
        self._number = 0

    def of_a_day(self, cases: int) -> list[HandedIn]:
        """Give what comes on the next day: that many cases, members of families included; the
        last family has no more members than the day has cases left."""
        found: list[HandedIn] = []
        while cases > 0:
            handed_in = self._next(cases)
            cases -= len(members_of(handed_in))
            found.append(handed_in)
        return found

    def _next(self, left: int) -> HandedIn:
        if self._round and self._random.random() < self._mix.shares.topics:
            return self._family(left)
        return replace(next(self._single), number=self._numbered())

    def _family(self, left: int) -> FamilyPlan:
        random, mix = self._random, self._mix
        if not self._waiting:
            self._waiting = random.sample(self._round, len(self._round))
        topic = self._waiting.pop()
        items = [self._items[str(item["code"])] for item in topic["items"]]
        wanted = random.randint(min(2, len(items)), len(items))
        chosen = set(random.sample(range(len(items)), min(wanted, left)))
        items = [item for place, item in enumerate(items) if place in chosen]
        ways_in = self._ways_in(topic, items)
        channel = random.choices(list(ways_in), list(ways_in.values()))[0]
        clerk = random.choice(self._serving(channel, items))
        drawn = [case_plan(self._numbered(), i, (channel, clerk), mix, random) for i in items]
        deficient = random.random() < mix.shares.deficient
        return FamilyPlan(
            topic=str(topic["code"]),
            materials=_brought(topic, items, random if deficient else None),
            members=tuple(_as_one(drawn)),
            repeats=random.random() < mix.acts.get(REPEAT_TOPIC, 0.0),
        )

    def _of_the_mix(self, topics: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        wanted = {code: often for code, often in sorted(self._mix.topics.items()) if often}
        there = {code for code, topic in topics.items() if self._ways_in(topic, self._of(topic))}
        if unknown := sorted(wanted.keys() - there):
            told = ", ".join(unknown)
            raise PlanWrong(f"no such topics, or nobody takes them in by these channels: {told}")
        return [topics[code] for code, often in wanted.items() for _ in range(often)]

    def _of(self, topic: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [self._items[str(item["code"])] for item in topic["items"]]

    def _ways_in(
        self, topic: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
    ) -> dict[str, int]:
        return {
            channel: often
            for channel, often in self._mix.channels.items()
            if often and channel in topic["channels"] and self._serving(channel, items)
        }

    def _serving(self, channel: str, items: Sequence[Mapping[str, Any]]) -> list[str]:
        first, *others = (self._counters.serving(channel, item) for item in items)
        return [login for login in first if all(login in serving for serving in others)]

    def _numbered(self) -> int:
        self._number += 1
        return self._number


def _brought(
    topic: Mapping[str, Any], items: Sequence[Mapping[str, Any]], lacking: Random | None
) -> tuple[Mapping[str, Any], ...]:
    """Give the required papers of the merged list that `items` ask for; but for some, by
    `lacking`."""
    asked = {str(paper["code"]) for item in items for paper in papers_of(item, 0)[0]}
    first = {condition["paper"] for item in items for condition in item.get("preconditions", ())}
    papers = [
        {name: paper[name] for name in ("code", "form", "count")}
        for paper in topic["materials"]
        if paper["code"] in asked
    ]
    papers.sort(key=lambda paper: paper["code"] not in first)
    always = sum(paper["code"] in first for paper in papers)
    wanting = lacking is not None and always < len(papers)
    there = lacking.randrange(always, len(papers)) if lacking and wanting else len(papers)
    return tuple(papers[:there])


def _as_one(drawn: Sequence[CasePlan]) -> Iterator[CasePlan]:
    """Give the plans as those of one family: the first one's applicant, at the window what it
    does, of the results what it does."""
    lead = drawn[0]
    together = lead.acts & _TOGETHER
    for plan in drawn:
        acts = (plan.acts - _TOGETHER - _NOT_AT_ONCE) | together
        procedures = tuple(plan.item["procedures"])
        yield replace(plan, applicant=lead.applicant, lacking=0, acts=acts, procedures=procedures)
