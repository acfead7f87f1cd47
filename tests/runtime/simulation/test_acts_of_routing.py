"""Acts on the route, before the rules of routing and review together: both carry them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final

import orjson
import pytest
from pydantic import TypeAdapter

from schemas.events.base import Event
from schemas.facts import Officer, Post
from schemas.values import Role
from services.review.core import decide as of_review
from services.review.core import react as to_review
from services.review.core.view import version_of_view, view
from services.routing.core import decide as of_routing
from services.routing.core import react as to_routing
from services.routing.core import view as of_route
from services.routing.core.commands import (
    DelegateStep,
    ReturnStep,
    TakeOverStep,
    TransferStep,
    UploadStep,
)
from services.runtime.clock import now
from services.runtime.simulation.acts import ACTS, acted
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.staff import Staff
from tests.routing.core.situations import lay
from tests.runtime.simulation.test_acts import KINDS
from tests.runtime.simulation.test_examination import desk
from tests.support.builders import (
    CASE,
    FORESTRY,
    HOUSING,
    LAND,
    TOWNSHIP,
    VILLAGE,
    WATER,
    county,
    envelope,
    officer,
)
from tests.support.given import given

_POSTS: Final[tuple[tuple[str, str, Role], ...]] = (
    *(("o-li", VILLAGE, "village_clerk"), ("o-ma", VILLAGE, "village_clerk")),
    *(("o-wang", TOWNSHIP, "township_approver"), ("o-wu", TOWNSHIP, "township_approver")),
    ("o-xu", TOWNSHIP, "township_clerk"),
    *(("o-lin", FORESTRY, "chief_representative"), ("o-yu", FORESTRY, "department_clerk")),
    *((f"o-{place[-4:]}", place, "department_reviewer") for place in (LAND, WATER, FORESTRY)),
    *(("o-zhao", HOUSING, "joint_convener"), ("o-qian", HOUSING, "joint_convener")),
)
ACTORS: Final = {who: officer(role, place, who) for who, place, role in _POSTS}
COUNTY: Final = replace(
    county(),
    officers={
        who: Officer(
            officer_id=who, name=who, organisation=at, posts=(Post(organisation=at, role=role),)
        )
        for who, at, role in _POSTS
    },
)
ON_ROUTE: Final[dict[str, Any]] = {
    "delegate": DelegateStep,
    "transfer": TransferStep,
    "take-over": TakeOverStep,
    "return": ReturnStep,
    "upload-to-county": UploadStep,
}


def command(kind: Any, by: Desk, body: dict[str, Any]) -> Any:
    """Give what a service makes of a body."""
    head = {"key": CASE, "actor": ACTORS[by.login], "at": now()}
    return TypeAdapter(kind).validate_python({**head, **body})


class Case:
    """A case on its route; both cores hear of each other at once."""

    def __init__(self, shape: str) -> None:
        self.routing = given(of_routing.decider(COUNTY))
        self.review = given(of_review.decider(COUNTY))
        self.happened: list[str] = []
        self.desks = {who: desk(actor) for who, actor in ACTORS.items()}
        self.shape = shape
        self._route(lay(shape, at=now()))

    def _route(self, command: Any) -> None:
        outcome = self.routing.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        self.routing = self._after(self.routing, outcome.events)
        for event in outcome.events:
            for wanted in to_review.react(envelope(event, now()), COUNTY):
                self._review(wanted.command)

    def _review(self, command: Any) -> None:
        outcome = self.review.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        self.review = self._after(self.review, outcome.events)
        for event in outcome.events:
            for wanted in to_routing.react(envelope(event, now()), COUNTY):
                self._route(wanted.command)

    def _after(self, before: Any, events: Sequence[Event]) -> Any:
        self.happened += [type(event).__name__ for event in events]
        state = before.state
        for event in events:
            state = before.decider.evolve(state, event)
        return replace(before, state=state)

    @property
    def route(self) -> list[dict[str, Any]]:
        steps: Any = of_route.view(CASE, self.routing.state, None)["steps"]
        return list(steps)

    def moment(self, number: int, who: str, outcome: str, done: Sequence[str] = ()) -> Moment:
        step = next(step for step in self.route if step["number"] == number)

        async def send(by: Desk, act: str, body: dict[str, Any]) -> Answer:
            self._review(command(KINDS[act], by, {"step_id": step["step_id"], **body}))
            return self._answer(step["step_id"])

        async def on_route(by: Desk, act: str, body: dict[str, Any]) -> Answer:
            self._route(command(ON_ROUTE[act], by, body))
            return Answer(200, b"{}", None, "", 1)

        async def until(by: Desk, wanted: Callable[[Answer], bool]) -> Answer:
            answer = self._answer(step["step_id"])
            assert wanted(answer), answer.json()
            return answer

        item = COUNTY.item(self.shape.replace("_", "-"), 1)
        post = ACTORS[who].posts[0]
        return Moment(
            item=item.model_dump(mode="json"),
            step=step,
            role=post.role,
            outcome=outcome,
            officer=self.desks[who],
            clerk=self.desks["o-li"],
            channel="village",
            staff=Staff(self.desks.values()),
            random=Random(1),
            send=send,
            on_route=on_route,
            until=until,
            procedures=(),
            heard=(),
            disagreed=[],
            version=None,
            lot=0,
            done=list(done),
            seals=self.seals,
        )

    async def seals(self, by: Desk) -> tuple[str, ...]:
        return ()

    async def close(self, moment: Moment) -> None:
        """Claim the step where it is nobody's, and end it."""
        said = moment.outcome
        if self._answer(moment.step["step_id"]).json()["claimed_by"] is None:
            await moment.act("claim", {})
        if moment.step["duty"] == "opinion":
            await moment.act("give-opinion", {"opinion": said, "reasons": "同意"})
        else:
            await moment.act("decide", {"outcome": said, "reasons": "符合"})

    def _answer(self, step_id: str) -> Answer:
        state = self.review.state
        body = orjson.dumps(view(CASE, state, step_id))
        return Answer(200, body, version_of_view(state, step_id), "", 1)


