"""One case at the window: handed in, told what is lacking, completed, or thought better of."""

from __future__ import annotations

from collections.abc import Container
from random import Random
from typing import Any

from services.kernel.calendar import local
from services.runtime.clock import now
from services.runtime.simulation.at_the_window import (
    CAPTURED,
    CONFIRMED,
    ELSEWHERE,
    come,
    submission,
    topic_submission,
)
from services.runtime.simulation.case_calls import CaseCalls
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.families import FamilyPlan
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.papers import papers_of
from services.runtime.simulation.picture import PAPERS
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.visit import CLERK, Json, Visit
from services.runtime.simulation.visits import visited


class HandingIn(CaseCalls):
    """What is done for a case before it is accepted."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        super().__init__(plan.number, ledger)
        self._plan, self._staff = plan, staff
        self._clerk = staff.desk(plan.clerk)
        self._trespass = plan.trespass
        self._done: list[str] = []
        self._missing: list[Json] = []
        """Papers that were asked for and are not there yet."""
        self._seen: int | None = None
        """Version of the application when it had been handed in."""
        self._family: Json = {}
        """As the answer told it; empty of a case by itself."""

    async def hand_in_topic(self, family: FamilyPlan) -> Json:
        """一件事一次办: hand in all of `family` by one call, this case first; give the answer.

        Raises:
            Unexpected: not all of them are in, or a repeat under the same key says otherwise.
        """
        visit = await self._arrived()
        plan, clerk = self._plan, self._clerk
        items = [member.item["code"] for member in family.members]
        body = topic_submission(items, plan.applicant, plan.channel, family.materials)
        in_person = any(member.item.get("in_person") for member in family.members)
        self._done += come(plan.acts, {"in_person": in_person}, body, self._at_the_window())
        path = f"/v1/topics/{family.topic}/applications"
        answer = await self._act(clerk, "intake", path, body, expected=(201,), as_act="topic")
        if family.repeats:
            again = await clerk.act("intake", path, body, key=answer.key)
            if (again.status, again.body) != (answer.status, answer.body):
                raise self._unexpected(f"{path} under the same key: {again.status} {again.code}")
            self._done.append("topic_repeated")
        told: Json = answer.json()
        self._case_id = visit.case_id = str(told["items"][0]["case_id"])
        visit.version = None
        await visited("handed_in", plan.acts, visit)
        return told

    def belongs_to(self, told: Json, at: int, missing: list[Json]) -> None:
        """Go on as the member at place `at` of the family that the answer `told` of."""
        self._family = told
        self._case_id, self._missing = str(told["items"][at]["case_id"]), missing

    async def _hand_in(self) -> int | None:
        """Submit, unless that was done with others, and have the papers completed, or not; give
        the version then."""
        if not self._case_id:
            await self._submit()
        version = self._seen
        if self._missing:
            version = await self._complete(self._missing, version)
        await self._trespass_at_the_window(version)
        return version

    async def _submit(self) -> None:
        plan = self._plan
        brought, self._missing = papers_of(plan.item, plan.lacking)
        papers = [self._paper(paper) for paper in brought]
        body = submission(plan.item, plan.applicant, plan.channel, papers)
        visit = await self._arrived()
        self._done += come(plan.acts, plan.item, body, self._at_the_window())
        if CAPTURED in self._done:
            answer = await self._in_a_batch(self._clerk, body)
        else:
            taker = self._taker(body)
            answer = await self._act(taker, "intake", "/v1/applications", body, expected=(201,))
        self._case_id = visit.case_id = str(answer.json()["case_id"])
        visit.version = answer.version
        if not body["submit"]:
            visit.body = body
            await visited("drafted", plan.acts, visit)
            path = f"/v1/applications/{self._case_id}/submit"
            told = await self._act(self._clerk, "intake", path, dict(CONFIRMED), visit.version)
            visit.version = told.version
            if told.json().get("warnings"):
                visit.note("warned")
        await visited("handed_in", plan.acts, visit)
        self._seen = visit.version

    def _paper(self, paper: Json) -> Json:
        if (earlier := self._plan.reused.get(paper["code"])) is None:
            return paper
        self._done.append("paper_reused")
        return paper | {"form": "reused", "reused_from": earlier}

    async def _arrived(self) -> Visit:
        visit = self._visit(Random(f"{self._plan.draw}/visit"))
        await visited("coming", self._plan.acts, visit)
        return visit

    def _at_the_window(self) -> Random:
        return Random(f"{self._plan.draw}/window")

    def _taker(self, body: dict[str, Any]) -> Desk:
        """Give who takes it in; where that is another office, the body says for whom (通办)."""
        if body.get("taken_in_at") != ELSEWHERE:
            return self._clerk
        taker = self._staff.stranger(self._clerk.organisation, self._plan.draw + 1)
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
        plan = self._plan
        return Visit(
            item=plan.item,
            applicant=plan.applicant,
            organisation=self._clerk.organisation,
            channel=plan.channel,
            today=local(now()).date(),
            random=random,
            ask=self._ask,
            post=self._post,
            put=self._put,
            take_off=self._take_off,
            rewrite=self._put_down_anew,
            post_as=self._post_as,
            desk_of=self._desk_of,
            done=self._done,
        )

    async def _ask(self, path: str) -> Answer:
        return await self._clerk.ask("intake", path)

    async def _post(self, path: str, body: Json, expected: Container[int]) -> Answer:
        return await self._act(self._clerk, "intake", path, body, expected=expected)

    async def _put(self, name: str, file: bytes | None) -> Answer:
        path = f"/v1/applications/{self._case_id}/attachments/{name}"
        return await self._file(self._clerk, path, file)

    async def _take_off(self, name: str) -> Answer:
        return await self._put(name, None)

    async def _put_down_anew(self, body: Json, expected: Container[int]) -> Answer:
        path = f"/v1/applications/{self._case_id}"
        return await self._rewrite(self._clerk, path, body, expected)

    async def _post_as(self, role: str, path: str, body: Json, expected: Container[int]) -> Answer:
        return await self._act(self._desk_of(role), "intake", path, body, expected=expected)

    def _desk_of(self, role: str) -> Desk:
        return self._clerk if role == CLERK else self._staff.of_role(role, self._plan.draw)

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
