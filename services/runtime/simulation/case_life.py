"""One case from the village window to its end, as its plan says, act by act over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from services.runtime.simulation.acts import COLLECTED, acted
from services.runtime.simulation.at_the_desk import AtTheDesk
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.ending import REMEDY, ending
from services.runtime.simulation.examination import word_from_above
from services.runtime.simulation.internal_checks import check_internally
from services.runtime.simulation.ledger import CaseStands, Ledger
from services.runtime.simulation.mix import RESULT_PUSHED
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff
from services.runtime.simulation.superior import Superior

Closed: TypeAlias = tuple[int, int, tuple[str, str, str]]
"""Stage, number; organisation, duty, outcome."""


class CaseLife(AtTheDesk):
    """Works one case; every answer to a command goes into the ledger."""

    def __init__(
        self, plan: CasePlan, staff: Staff, ledger: Ledger, superior: Superior | None = None
    ) -> None:
        super().__init__(plan, staff, ledger)
        self._superior = superior
        """Whose system may tell what it decided; without it an officer always records that."""
        self._closed: dict[int, Closed] = {}
        self._sent_up: Moment | None = None
        """Of a case that is decided above the county: the step that sent it there."""
        self._to_collect: Moment | None = None
        """Of a member of a family that was approved: where its result is made out."""

    async def live(self) -> CaseStands:
        """Work the case as far as its plan goes; give how it stands then, as the ledger says.

        Raises:
            Unexpected: see there.
            NoAnswer: the system was silent for longer than an officer waits.
            NobodyThere: the post that a step needs is not held by anybody signed in.
        """
        await self.work()
        return await self.end()

    async def work(self) -> None:
        """Work the case as far as its plan goes, but for what is collected with its family's
        results. Raises as `live`."""
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

    async def go_on(self, plan: CasePlan, clerk: Desk) -> None:
        """Work on by another plan, with `clerk` at the counter: who took the case in is abolished,
        and its open steps are on their way to the successor. Raises as `live`."""
        former, self._plan, self._clerk = self._clerk.organisation, plan, clerk

        def moved(answer: Answer) -> bool:
            there = [step["organisation"] for step in self._open(answer.json())]
            return bool(there) and former not in there

        await self._until(clerk, "routing", f"/v1/routes/{self._case_id}", moved)
        self._done.append("rerouted")
        await self._go_the_route()

    async def end(self) -> CaseStands:
        """Have what waits for the family collected, and write down how the case stands. Raises
        as `live`."""
        if self._to_collect is not None:
            await acted("decided", self._plan.acts & COLLECTED, self._to_collect)
        stands = self._stands()
        self._ledger.note(stands)
        return stands

    @property
    def is_open(self) -> bool:
        """Whether it has not come to its end when the run is done with it."""
        return self._plan.way == "left_open"

    @property
    def result(self) -> str:
        """How far its result has come before it is collected: `ready`, `on_the_way`; empty where
        there is none to come."""
        if self._plan.way != "approved" or self._plan.item["document"] is None:
            return ""
        ready = any(done.startswith("ready:") for done in self._done)
        return "ready" if ready else "on_the_way"

    async def see_family_ready(self) -> None:
        """统一出件: wait until the county sees that one way is enough for all of the family.

        Raises:
            Unexpected: it never does.
        """

        def all_ready(answer: Answer) -> bool:
            return answer.ok and bool((answer.json().get("family") or {}).get("all_ready"))

        await self._until(self._clerk, "supervision", f"/v1/cases/{self._case_id}", all_ready)
        self._done.append("collected_together")

    def _stands(self) -> CaseStands:
        return CaseStands(
            case_id=self._case_id,
            item=str(self._plan.item["code"]),
            shape=str(self._plan.item["shape"]),
            organisation=self._staff.desk(self._plan.clerk).organisation,
            way=self._plan.way,
            steps=tuple(ended for _, _, ended in sorted(self._closed.values())),
            item_kind=str(self._plan.item["kind"]),
            channel=self._plan.channel,
            done=tuple(sorted(self._done)),
            topic=str(self._family.get("topic", "")),
            family=str(self._family.get("family_id", "")),
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
        """Have the answer of the authority to which the county has sent the case: recorded by an
        officer, or told by the authority's own system."""
        role, path = str(self._steps_of_item()[-1]["role"]), f"/v1/routes/{self._case_id}"
        officer = self._staff.for_step(away["organisation"], role, self._plan.draw)
        word = word_from_above(self._plan, away)
        if self._superior is not None and RESULT_PUSHED in self._plan.acts:
            await self._superior.tell(self._case_id, away["organisation"], word)
            await self._until(officer, "routing", path, _is_completed)
            self._done.append("result_pushed")
        else:
            await self._act(officer, "routing", f"{path}/record-external-result", word)
        if word["outcome"] == "approved" and (moment := self._sent_up) is not None:

            def delivery_is_due(answer: Answer) -> bool:
                return answer.ok and answer.json().get("deliver_by") is not None

            if moment.item["document"] is not None:  # review hears of the word by and by
                await moment.look(moment.officer, delivery_is_due)
            await self._approved(moment)

    async def _approved(self, moment: Moment) -> None:
        """Do what follows an approval; what is collected waits for the rest of the family."""
        if self._family:
            self._to_collect = moment
            await acted("decided", self._plan.acts - COLLECTED, moment)
        else:
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
            await self._approved(moment)

    def _note_closed(self, moment: Moment, outcome: str) -> None:
        step = moment.step
        ended = (step["organisation"], step["duty"], outcome)
        self._closed[step["number"]] = (step["stage"], step["number"], ended)


def _is_completed(answer: Answer) -> bool:
    return answer.ok and bool(answer.json()["status"] == "completed")
