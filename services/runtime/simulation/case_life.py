"""One case from the village window to its end, as its plan says, act by act over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from services.runtime.clock import now
from services.runtime.simulation.acts import acted
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.ending import REMEDY, ending
from services.runtime.simulation.examination import examination, word_from_above
from services.runtime.simulation.handing_in import HandingIn
from services.runtime.simulation.internal_checks import check_internally
from services.runtime.simulation.ledger import CaseStands, Ledger
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff

Closed: TypeAlias = tuple[int, int, tuple[str, str, str]]
"""Stage, number; organisation, duty, outcome."""


class CaseLife(HandingIn):
    """Works one case; every answer to a command goes into the ledger."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        super().__init__(plan, staff, ledger)
        self._closed: dict[int, Closed] = {}
        self._disagreed: list[str] = []
        self._sent_up: Moment | None = None
        """Of a case that is decided above the county: the step that sent it there."""

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
            steps=tuple(ended for _, _, ended in sorted(self._closed.values())),
            item_kind=str(self._plan.item["kind"]),
            channel=self._plan.channel,
            done=tuple(sorted(self._done)),
        )

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
        if word["outcome"] == "approved" and (moment := self._sent_up) is not None:

            def delivery_is_due(answer: Answer) -> bool:
                return answer.ok and answer.json().get("deliver_by") is not None

            if moment.item["document"] is not None:  # review hears of the word by and by
                await moment.look(moment.officer, delivery_is_due)
            await acted("decided", self._plan.acts, moment)

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
        moment = await self._claimed(late, self._outcome(late, route))
        await acted("left", self._plan.acts, moment)

    async def _close(self, step: dict[str, Any], route: Sequence[Mapping[str, Any]]) -> None:
        moment = await self._claimed(step, self._outcome(step, route))
        outcome, wanted = moment.outcome, self._plan.acts
        await acted("claimed", wanted, moment)
        if moment.gone:
            self._note_closed(moment, moment.gone)
            return
        if outcome in ("approved", "rejected"):
            await acted("deciding", wanted, moment)
            moment.version = await self._examine(moment) or moment.version
            await check_internally(moment)
        act, body = ending(str(step["duty"]), outcome, moment.disagreed)
        path = f"/v1/steps/{step['step_id']}/{act}"
        await self._act(moment.officer, "review", path, body, moment.version)
        self._note_closed(moment, outcome)
        moment.officer = moment.absent or moment.officer  # back at work
        if outcome == "disagreed" and moment.step["organisation"] not in self._disagreed:
            self._disagreed.append(moment.step["organisation"])
        if outcome == "approved" and self._plan.item.get("external") is not None:
            self._sent_up = moment  # what follows waits for the superior's word
        elif outcome == "approved":
            await acted("decided", wanted, moment)

    def _note_closed(self, moment: Moment, outcome: str) -> None:
        step = moment.step
        ended = (step["organisation"], step["duty"], outcome)
        self._closed[step["number"]] = (step["stage"], step["number"], ended)

    def _moment(self, step: dict[str, Any], outcome: str, officer: Desk, role: str) -> Moment:
        async def send(who: Desk, act: str, body: dict[str, Any]) -> Answer:
            return await self._act(who, "review", f"/v1/steps/{step['step_id']}/{act}", body)

        async def on_route(who: Desk, act: str, body: dict[str, Any]) -> Answer:
            return await self._act(who, "routing", f"/v1/routes/{self._case_id}/{act}", body)

        async def until(who: Desk, wanted: Callable[[Answer], bool]) -> Answer:
            return await self._until(who, "review", f"/v1/steps/{step['step_id']}", wanted)

        async def seals(by: Desk) -> Sequence[str]:
            # Transferred, taken over or uploaded, the step lies elsewhere than it began.
            lies = await by.ask("review", f"/v1/steps/{step['step_id']}")
            return await self._staff.seals_of(lies.json()["organisation"], by)

        plan = self._plan
        return Moment(
            item=plan.item,
            step=step,
            role=role,
            outcome=outcome,
            officer=officer,
            clerk=self._clerk,
            channel=plan.channel,
            staff=self._staff,
            random=Random(f"{plan.draw}/{step['number']}"),
            send=send,
            on_route=on_route,
            until=until,
            procedures=plan.procedures,
            heard=tuple(str(s["at"]) for s in plan.item["steps"] if s["duty"] == "opinion"),
            disagreed=list(self._disagreed),
            version=None,
            lot=plan.draw,
            done=self._done,
            seals=seals,
        )

    async def _examine(self, moment: Moment) -> int | None:
        """Do what the item asks for before its case ends; give the version then, if anything."""
        version, item = None, self._plan.item
        if item.get("review_rules") or item.get("surveys"):
            officer, place = moment.officer, moment.step["organisation"]
            colleague = self._staff.colleague(place, officer, self._plan.draw)
            for who, act, body in examination(item, moment.outcome, officer, colleague, now()):
                version = (await moment.send(who, act, body)).version
        return version

    async def _claimed(self, step: dict[str, Any], outcome: str) -> Moment:
        """Have the right officer answer for the step."""
        role = str(self._steps_of_item()[_first_round(step) - 1]["role"])
        officer = self._staff.for_step(step["organisation"], role, self._plan.draw)
        moment = self._moment(step, outcome, officer, role)
        await moment.look(officer, lambda answer: answer.ok)
        await acted("received", self._plan.acts, moment)
        await self._trespass_on(step, moment.officer, moment.version)
        path = f"/v1/steps/{step['step_id']}/claim"
        claim = await self._act(moment.officer, "review", path, {}, moment.version)
        moment.version = claim.version
        return moment

    async def _trespass_on(self, step: dict[str, Any], officer: Desk, seen: int | None) -> None:
        path = f"/v1/steps/{step['step_id']}"
        if self._attempted("foreign_claim"):
            stranger = self._staff.stranger(step["organisation"], self._plan.draw)
            await self._act(stranger, "review", f"{path}/claim", {}, seen, expected=(403,))
        elif self._attempted("unclaimed_close"):
            act, body = ("decide", {"outcome": "approved", "reasons": "同意。"})
            if step["duty"] == "opinion":
                act, body = ("give-opinion", {"opinion": "agreed", "reasons": "同意。"})
            await self._act(officer, "review", f"{path}/{act}", body, seen, expected=(409,))
        elif self._attempted("foreign_transfer"):
            stranger = self._staff.stranger(step["organisation"], self._plan.draw)
            to = {"step_id": step["step_id"], "to_officer": stranger.officer_id}
            transfer = f"/v1/routes/{self._case_id}/transfer"
            body = {**to, "reason": "转本人办理。"}
            await self._act(stranger, "routing", transfer, body, expected=(403,))
        elif self._attempted("stale_claim"):
            await self._act(officer, "review", f"{path}/claim", {}, 0, expected=(412,))

    def _outcome(self, step: Mapping[str, Any], route: Sequence[Mapping[str, Any]]) -> str:
        """Give how the plan ends the step, in whichever round it comes."""
        first = [other for other in route if "repeats" not in other]
        number = _first_round(step)
        if step["duty"] == "opinion":
            heard = [other["number"] for other in first if other["duty"] == "opinion"]
            against = self._plan.disagreeing[heard.index(number)]
            return "disagreed" if against else "agreed"
        deciding = [other["number"] for other in first if other["duty"] != "opinion"]
        # Where a step fell away because the township sent the case up, the last one rejects.
        at = deciding[min(self._plan.rejected_at, len(deciding) - 1)]
        if self._plan.way == "rejected" and number == at:
            return "rejected"
        return "approved" if step["duty"] == "decide" else "forwarded"

    def _steps_of_item(self) -> list[Mapping[str, Any]]:
        """Give the steps in the order of the route: numbered by stage."""
        return sorted(self._plan.item["steps"], key=lambda step: int(step["stage"]))

    def _place(self, at: str) -> str:
        here = self._clerk.organisation
        return {"village": here, "township": "/".join(here.split("/")[:3])}.get(at, at)


def _first_round(step: Mapping[str, Any]) -> int:
    """Give the number of the step whose round this is; its own where it is the first."""
    return int(step.get("repeats", step["number"]))
