"""One case at the window: handed in, told what is lacking, completed, or thought better of."""

from __future__ import annotations

from collections.abc import Container, Mapping
from random import Random
from typing import Any

from services.kernel.calendar import local
from services.runtime.clock import now
from services.runtime.simulation.at_the_window import CONFIRMED, ELSEWHERE, come, submission
from services.runtime.simulation.case_calls import CaseCalls
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.picture import PAPERS
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.visits import Visit, visited


def papers_of(
    item: Mapping[str, Any], lacking: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the papers that somebody brings who lacks `lacking` of the required, and those that are
    not there. What shows a precondition is always brought: without it nothing is taken in."""
    first = {condition["paper"] for condition in item.get("preconditions", ())}
    papers = [
        {name: asked[name] for name in ("code", "form", "count")}
        for asked in item["materials"]
        if asked["required"] or asked["code"] in first
    ]
    papers.sort(key=lambda paper: paper["code"] not in first)
    there = max(sum(paper["code"] in first for paper in papers), len(papers) - lacking)
    return papers[:there], papers[there:]


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
        plan = self._plan
        brought, missing = papers_of(plan.item, plan.lacking)
        body = submission(plan.item, plan.applicant, plan.channel, brought)
        visit = self._visit(Random(f"{plan.draw}/visit"))
        await visited("coming", plan.acts, visit)
        random = Random(f"{plan.draw}/window")
        self._done += come(self._plan.acts, self._plan.item, body, random)
        taker = self._taker(body)
        answer = await self._act(taker, "intake", "/v1/applications", body, expected=(201,))
        self._case_id = visit.case_id = str(answer.json()["case_id"])
        visit.version = answer.version
        if not body["submit"]:
            await visited("drafted", plan.acts, visit)
            visit.version = await self._intake("submit", dict(CONFIRMED), visit.version)
        await visited("handed_in", plan.acts, visit)
        version = visit.version
        if missing:
            version = await self._complete(missing, version)
        await self._trespass_at_the_window(version)
        return version

    def _taker(self, body: dict[str, Any]) -> Desk:
        """Give who takes it in; where that is another office, the body says for whom (通办)."""
        if body.get("taken_in_at") != ELSEWHERE:
            return self._clerk
        taker = self._staff.stranger(self._clerk.organisation, self._plan.draw)
        body |= {"organisation": self._clerk.organisation, "taken_in_at": taker.organisation}
        return taker

    async def _trespass_at_the_window(self, seen: int | None) -> None:
        path = f"/v1/applications/{self._case_id}"
        if self._attempted("foreign_accept"):
            stranger = self._staff.stranger(self._clerk.organisation, self._plan.draw)
            await self._act(stranger, "intake", f"{path}/accept", {}, seen, expected=(403,))
        elif self._attempted("foreign_attach"):
            stranger = self._staff.stranger(self._clerk.organisation, self._plan.draw)
            name = f"{path}/attachments/identity"
            await self._file(stranger, name, PAPERS["pdf"], expected=(403,))

    def _visit(self, random: Random) -> Visit:
        clerk, plan = self._clerk, self._plan

        async def ask(path: str) -> Answer:
            return await clerk.ask("intake", path)

        async def post(path: str, body: dict[str, Any], expected: Container[int]) -> Answer:
            return await self._act(clerk, "intake", path, body, expected=expected)

        async def put(name: str, file: bytes | None) -> Answer:
            path = f"/v1/applications/{self._case_id}/attachments/{name}"
            return await self._file(clerk, path, file)

        async def take_off(name: str) -> Answer:
            return await put(name, None)

        return Visit(
            item=plan.item,
            applicant=plan.applicant,
            organisation=clerk.organisation,
            channel=plan.channel,
            today=local(now()).date(),
            random=random,
            ask=ask,
            post=post,
            put=put,
            take_off=take_off,
            done=self._done,
        )

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
