"""One case at the window: handed in, told what is lacking, completed, or thought better of."""

from __future__ import annotations

from random import Random
from typing import Any

from services.runtime.simulation.at_the_window import CONFIRMED, come, submission
from services.runtime.simulation.case_calls import CaseCalls
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff


class HandingIn(CaseCalls):
    """What is done for a case before it is accepted."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        super().__init__(plan.number, ledger)
        self._plan, self._staff = plan, staff
        self._clerk = staff.desk(plan.clerk)
        self._trespass = plan.trespass
        self._done: list[str] = []

    async def _hand_in(self) -> int | None:
        """Submit, and have the papers completed, or not; give the version then."""
        papers = [
            {name: asked[name] for name in ("code", "form", "count")}
            for asked in self._plan.item["materials"]
            if asked["required"]
        ]
        there = len(papers) - self._plan.lacking
        plan = self._plan
        body = submission(plan.item, plan.applicant, plan.channel, papers[:there])
        random = Random(f"{self._plan.draw}/window")
        self._done += come(self._plan.acts, self._plan.item, body, random)
        answer = await self._act(self._clerk, "intake", "/v1/applications", body, expected=201)
        self._case_id = str(answer.json()["case_id"])
        version = answer.version
        if not body["submit"]:
            version = await self._intake("submit", dict(CONFIRMED), version)
        if self._plan.lacking:
            version = await self._complete(papers[there:], version)
        if self._attempted("foreign_accept"):
            stranger = self._staff.stranger(self._clerk.organisation, self._plan.draw)
            path = f"/v1/applications/{self._case_id}/accept"
            await self._act(stranger, "intake", path, {}, version, expected=403)
        return version

    async def _complete(self, missing: list[dict[str, Any]], seen: int | None) -> int | None:
        """Say all that is missing at once; the applicant brings it, or thinks better of it."""
        defects = [{"material": paper["code"], "problem": "未提交该材料。"} for paper in missing]
        version = await self._intake("notify-deficiency", {"defects": defects}, seen)
        if self._plan.way == "withdrawn":
            return version
        return await self._intake("supplement", {"materials": missing}, version)

    async def _intake(self, act: str, body: dict[str, Any], seen: int | None) -> int | None:
        path = f"/v1/applications/{self._case_id}/{act}"
        return (await self._act(self._clerk, "intake", path, body, seen)).version

    def _attempted(self, what: str) -> bool:
        """Say whether this is the moment of the trespass; it is done once."""
        if self._trespass != what:
            return False
        self._trespass = None
        return True