def row(name: str) -> frozenset[str]:
    return frozenset({name})


async def test_a_stand_in_does_the_step_and_the_absent_officer_is_back_afterwards() -> None:
    case = Case("township_decides")
    moment = case.moment(1, "o-wang", "approved")
    await acted("received", row("delegate"), moment)
    assert moment.officer.login in {"o-wu", "o-xu"}
    assert moment.absent is not None
    assert moment.absent.login == "o-wang"
    await case.close(moment)
    assert case.route[0]["outcome"] == "approved"
    assert moment.done == ["delegated"]


@pytest.mark.parametrize("claimed", [True, False])
async def test_a_colleague_goes_on_with_what_was_transferred(claimed: bool) -> None:
    case = Case("township_decides")
    moment = case.moment(1, "o-wang", "approved")
    if claimed:
        await moment.act("claim", {})
    await acted("claimed", row("transfer"), moment)
    assert moment.officer.login == "o-wu"
    await case.close(moment)
    assert "CaseCompleted" in case.happened


async def test_the_township_does_what_it_took_over_from_a_village() -> None:
    case = Case("village_decides")
    moment = case.moment(1, "o-li", "approved")
    await moment.act("claim", {})
    await acted("claimed", row("take_over"), moment)
    assert moment.step["organisation"] == TOWNSHIP == case.route[0]["organisation"]
    assert moment.officer.login in {"o-wang", "o-wu"}
    await case.close(moment)
    assert "CaseCompleted" in case.happened


async def test_what_the_township_uploads_the_county_decides() -> None:
    case = Case("township_forwards")
    moment = case.moment(1, "o-wang", "forwarded")
    await moment.act("claim", {})
    await acted("claimed", row("upload"), moment)
    assert moment.gone == case.route[0]["outcome"] == "uploaded"
    await case.close(case.moment(2, "o-lin", "approved"))
    assert "CaseCompleted" in case.happened


async def test_a_step_sent_back_is_done_once_more_to_the_end() -> None:
    case = Case("township_forwards")
    await case.close(case.moment(1, "o-wang", "forwarded"))
    moment = case.moment(2, "o-lin", "approved")
    await moment.act("claim", {})
    await acted("claimed", row("send_back"), moment)
    assert moment.gone == case.route[1]["outcome"] == "returned"
    await case.close(case.moment(3, "o-wang", "forwarded"))
    again = case.moment(4, "o-lin", "approved", moment.done)
    assert not ACTS["send_back"].fits(again)
    await case.close(again)
    assert [step["outcome"] for step in case.route] == [
        *("forwarded", "returned", "forwarded", "approved")
    ]


async def test_departments_are_heard_again_where_the_convener_sends_a_joint_case_back() -> None:
    case = Case("joint")
    heard = {number: f"o-{place[-4:]}" for number, place in enumerate((LAND, WATER, FORESTRY), 1)}
    for number, who in heard.items():
        await case.close(case.moment(number, who, "agreed"))
    await acted("claimed", row("send_back"), case.moment(4, "o-zhao", "approved"))
    again = [step for step in case.route if step["status"] == "open"]
    assert [step["repeats"] for step in again] == [1, 2, 3]


async def test_after_a_step_has_left_nothing_more_is_done_on_it() -> None:
    case = Case("township_forwards")
    moment = case.moment(1, "o-wang", "forwarded")
    await moment.act("claim", {})
    await acted("claimed", frozenset({"upload", "send_back"}), moment)
    await acted("claimed", frozenset(ACTS), moment)
    assert moment.done == ["uploaded"]


def test_no_act_is_attempted_that_the_county_has_nobody_for() -> None:
    case = Case("village_decides")
    alone = case.moment(1, "o-li", "approved")
    alone.staff = Staff([case.desks["o-li"]])
    of_routing_only = {"delegate", "transfer", "take_over", "upload", "send_back"}
    assert not [name for name in of_routing_only if ACTS[name].fits(alone)]
