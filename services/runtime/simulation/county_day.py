"""Days of a county: officers come, work their cases side by side, and go."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any, Final, TypeAlias

import httpx2

from services.runtime.simulation.case_calls import Unexpected, acknowledged
from services.runtime.simulation.case_life import CaseLife
from services.runtime.simulation.desk import Desk, NoAnswer
from services.runtime.simulation.families import Coming, FamilyPlan, HandedIn, members_of
from services.runtime.simulation.family_life import FamilyLife
from services.runtime.simulation.ledger import (
    Ledger,
    acts_and_refusals,
    by_organisation,
    by_topic,
)
from services.runtime.simulation.mix import Mix
from services.runtime.simulation.plan import arrivals
from services.runtime.simulation.staff import NobodyThere, Staff

BEAT_SECONDS: Final = 30.0
"""A third of the silence after which an officer counts as offline."""
_AT_THE_DOOR: Final = 16
"""Sign-ins at once: supervision checks two at a time; more would wait so long on a busy machine
that they ask again."""
_TOKEN_SECONDS: Final = 8 * 3600.0
"""A token serves twelve hours, and the day that begins has to end on it."""
_CALL_SECONDS: Final = 10.0
_KNOCK_SECONDS: Final = 2.0
_SHOWN: Final = 20
Progress: TypeAlias = Callable[[int], None]
"""Told how many cases more are done."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to simulate."""

    days: int
    cases_per_day: int
    seed: int
    mix: Mix
    logins: Sequence[str]
    password: str
    concurrency: int = 16
    """Cases worked side by side."""


@dataclass(slots=True)
class Summary:
    """What a run came to, and what the system is to show for it."""

    days: int
    seed: int
    cases: int = 0
    commands: int = 0
    """Answered for good, refused ones included."""
    refused: int = 0
    """Of them: attempts that had to be refused, and were."""
    repeated: int = 0
    """Of them: needed more than one try."""
    ways: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    """Carried out, by the last part of their path."""
    done: dict[str, int] = field(default_factory=dict)
    """What acts were about: which procedure, which delivery, what a meeting came to."""
    refusals: dict[str, int] = field(default_factory=dict)
    """What the county refused, by code."""
    topics: dict[str, int] = field(default_factory=dict)
    """Families that were handed in, by topic; each of their cases is counted above."""
    organisations: dict[str, dict[str, int]] = field(default_factory=dict)
    """By the path of where the case was accepted: accepted, completed, open."""
    unexpected: list[str] = field(default_factory=list)
    """At most twenty, in words."""
    failed: int = 0
    """Cases that ended otherwise than planned; all of `unexpected`, and more."""

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)


