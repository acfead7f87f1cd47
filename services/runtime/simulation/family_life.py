"""A family from the window to the day on which its results are collected, in one way."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from services.runtime.simulation.case_life import CaseLife
from services.runtime.simulation.families import FamilyPlan
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.superior import Superior


class FamilyLife:
    """Works the cases of one topic side by side; the lead is the one at the window."""

    def __init__(
        self, plan: FamilyPlan, staff: Staff, ledger: Ledger, superior: Superior | None = None
    ) -> None:
        self._plan = plan
        self._lives = [CaseLife(member, staff, ledger, superior) for member in plan.members]

    async def live(self) -> None:
        """Hand the topic in, work each case as far as its plan goes, collect what is ready.

        Raises:
            Unexpected, NoAnswer, NobodyThere: as `CaseLife.live`, of the first case that went
                otherwise; the others are worked to their end.
        """
        plan, lives = self._plan, self._lives
        told = await lives[0].hand_in_topic(plan)
        for at, (member, life) in enumerate(zip(plan.members, lives, strict=True)):
            life.belongs_to(told, at, plan.missing(member))
        worked = await asyncio.gather(*(life.work() for life in lives), return_exceptions=True)
        faults = [fault for fault in worked if fault is not None]
        if not faults and _ready_together(lives):
            await lives[0].see_family_ready()
        done = zip(lives, worked, strict=True)
        good = [life for life, fault in done if fault is None]
        ended = await asyncio.gather(*(life.end() for life in good), return_exceptions=True)
        for fault in [*faults, *(each for each in ended if isinstance(each, BaseException))]:
            raise fault


def _ready_together(lives: Collection[CaseLife]) -> bool:
    results = {life.result for life in lives}
    ended = not any(life.is_open for life in lives)
    return ended and "ready" in results and "on_the_way" not in results
