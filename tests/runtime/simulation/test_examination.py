"""Before a simulated case ends, what its item asks for is done, and the rules of review agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest
from pydantic import TypeAdapter

from schemas.events.base import Event
from services.kernel.actor import Actor
from services.review.core.commands import Check, Decide
from services.review.core.commands_of_consulting import RecordSurvey, ScheduleSurvey
from services.runtime.simulation.desk import Desk
from services.runtime.simulation.examination import examination
from services.runtime.simulation.staff import NobodyThere, Staff
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    FULL_ITEM,
    INSTANT_ITEM,
    PLAIN_ITEM,
    REMEDY,
    claimed,
    decide,
    received,
    review,
    step_id,
)
from tests.support.builders import CASE, HOUSING, LAND, TOWNSHIP, VILLAGE, later, officer
from tests.support.given import given

COMMANDS: Final = {
    "check": Check,
    "schedule-survey": ScheduleSurvey,
    "record-survey": RecordSurvey,
}


def desk(actor: Actor) -> Desk:
    found = Desk(httpx2.AsyncClient(), str, actor.officer_id, "secret")
    found.officer = {
        "officer_id": actor.officer_id,
        "organisation": actor.organisation,
        "posts": [{"organisation": p.organisation, "role": p.role} for p in actor.posts],
    }
    return found


HERE: Final = {actor.officer_id: actor for actor in (CONVENER, CHECKER)}


@pytest.mark.parametrize("of", [FULL_ITEM, INSTANT_ITEM, PLAIN_ITEM])
@pytest.mark.parametrize("decision", [decide(), decide("rejected", remedy=REMEDY)])
def test_the_rules_accept_every_act_and_then_the_decision(of: Any, decision: Decide) -> None:
    history: list[Event] = [received(of=of), claimed()]
    item = of.model_dump(mode="json")
    when = later(10)
    acts = examination(item, decision.outcome, desk(CONVENER), desk(CHECKER), when)
    for who, path, body in acts:
        head = {"key": CASE, "actor": HERE[who.login], "at": when + timedelta(seconds=1)}
        kind: TypeAdapter[Any] = TypeAdapter(COMMANDS[path])
        command = kind.validate_python({**head, "step_id": step_id(4), **body})
        history += given(review, *history).when(command).events
    assert len(history) == 2 + (of is not PLAIN_ITEM) * (5 if decision.outcome == "approved" else 1)
    ended = given(review, *history).when(decision)
    assert [type(event).__name__ for event in ended.events] == ["StepDecided"]


def test_a_colleague_has_a_post_there_or_above_and_is_somebody_else() -> None:
    clerk, other = desk(officer("village_clerk", VILLAGE, "o-li")), desk(CHECKER)
    above = desk(officer("township_clerk", TOWNSHIP, "o-wu"))
    staff = Staff([clerk, other, above])
    assert staff.colleague(VILLAGE, clerk, 7) is above
    assert staff.colleague(HOUSING, clerk, 7) is other
    with pytest.raises(NobodyThere):
        staff.colleague(LAND, clerk, 7)
