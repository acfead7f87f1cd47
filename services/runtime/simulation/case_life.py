"""One case from the village window to its end, as its plan says, act by act over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from services.runtime.clock import now
from services.runtime.simulation.acts import acted
from services.runtime.simulation.at_the_window import CONFIRMED, come, submission
from services.runtime.simulation.case_calls import CaseCalls
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.ending import REMEDY, ending
from services.runtime.simulation.examination import examination, word_from_above
from services.runtime.simulation.ledger import CaseStands, Ledger
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff


class CaseLife(CaseCalls):
    """Works one case; every answer to a command goes into the ledger."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        super().__init__(plan.number, ledger)
        self._plan, self._staff = plan, staff
        self._clerk = staff.desk(plan.clerk)
        self._trespass = plan.trespass
        self._closed: dict[int, tuple[str, str, str]] = {}
        self._disagreed: list[str] = []
        self._done: list[str] = []

    async def live(self) -> CaseStands:
        """Work the case as far as its plan goes; give how it stands then, as the ledger says.

        Raises:
            Unexpected: see there.
            NoAnswer: the system was silent for longer than an officer waits.
            NobodyThere: the post that a step needs is not held by anybody signed in.
        """
        version = await self._hand_in()
        if self._plan.way == "withdrawn":
            await self._intake("withdraw", {"reason": "本人不再办理。"}, version)
        elif self._plan.way == "not_accepted":
            refusal = {
                "reason": "不属于本机关受理范围。",
                "basis": "《中华人民共和国行政许可法》第三十二条",
                "remedy": REMEDY,
            }
            await self._intake("refuse", refusal, version)
        else:
            await self._intake("accept", {}, version)
            await self._go_the_route()
        stands = self._stands()
        self._ledger.note(stands)
        return stands

    def _stands(self) -> CaseStands:
        return CaseStands(
            case_id=self._case_id,
            item=str(self._plan.item["code"]),
            shape=str(self._plan.item["shape"]),
            organisation=self._clerk.organisation,
            way=self._plan.way,
            steps=tuple(self._closed[number] for number in sorted(self._closed)),
            item_kind=str(self._plan.item["kind"]),
            channel=self._plan.channel,
            done=tuple(sorted(self._done)),
        )

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

    async def _go_the_route(self) -> None:
        while True:
            route = await self._next_of_the_route()
            if route["status"] == "completed":
                if route["outcome"] != self._plan.way:
                    raise self._unexpected(f"ended {route['outcome']}, not {self._plan.way}")
                return
            if route.get("reported_up"):
                await self._hear_from_above(route["reported_up"])
                continue
            steps = self._open(route)
            if self._plan.way == "left_open":
                await self._leave(steps, route["steps"])
                return
            closing = (self._close(step, route["steps"]) for step in steps)
            # All of them to their end, so that nothing goes on behind a case that was given up.
            for fault in await asyncio.gather(*closing, return_exceptions=True):
                if fault is not None:
                    raise fault

    async def _next_of_the_route(self) -> dict[str, Any]:
        """Wait until there is something to do, or nothing more."""
        first = self._steps_of_item()[0]
        place = self._place(str(first["at"]))
        officer = self._staff.for_step(place, str(first["role"]), self._plan.draw)

        def goes_on(answer: Answer) -> bool:
            route = answer.json() if answer.ok else {"status": "", "steps": ()}
            ended = route["status"] == "completed" or "reported_up" in route
            return ended or bool(self._open(route))

        found = await self._until(officer, "routing", f"/v1/routes/{self._case_id}", goes_on)
        route: dict[str, Any] = found.json()
        return route

    async def _hear_from_above(self, away: Mapping[str, Any]) -> None:
        """Record the answer of the authority to which the county has sent the case."""
        role, path = str(self._steps_of_item()[-1]["role"]), f"/v1/routes/{self._case_id}"
        officer = self._staff.for_step(away["organisation"], role, self._plan.draw)
        word = word_from_above(self._plan, away)
        await self._act(officer, "routing", f"{path}/record-external-result", word)

    def _open(self, route: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            step
            for step in route["steps"]
            if step["status"] == "open" and step["number"] not in self._closed
        ]

    async def _leave(
        self, steps: Sequence[dict[str, Any]], route: Sequence[Mapping[str, Any]]
    ) -> None:
        """Leave the case with whoever is late: of several who are heard the others have spoken."""
        late, *others = steps
        await asyncio.gather(*(self._close(step, route) for step in others))
        officer, version = await self._claim(late)
        moment = self._moment(late, self._outcome(late, route), officer, version)
        await acted("left", self._plan.acts, moment)

    async def _close(self, step: dict[str, Any], route: Sequence[Mapping[str, Any]]) -> None:
        officer, version = await self._claim(step)
        outcome = self._outcome(step, route)
        moment = self._moment(step, outcome, officer, version)
        await acted("claimed", self._plan.acts, moment)
        if outcome in ("approved", "rejected"):
            await acted("deciding", self._plan.acts, moment)
            moment.version = await self._examine(step, officer, outcome) or moment.version
        act, body = ending(str(step["duty"]), outcome, moment.disagreed)
        await self._act(
            officer, "review", f"/v1/steps/{step['step_id']}/{act}", body, moment.version
        )
        self._closed[step["number"]] = (step["organisation"], step["duty"], outcome)
        if outcome == "disagreed":
            self._disagreed.append(step["organisation"])
        if outcome == "approved":
            await acted("decided", self._plan.acts, moment)

    def _moment(
        self, step: dict[str, Any], outcome: str, officer: Desk, version: int | None
    ) -> Moment:
        async def send(who: Desk, act: str, body: dict[str, Any]) -> Answer:
            return await self._act(who, "review", f"/v1/steps/{step['step_id']}/{act}", body)

        item = self._plan.item
        return Moment(
            item=item,
            step=step,
            outcome=outcome,
            officer=officer,
            clerk=self._clerk,
            channel=self._plan.channel,
            staff=self._staff,
            random=Random(f"{self._plan.draw}/{step['number']}"),
            send=send,
            heard=tuple(str(s["at"]) for s in item["steps"] if s["duty"] == "opinion"),
            disagreed=list(self._disagreed),
            version=version,
            done=self._done,
        )

    async def _examine(self, step: dict[str, Any], officer: Desk, outcome: str) -> int | None:
        """Do what the item asks for before its case ends; give the version then, if anything."""
        version, item = None, self._plan.item
        if item.get("review_rules") or item.get("surveys"):
            colleague = self._staff.colleague(step["organisation"], officer, self._plan.draw)
            for who, act, body in examination(item, outcome, officer, colleague, now()):
                path = f"/v1/steps/{step['step_id']}/{act}"
                version = (await self._act(who, "review", path, body)).version
        return version

    async def _claim(self, step: dict[str, Any]) -> tuple[Desk, int | None]:
        """Have the right officer answer for the step; give who, and its version then."""
        role = str(self._steps_of_item()[step["number"] - 1]["role"])
        officer = self._staff.for_step(step["organisation"], role, self._plan.draw)
        path = f"/v1/steps/{step['step_id']}"
        seen = await self._until(officer, "review", path, lambda answer: answer.ok)
        await self._trespass_on(step, officer, seen.version)
        claimed = await self._act(officer, "review", f"{path}/claim", {}, seen.version)
        return officer, claimed.version

    async def _trespass_on(self, step: dict[str, Any], officer: Desk, seen: int | None) -> None:
        path = f"/v1/steps/{step['step_id']}"
        if self._attempted("foreign_claim"):
            stranger = self._staff.stranger(step["organisation"], self._plan.draw)
            await self._act(stranger, "review", f"{path}/claim", {}, seen, expected=403)
        elif self._attempted("unclaimed_close"):
            act, body = ("decide", {"outcome": "approved", "reasons": "同意。"})
            if step["duty"] == "opinion":
                act, body = ("give-opinion", {"opinion": "agreed", "reasons": "同意。"})
            await self._act(officer, "review", f"{path}/{act}", body, seen, expected=409)
        elif self._attempted("stale_claim"):
            await self._act(officer, "review", f"{path}/claim", {}, 0, expected=412)

    def _attempted(self, what: str) -> bool:
        """Say whether this is the moment of the trespass; it is done once."""
        if self._trespass != what:
            return False
        self._trespass = None
        return True

    def _outcome(self, step: Mapping[str, Any], route: Sequence[Mapping[str, Any]]) -> str:
        if step["duty"] == "opinion":
            heard = [other["number"] for other in route if other["duty"] == "opinion"]
            against = self._plan.disagreeing[heard.index(step["number"])]
            return "disagreed" if against else "agreed"
        deciding = [other["number"] for other in route if other["duty"] != "opinion"]
        at = deciding[self._plan.rejected_at % len(deciding)]
        if self._plan.way == "rejected" and step["number"] == at:
            return "rejected"
        return "approved" if step["duty"] == "decide" else "forwarded"

    def _steps_of_item(self) -> list[Mapping[str, Any]]:
        """Give the steps in the order of the route: numbered by stage."""
        return sorted(self._plan.item["steps"], key=lambda step: int(step["stage"]))

    def _place(self, at: str) -> str:
        here = self._clerk.organisation
        return {"village": here, "township": "/".join(here.split("/")[:3])}.get(at, at)
