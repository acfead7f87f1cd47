"""One step of a case at somebody's desk: who takes it, how the plan ends it, what comes before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from services.runtime.clock import now
from services.runtime.simulation.acts import acted
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.examination import examination
from services.runtime.simulation.handing_in import HandingIn
from services.runtime.simulation.ledger import Ledger
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.plan import CasePlan
from services.runtime.simulation.staff import Staff


class AtTheDesk(HandingIn):
    """What is done for a step before it is closed."""

    def __init__(self, plan: CasePlan, staff: Staff, ledger: Ledger) -> None:
        super().__init__(plan, staff, ledger)
        self._disagreed: list[str] = []
        """Departments that have to be overruled by name."""

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