class CountyDays:
    """Carries a run out against one installation.

    `address` gives the root of a service, with no slash at its end.
    """

    def __init__(
        self, run: Run, address: Callable[[str], str], ledger: Ledger, progress: Progress
    ) -> None:
        self._run, self._address = run, address
        self._ledger, self._progress = ledger, progress
        self.summary = Summary(run.days, run.seed)

    async def carry_out(self) -> Summary:
        """Work all days, one after the other, and give the summary.

        Raises:
            PlanWrong: the mix does not fit the catalogue.
            NoAnswer: a service is not there, nobody could sign in, or there was no catalogue.
            Unexpected: a sign-in was refused.
        """
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=64)
        async with httpx2.AsyncClient(timeout=_CALL_SECONDS, limits=limits) as http:
            await self._knock(http)
            desks = [
                Desk(http, self._address, login, self._run.password) for login in self._run.logins
            ]
            await self._come(desks)
            everybody = Staff(desks)
            coming = await self._plans(desks[0], everybody)
            run = self._run
            for day, number in enumerate(arrivals(run.days, run.cases_per_day, run.mix.week)):
                cases = coming.of_a_day(number)
                if day:
                    await self._day(cases, everybody, Random(f"{run.seed}/{day}"))
                else:
                    await self._work(cases, everybody)
            await _go(desk for desk in desks if desk.token)
        return self._counted()

    async def _day(self, cases: Sequence[HandedIn], everybody: Staff, random: Random) -> None:
        """Work a day on which some do not come, and some come when half of it is over.

        Whoever was there the day before has not signed out: 300 passwords a day would be most of
        the work of a run, and show nothing that those of the others do not.
        """
        shares, away = self._run.mix.shares, everybody.spare(random)
        absent = {desk for desk in away if random.random() < shares.absent}
        late = {desk for desk in away if random.random() < shares.late} - absent
        await _go(desk for desk in absent | late if desk.token)
        here = await self._there([d for d in everybody.desks if d not in absent | late])
        half = len(cases) // 2
        await self._work(cases[:half], here)
        here = Staff([*here.desks, *(await self._there(sorted(late, key=_login))).desks])
        await self._work(cases[half:], here)

    async def _there(self, desks: Sequence[Desk]) -> Staff:
        """Have all of them there: who was away signs in, and who did so long ago does it again."""
        await self._come([desk for desk in desks if desk.signs_in_before(_TOKEN_SECONDS)])
        return Staff(desks)

    async def _knock(self, http: httpx2.AsyncClient) -> None:
        """See soon whether anybody is there at all; afterwards officers are patient."""
        visitor = Desk(http, self._address, "", "", _KNOCK_SECONDS)
        for service in ("intake", "routing", "review", "supervision"):
            await visitor.ask(service, "/livez")

    async def _plans(self, desk: Desk, staff: Staff) -> Coming:
        catalogue = (await desk.ask("intake", "/v1/items")).json()
        topics = (await desk.ask("intake", "/v1/topics")).json()
        return Coming(self._run.seed, self._run.mix, catalogue, topics, staff.counters)

    async def _come(self, desks: Sequence[Desk]) -> None:
        door = asyncio.Semaphore(_AT_THE_DOOR)

        async def come(desk: Desk) -> None:
            async with door:
                answer = await desk.sign_in()
            if not answer.ok:
                raise Unexpected(f"{desk.login} cannot sign in: {answer.status} {answer.code}")
            self._ledger.note(acknowledged(desk, "supervision", "/v1/sessions", answer, ""))

        await asyncio.gather(*(come(desk) for desk in desks))

    async def _work(self, cases: Sequence[HandedIn], staff: Staff) -> None:
        room = asyncio.Semaphore(self._run.concurrency)
        beating = asyncio.create_task(_beat(staff), name="beats")
        try:
            await asyncio.gather(*(self._case(case, staff, room) for case in cases))
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _case(self, plan: HandedIn, staff: Staff, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                if isinstance(plan, FamilyPlan):
                    await FamilyLife(plan, staff, self._ledger).live()
                else:
                    await CaseLife(plan, staff, self._ledger).live()
            except (Unexpected, NoAnswer, NobodyThere) as otherwise:
                self.summary.failed += 1
                if len(self.summary.unexpected) < _SHOWN:
                    self.summary.unexpected.append(f"{type(otherwise).__name__}: {otherwise}")
            self._progress(len(members_of(plan)))

    def _counted(self) -> Summary:
        found, ledger = self.summary, self._ledger
        found.cases = len(ledger.cases)
        found.commands = len(ledger.acknowledged)
        found.refused = sum(line.status in {403, 409, 412} for line in ledger.acknowledged)
        found.repeated = sum(line.tries > 1 for line in ledger.acknowledged)
        found.ways = dict(sorted(Counter(case.way for case in ledger.cases).items()))
        found.shapes = dict(sorted(Counter(case.shape for case in ledger.cases).items()))
        found.items = dict(sorted(Counter(case.item for case in ledger.cases).items()))
        found.kinds = dict(sorted(Counter(case.item_kind for case in ledger.cases).items()))
        found.channels = dict(sorted(Counter(case.channel for case in ledger.cases).items()))
        found.done = dict(sorted(Counter(w for case in ledger.cases for w in case.done).items()))
        found.topics = by_topic(ledger.cases)
        found.acts, found.refusals = acts_and_refusals(ledger.acknowledged)
        found.organisations = by_organisation(ledger.cases)
        return found


def _login(desk: Desk) -> str:
    return desk.login


async def _go(desks: Iterable[Desk]) -> None:
    await asyncio.gather(*(desk.sign_out() for desk in desks))


async def _beat(staff: Staff) -> None:
    """Tell every half minute that they are there; a beat that is lost is only a beat."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        with suppress(NoAnswer):
            await asyncio.gather(*(desk.beat() for desk in staff.desks))
