"""直接上传: what the township cannot do goes straight to the county."""

from __future__ import annotations

from typing import Final

from services.routing.core.decide import decider
from tests.routing.core.situations import APPROVED, close, closed, laid, opened, planned, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    AT_LAND,
    AT_TOWNSHIP,
    CHIEF,
    REVIEWER,
    SHAPE,
    recalled,
    send_back,
    take_back,
    upload,
    uploaded,
)
from tests.support.builders import STEPS, TOWNSHIP, VILLAGE, county, item, later, officer, step
from tests.support.given import given

ASKED: Final = recalled(1, TOWNSHIP, "uploaded", by="o-wang")
DEPARTMENT: Final = planned(SHAPE)[1]
UPLOADED: Final = (*AT_TOWNSHIP, ASKED, uploaded(DEPARTMENT), opened(SHAPE, 2))


def test_the_township_asks_for_its_step_and_the_department_gets_it_once_it_is_yielded() -> None:
    given(routing, *AT_TOWNSHIP).when(upload()).then(ASKED)
    given(routing, *AT_TOWNSHIP, ASKED).when(upload()).then()
    given(routing, *AT_TOWNSHIP, ASKED).when(take_back(1)).then(
        uploaded(DEPARTMENT), opened(SHAPE, 2, later(2))
    )


def test_the_department_decides_what_was_sent_straight_up() -> None:
    given(routing, *UPLOADED).when(close(2, "approved")).then(
        closed(SHAPE, 2, "approved"), APPROVED
    )


def test_what_the_township_cannot_do_is_not_sent_back_to_it() -> None:
    given(routing, *UPLOADED).when(send_back()).then_refused("routing.nothing_before")


def test_a_forwarding_made_before_the_desk_was_asked_wins() -> None:
    outcome = given(routing, *AT_TOWNSHIP, ASKED).when(close(1, "forwarded"))
    outcome.then(closed(SHAPE, 1, "forwarded"), opened(SHAPE, 2, later()))
    given(routing, *AT_TOWNSHIP, ASKED, *outcome.events).when(take_back(1)).then_refused(
        "routing.step_already_closed"
    )


def test_a_department_has_nothing_above_it_to_send_to() -> None:
    given(routing, *AT_LAND).when(upload(1, REVIEWER)).then_refused("rights.denied")
    given(routing, *AT_DEPARTMENT).when(upload(2, CHIEF)).then_refused("rights.denied")


def test_only_a_step_of_the_township_is_sent_straight_up() -> None:
    by_clerk = step(1, "village", "forward", "township_clerk")
    odd = decider(county(item(SHAPE, steps=[by_clerk, *STEPS[SHAPE][1:]])))
    lies_there = opened(SHAPE, 1).model_copy(update={"organisation": VILLAGE})
    clerk = officer("township_clerk", TOWNSHIP, "o-xu")
    given(odd, laid(), lies_there).when(upload(1, clerk)).then_refused("routing.not_at_township")


def test_what_the_county_may_not_take_in_stays_with_the_township() -> None:
    of_township = item(SHAPE, channels=["village", "township"])
    strict = decider(county(of_township))
    given(strict, *AT_TOWNSHIP).when(upload()).then_refused("routing.upload_not_allowed")


def test_what_the_township_decides_itself_has_nobody_above_to_decide_it() -> None:
    history = (laid("township_decides"), opened("township_decides", 1))
    given(routing, *history).when(upload()).then_refused("routing.upload_not_allowed")
