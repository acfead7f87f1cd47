"""Days of a county: officers come, work their cases side by side, and go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

import httpx2

from services.runtime.simulation.abolition import (
    abolish,
    before,
    clerk_at,
    handover,
    is_abolished,
    take_office,
)
from services.runtime.simulation.case_calls import Unexpected, acknowledged
from services.runtime.simulation.case_life import CaseLife
from services.runtime.simulation.coming_again import OnFile, coming_again
from services.runtime.simulation.desk import Desk, NoAnswer
from services.runtime.simulation.families import Coming, FamilyPlan, HandedIn, members_of
from services.runtime.simulation.family_life import FamilyLife
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.mix import Abolished, Mix
from services.runtime.simulation.plan import CasePlan, arrivals
from services.runtime.simulation.staff import NobodyThere, Staff
from services.runtime.simulation.summary import Summary, counted
from services.runtime.simulation.superior import Superior

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
    kafka: str = ""
    """`host:port`, for what does not go over HTTP: reference facts of an operator, results that a
    superior's system pushes. Empty: no system pushes any."""


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
        self._on_file: list[OnFile] = []
        self._superior = Superior(run.kafka) if run.kafka else None

    async def carry_out(self) -> Summary:
        """Work all days, one after the other, and give the summary.

        Raises:
            PlanWrong: the mix does not fit the catalogue, or the county's organisations.
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
            run, at_work = self._run, self._at_work(everybody)
            for day, number in enumerate(arrivals(run.days, run.cases_per_day, run.mix.week)):
                cases = coming_again(coming.of_a_day(number), self._on_file)
                if (told := run.mix.abolished) is not None and told.day == day + 1:
                    cases = await self._abolish(told, cases, everybody)
                if day:
                    await self._day(cases, at_work, Random(f"{run.seed}/{day}"))
                else:
                    await self._work(cases, at_work)
            await _go(desk for desk in desks if desk.token)
        return counted(self.summary, self._ledger)

    def _at_work(self, everybody: Staff) -> Staff:
        """Give who works from day to day: at a village that will be abolished, or was, nobody."""
        told = self._run.mix.abolished
        gone = told.organisation if told is not None else ""
        return Staff([desk for desk in everybody.desks if desk.organisation != gone])

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
        mix, without = self._run.mix, ""
        if (told := mix.abolished) is not None:
            without = told.organisation
            for place in (told.organisation, told.successor):
                clerk_at(place, staff)  # known before anything is done
        return Coming(self._run.seed, mix, catalogue, topics, staff.counters(without))

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
            if isinstance(plan, FamilyPlan):
                await self._as_planned(FamilyLife(plan, staff, self._ledger, self._superior).live())
            else:
                await self._as_planned(self._single(plan, staff))
            self._progress(len(members_of(plan)))

    async def _single(self, plan: CasePlan, staff: Staff) -> None:
        stands = await CaseLife(plan, staff, self._ledger, self._superior).live()
        if plan.is_accepted:
            self._on_file.append(OnFile(plan, stands.case_id))

    async def _as_planned(self, life: Awaitable[None]) -> None:
        try:
            await life
        except (Unexpected, NoAnswer, NobodyThere) as otherwise:
            self.summary.failed += 1
            if len(self.summary.unexpected) < _SHOWN:
                self.summary.unexpected.append(f"{type(otherwise).__name__}: {otherwise}")

    async def _abolish(
        self, told: Abolished, cases: list[HandedIn], staff: Staff
    ) -> list[HandedIn]:
        """Have an organisation abolished, and what lies there finished by its successor; give
        what else comes that day. Where it was abolished before, nothing is done."""
        clerk = clerk_at(told.successor, staff)
        if await is_abolished(clerk, told.organisation):
            return cases
        last = handover(told, cases, staff)
        lives = [CaseLife(before(plan), staff, self._ledger) for plan in last.plans]
        await self._all(life.work() for life in lives)
        await self._as_planned(abolish(told, self._run.kafka, clerk))
        heirs = [desk for desk in staff.desks if desk.organisation == told.successor]
        await self._as_planned(take_office(heirs, told.organisation))
        pairs = zip(lives, last.plans, strict=True)
        await self._all(_with_successor(life, plan, clerk) for life, plan in pairs)
        self._progress(len(lives))
        return list(last.rest)

    async def _all(self, lives: Iterable[Awaitable[None]]) -> None:
        await asyncio.gather(*(self._as_planned(life) for life in lives))


async def _with_successor(life: CaseLife, plan: CasePlan, clerk: Desk) -> None:
    await life.go_on(plan, clerk)
    await life.end()


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
