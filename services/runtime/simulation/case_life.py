"""One case from the village window to its end, as its plan says, act by act over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.runtime.clock import now
from services.runtime.ids import new_case_id
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.examination import examination
from services.runtime.simulation.ledger import Acknowledged, CaseStands, Ledger
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.submission import submission

_FIRST_LOOK: Final = 0.03
_LONGEST_LOOK: Final = 0.5
_REMEDY: Final = "可自收到本决定之日起六十日内申请行政复议，或六个月内提起行政诉讼。"
_REASONS: Final[Mapping[str, str]] = {
    "approved": "申请材料齐全，符合法定条件，予以批准。",
    "rejected": "经审查不符合法定条件，不予批准。",
    "forwarded": "经初审符合条件，同意上报。",
    "agreed": "经核查，同意。",
    "disagreed": "经核查，现场情况与申请材料不符，不同意。",
}


class Unexpected(Exception):
    """The system answered otherwise than the plan and its rules say, or not at all."""


class CaseLife:
    """Works one case; every answer to a command goes into the ledger."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        self._plan, self._staff, self._ledger = plan, staff, ledger
        self._clerk = staff.desk(plan.clerk)
        self._case_id = ""
        self._trespass = plan.trespass
        self._closed: dict[int, tuple[str, str, str]] = {}
        self._disagreed: list[str] = []

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
                "remedy": _REMEDY,
            }
            await self._intake("refuse", refusal, version)
        else:
            await self._intake("accept", {}, version)
            await self._go_the_route()
        steps = tuple(self._closed[number] for number in sorted(self._closed))
        stands = CaseStands(
            case_id=self._case_id,
            item=str(self._plan.item["code"]),
            shape=str(self._plan.item["shape"]),
            organisation=self._clerk.organisation,
            way=self._plan.way,
            steps=steps,
        )
        self._ledger.note(stands)
        return stands

    async def _hand_in(self) -> int | None:
        """Submit, and have the papers completed; give the version then."""
        papers = [
            {name: asked[name] for name in ("code", "form", "count")}
            for asked in self._plan.item["materials"]
            if asked["required"]
        ]
        deficient = self._plan.deficient and bool(papers)
        body = submission(self._plan, papers[:-1] if deficient else papers, now())
        answer = await self._act(self._clerk, "intake", "/v1/applications", body, expected=201)
        self._case_id = str(answer.json()["case_id"])
        version = answer.version
        if deficient:
            missing = papers[-1]
            notice = {"defects": [{"material": missing["code"], "problem": "未提交该材料。"}]}
            version = await self._intake("notify-deficiency", notice, version)
            version = await self._intake("supplement", {"materials": [missing]}, version)
        if self._attempted("foreign_accept"):
            stranger = self._staff.stranger(self._clerk.organisation, self._plan.draw)
            path = f"/v1/applications/{self._case_id}/accept"
            await self._act(stranger, "intake", path, {}, version, expected=403)
        return version

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
                await self._claim(steps[0])
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
            if not answer.ok:
                return False
            route = answer.json()
            away = "reported_up" in route
            return route["status"] == "completed" or away or bool(self._open(route))

        found = await self._until(officer, "routing", f"/v1/routes/{self._case_id}", goes_on)
        route: dict[str, Any] = found.json()
        return route

    async def _hear_from_above(self, away: Mapping[str, Any]) -> None:
        """Record the answer of the authority to which the county has sent the case."""
        role = str(self._steps_of_item()[-1]["role"])
        officer = self._staff.for_step(away["organisation"], role, self._plan.draw)
        body = {
            "authority": "上级主管部门",
            "document_number": f"批复{self._plan.number}号",
            "decided_on": away["since"][:10],
            "outcome": self._plan.way,
        }
        path = f"/v1/routes/{self._case_id}/record-external-result"
        await self._act(officer, "routing", path, body)

    def _open(self, route: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            step
            for step in route["steps"]
            if step["status"] == "open" and step["number"] not in self._closed
        ]

    async def _close(self, step: dict[str, Any], route: Sequence[Mapping[str, Any]]) -> None:
        officer, version = await self._claim(step)
        outcome = self._outcome(step, route)
        body: dict[str, Any] = {"reasons": _REASONS[outcome]}
        if step["duty"] == "opinion":
            act, body["opinion"] = "give-opinion", outcome
        else:
            act, body["outcome"] = "decide", outcome
        if outcome in ("approved", "rejected"):
            version = await self._examine(step, officer, outcome) or version
        if outcome == "rejected":
            body["remedy"] = _REMEDY
        if outcome == "approved" and self._disagreed:
            reason = "已现场复核，异议事项整改完毕。"
            body["overruled"] = [
                {"organisation": place, "reason": reason} for place in self._disagreed
            ]
        await self._act(officer, "review", f"/v1/steps/{step['step_id']}/{act}", body, version)
        self._closed[step["number"]] = (step["organisation"], step["duty"], outcome)
        if outcome == "disagreed":
            self._disagreed.append(step["organisation"])

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
        village = self._clerk.organisation
        return {"village": village, "township": village.rpartition("/")[0]}.get(at, at)

    async def _act(
        self,
        officer: Desk,
        service: str,
        path: str,
        body: dict[str, Any],
        seen: int | None = None,
        *,
        expected: int = 200,
    ) -> Answer:
        answer = await officer.act(service, path, body, key=new_case_id(), seen=seen)
        case_id = self._case_id or (str(answer.json()["case_id"]) if answer.ok else "")
        self._ledger.note(acknowledged(officer, service, path, answer, case_id))
        if answer.status != expected:
            raise self._unexpected(f"{service}{path} {answer.status} {answer.code}, not {expected}")
        return answer

    async def _until(
        self, officer: Desk, service: str, path: str, wanted: Callable[[Answer], bool]
    ) -> Answer:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + officer.patience, _FIRST_LOOK
        while not wanted(answer := await officer.ask(service, path)):
            if loop.time() > until:
                raise self._unexpected(f"{service}{path} stays {answer.status} {answer.code}")
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_LOOK)
        return answer

    def _unexpected(self, what: str) -> Unexpected:
        return Unexpected(f"case {self._plan.number} {self._case_id or '(not yet named)'}: {what}")


def acknowledged(
    officer: Desk, service: str, path: str, answer: Answer, case_id: str
) -> Acknowledged:
    """Give the line of the ledger for one answered command; now is when it was answered."""
    return Acknowledged(
        command_id=answer.key,
        officer_id=officer.officer_id,
        service=service,
        path=path,
        status=answer.status,
        code=answer.code,
        version=answer.version,
        case_id=case_id,
        tries=answer.tries,
        at=now(),
    )
