"""机构撤并: one day of the run an organisation is abolished, and its successor goes on.

It is done as an operator does it with `cunban reference apply`: the new facts are published on the
topic of reference facts, nothing else.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.facts import Organisation
from services.kernel.calendar import local
from services.kernel.organisation_contradictions import contradictions_of_organisation
from services.runtime.clock import now
from services.runtime.reference_topic import Publication, ReferenceUnavailable, publish
from services.runtime.simulation.acts import ACTS
from services.runtime.simulation.case_calls import Unexpected
from services.runtime.simulation.desk import Desk
from services.runtime.simulation.families import FamilyPlan, HandedIn
from services.runtime.simulation.mix import Abolished
from services.runtime.simulation.plan import CasePlan, PlanWrong, Way
from services.runtime.simulation.staff import Staff

_PAUSE: Final = 0.1
_ENDED: Final[tuple[Way, ...]] = ("approved", "rejected")


@dataclass(frozen=True, slots=True)
class Handover:
    """Cases that lie with the organisation when its last day begins."""

    organisation: str
    plans: tuple[CasePlan, ...]
    """As they go once the successor has them."""
    rest: tuple[HandedIn, ...]
    """What else comes that day."""


def handover(told: Abolished, coming: Sequence[HandedIn], staff: Staff) -> Handover:
    """Choose from what comes on the day the first cases that a village does by itself, and have
    them handed in at the one that is abolished; the same arguments, the same cases.

    Raises:
        PlanWrong: nobody takes cases in there, or at its successor.
    """
    clerk = clerk_at(told.organisation, staff).login
    clerk_at(told.successor, staff)
    chosen = [case for case in coming if isinstance(case, CasePlan) and _lies_in_village(case)]
    chosen = chosen[: told.cases]
    numbers = {case.number for case in chosen}
    return Handover(
        organisation=told.organisation,
        plans=tuple(_there(case, clerk) for case in chosen),
        rest=tuple(
            case for case in coming if isinstance(case, FamilyPlan) or case.number not in numbers
        ),
    )


def clerk_at(village: str, staff: Staff) -> Desk:
    """Give who takes cases in there.

    Raises:
        PlanWrong: nobody does.
    """
    there = [login for login in staff.village_clerks if staff.desk(login).organisation == village]
    if not there:
        raise PlanWrong(f"abolished: nobody takes cases in at {village}")
    return staff.desk(there[0])


def before(plan: CasePlan) -> CasePlan:
    """Give the plan as far as the organisation comes with it: taken in, and claimed."""
    return replace(plan, way="left_open", acts=plan.acts - ACTS.keys())


async def is_abolished(desk: Desk, path: str) -> bool:
    """Say whether the county knows that the organisation does nothing more.

    Raises:
        NoAnswer: see there.
    """
    return (await _organisations(desk))[path].closed_on is not None


async def abolish(told: Abolished, kafka: str, desk: Desk) -> None:
    """Publish that the organisation is abolished today, and wait until the county knows.

    Raises:
        PlanWrong: it may not be abolished so, by the rules of `cunban reference check`.
        Unexpected: the facts could not be published, or nobody took notice of them.
    """
    known = await _organisations(desk)
    closed = known[told.organisation].model_copy(
        update={"closed_on": local(now()).date(), "successor": told.successor}
    )
    known[closed.path] = closed
    for _, what, _ in contradictions_of_organisation(closed, known, Counter()):
        raise PlanWrong(f"abolished: {what}")
    try:
        await publish(kafka, Publication(changed=(closed,)))
    except ReferenceUnavailable as silence:
        raise Unexpected(f"{told.organisation} could not be abolished: {silence}") from silence
    await _until_known(desk, told.organisation)


async def take_office(heirs: Sequence[Desk], organisation: str) -> None:
    """Have the successor's officers sign in anew, until they have their posts there too.

    Raises:
        Unexpected: they do not get them.
    """
    for desk in heirs:
        until = asyncio.get_running_loop().time() + desk.patience
        while not _has_post_at(desk, organisation):
            if asyncio.get_running_loop().time() > until:
                raise Unexpected(f"{desk.login} has no post at {organisation}")
            await desk.sign_out()
            await desk.sign_in()


async def _until_known(desk: Desk, path: str) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + desk.patience
    while not await is_abolished(desk, path):
        if loop.time() > until:
            raise Unexpected(f"{path} is still at work")
        await asyncio.sleep(_PAUSE)


async def _organisations(desk: Desk) -> dict[str, Organisation]:
    told = (await desk.ask("routing", "/v1/organisations")).json()
    return {one["path"]: Organisation.model_validate(one) for one in told}


def _lies_in_village(case: CasePlan) -> bool:
    by_itself = case.item["shape"] == "village_decides" and case.channel == "village"
    return by_itself and case.is_accepted and not case.reused


def _there(case: CasePlan, clerk: str) -> CasePlan:
    way: Way = case.way if case.way in _ENDED else "approved"
    return replace(case, clerk=clerk, way=way)


def _has_post_at(desk: Desk, organisation: str) -> bool:
    return any(post["organisation"] == organisation for post in desk.officer["posts"])
