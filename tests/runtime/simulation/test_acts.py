"""Every act of the simulation, before the rules of review themselves: they carry it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

import orjson
import pytest
from pydantic import TypeAdapter

from schemas.events.base import Event
from schemas.events.review import OpinionAnswered, StepReceived
from schemas.facts import Item
from services.review.core.commands import COMMANDS, Command
from services.review.core.view import answer as answer_of
from services.runtime.clock import now
from services.runtime.simulation.acts import ACTS, When, acted
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.examination import examination
from services.runtime.simulation.internal_checks import check_internally
from services.runtime.simulation.moment import Moment
from services.runtime.simulation.staff import Staff
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    FULL_ITEM,
    LOOKED_UP_ITEM,
    OPINION_OF,
    asked,
    claimed,
    heard,
    received,
    review,
    step_id,
    taken,
)
from tests.runtime.simulation.test_examination import desk
from tests.support.builders import CASE, FORESTRY, HOUSING, LAND, WATER, officer
from tests.support.given import Given, given

KINDS: Final[Mapping[str, type[Command]]] = {
    "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__)[1:]: kind
    for kind in COMMANDS
}
LEADER: Final = officer("leader", "/qingyun", "o-head")
ACTORS: Final = {
    actor.officer_id: actor
    for actor in (
        *(CONVENER, CHECKER, LEADER),
        *(officer("department_reviewer", p, f"o-{p[-4:]}") for p in (LAND, WATER, FORESTRY)),
        officer("department_reviewer", "/qingyun/c-hall", "o-hall"),
        officer("village_clerk", "/qingyun/t-heping/v-dongping", "o-li"),
    )
}


STEP: Final = {
    **{"organisation": HOUSING, "duty": "decide", "number": 4, "stage": 2},
    "step_id": step_id(4),
}


class Case:
    """A joint case whose deciding step is claimed; the core answers in place of the service."""

    def __init__(self, item: Item, outcome: str = "approved") -> None:
        self.happened: list[Event] = [begun(received(of=item)), claimed()]
        for number in OPINION_OF:
            opinion = heard(number, "disagreed" if number == 1 else "agreed")
            self.happened += [begun(asked(number)), taken(number), opinion]
        self.desks = {name: desk(actor) for name, actor in ACTORS.items()}
        self.moment = Moment(
            item=item.model_dump(mode="json"),
            step=STEP,
            role="joint_convener",
            outcome=outcome,
            officer=self.desks[CONVENER.officer_id],
            clerk=self.desks["o-li"],
            channel="village",
            staff=Staff(self.desks.values()),
            random=Random(1),
            send=self.send,
            on_route=self.nobody,
            until=self.nobody,
            procedures=item.model_dump(mode="json")["procedures"],
            lot=1,
            heard=(LAND, WATER, FORESTRY),
            disagreed=[LAND],
            version=2,
            done=[],
            seals=self.seals,
        )

    @property
    def given(self) -> Given[Any, Any]:
        return given(review, *self.happened)

    async def send(self, who: Desk, act: str, body: dict[str, Any]) -> Answer:
        head = {"key": CASE, "actor": ACTORS[who.login], "at": now(), "step_id": step_id(4)}
        command = TypeAdapter(KINDS[act]).validate_python({**head, **body})
        before = self.given
        outcome = before.when(command)
        assert outcome.refusal is None, outcome.refusal.detail
        self.happened += outcome.events
        told = answer_of(CASE, self.given.state, outcome.events)
        return Answer(200, orjson.dumps(told), len(self.happened), "", 1)

    async def seals(self, by: Desk) -> tuple[str, ...]:
        return ()

    async def nobody(self, *asked: Any) -> Answer:
        raise AssertionError(f"no act of review asks for it: {asked}")

    async def decide(self) -> None:
        moment = self.moment
        colleague = self.desks[CHECKER.officer_id]
        for who, act, body in examination(
            moment.item, "approved", moment.officer, colleague, now()
        ):
            await self.send(who, act, body)
        overruled = [{"organisation": p, "reason": "已整改"} for p in moment.disagreed]
        body = {"outcome": "approved", "reasons": "符合", "overruled": overruled}
        await self.send(moment.officer, "decide", body)


def begun(step: StepReceived) -> StepReceived:
    """Give the step with clocks that began to run just now."""
    assert step.case is not None
    started = {"started_at": now(), "due_at": now() + timedelta(days=20)}
    terms = {
        name: getattr(step.case, name).model_copy(update=started) for name in ("legal", "promised")
    }
    return step.model_copy(
        update={
            "term": step.term.model_copy(update=started),
            "case": step.case.model_copy(update=terms),
        }
    )


ON_ROUTE: Final = {"delegate", "transfer", "take_over", "upload", "send_back"}
"""See `test_acts_of_routing`."""
ALL: Final = frozenset(ACTS) - ON_ROUTE


@pytest.mark.parametrize("name", [name for name in sorted(ALL) if ACTS[name].when != "decided"])
async def test_an_act_before_the_decision_is_carried_out_and_then_it_is_decided(name: str) -> None:
    case = Case(FULL_ITEM)
    await acted(ACTS[name].when, frozenset({name}), case.moment)
    assert case.moment.done
    if name == "leave_stopped":
        return
    await case.decide()
    ends = [type(event).__name__ for event in case.happened[-2:]]
    assert ends == ["StepDecided", "DeliveryClockStarted"]


async def test_all_of_them_on_one_case_are_carried_out_too() -> None:
    case = Case(FULL_ITEM)
    whens: tuple[When, ...] = ("claimed", "deciding")
    for when in whens:
        await acted(when, ALL, case.moment)
    await case.decide()
    await acted("decided", ALL, case.moment)
    names = {type(event).__name__ for event in case.happened}
    assert names >= {
        *("StepReleased", "ClockStopped", "ClockResumed", "ClockExtended", "OpinionAnswered"),
        *("MeetingHeld", "SurveyRecorded", "FeeAssessed", "ResultIssued", "ResultDelivered"),
    }
    assert [kind for kind in case.moment.done if kind.startswith("delivered:")]


@pytest.mark.parametrize("seed", range(12))
async def test_bills_are_paid_or_waived_and_results_handed_over_in_every_way(seed: int) -> None:
    case = Case(FULL_ITEM)
    case.moment.random = Random(seed)
    case.moment.disagreed[:] = [LAND]
    await case.decide()
    await acted("decided", ALL, case.moment)
    settled = {"FeePaid", "FeeWaived"} & {type(event).__name__ for event in case.happened}
    assert len(settled) == 1


async def test_what_does_not_fit_the_item_is_not_done() -> None:
    plain = FULL_ITEM.model_copy(
        update={"procedures": (), "fees": (), "surveys": (), "document": None, "deliveries": ()}
    )
    case = Case(FULL_ITEM)
    case.moment.item, case.moment.procedures = plain.model_dump(mode="json"), ()
    for when in ("decided", "left"):
        await acted(when, ALL, case.moment)
    assert case.moment.done == []


@pytest.mark.parametrize("seed", range(20))
async def test_the_offices_that_know_something_are_asked_before_it_is_approved(seed: int) -> None:
    case = Case(LOOKED_UP_ITEM)
    case.moment.random = Random(seed)
    await check_internally(case.moment)
    await case.decide()
    answers = [event for event in case.happened if isinstance(event, OpinionAnswered)]
    (found,) = [event.found for event in answers if event.found]
    assert [answer.code for answer in found] == ["income", "no-house"]
    differs = "checked_internally:differs" in case.moment.done
    assert differs == ("/qingyun/c-hall" in case.moment.disagreed)


async def test_who_is_not_asked_anything_is_not_asked() -> None:
    for case in (Case(FULL_ITEM), Case(LOOKED_UP_ITEM, "rejected")):
        await check_internally(case.moment)
        assert case.moment.done == []


async def test_nothing_is_done_that_is_not_wanted() -> None:
    case = Case(FULL_ITEM)
    for when in ("claimed", "deciding", "left"):
        await acted(when, frozenset(), case.moment)
    assert case.moment.done == []
