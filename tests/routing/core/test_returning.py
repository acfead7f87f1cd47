"""退回上一环节: a step is taken off its desk, and the stage before is done once more."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.moves import StepReturned
from schemas.events.routing import StepOpened
from services.kernel.actor import Actor
from tests.routing.core.situations import APPROVED, close, closed, laid, opened, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    AT_TOWNSHIP,
    AT_VILLAGE,
    CLERK,
    COUNTY_AGAIN,
    RETURNED,
    SHAPE,
    TOWN,
    TOWN_AGAIN,
    again,
    opened_as,
    recalled,
    returned,
    send_back,
    take_back,
    taken_over,
)
from tests.support.builders import CASE, COUNTY, FORESTRY, HOUSING, LAND, TOWNSHIP, later, officer
from tests.support.given import given

ASKED: Final = (*AT_DEPARTMENT, recalled())
HEARD: Final = (
    laid("joint"),
    *(opened("joint", n) for n in (1, 2, 3)),
    *(closed("joint", n, "agreed") for n in (1, 2, 3)),
    opened("joint", 4),
)
CONVENER: Final = officer("joint_convener", HOUSING, "o-zhao")


def test_a_department_sends_a_step_back_and_its_desk_is_asked_to_yield_it() -> None:
    given(routing, *AT_DEPARTMENT).when(send_back()).then(recalled())


def test_the_same_return_asked_twice_is_asked_once_another_waits_for_it() -> None:
    given(routing, *ASKED).when(send_back()).then()
    given(routing, *ASKED).when(send_back(reason="另有原因")).then_refused(
        "routing.step_recalled", naming="o-lin"
    )


def test_once_yielded_the_stage_before_is_done_once_more_with_numbers_of_its_own() -> None:
    given(routing, *ASKED).when(take_back()).then(
        returned(TOWN_AGAIN, COUNTY_AGAIN), opened_as(TOWN_AGAIN)
    )


def test_the_step_clock_begins_anew_and_those_of_the_case_run_on() -> None:
    events = given(routing, *ASKED).when(take_back()).events
    (anew,) = [event for event in events if isinstance(event, StepOpened)]
    assert anew.term.started_at == later(2)
    first = opened(SHAPE, 1)
    assert (anew.legal, anew.promised) == (first.legal, first.promised)


def test_after_the_second_round_the_returned_step_is_done_once_more_too() -> None:
    done = given(routing, *RETURNED).when(close(3, "forwarded", at=later(2)))
    done.then(
        closed(SHAPE, 1, "forwarded").model_copy(update={"step_id": f"{CASE}.3", "number": 3}),
        opened_as(COUNTY_AGAIN),
    )
    ended = given(routing, *RETURNED, *done.events).when(close(4, "approved"))
    assert ended.events[-1] == APPROVED


def test_a_decision_made_before_the_desk_was_asked_wins() -> None:
    outcome = given(routing, *ASKED).when(close(2, "approved"))
    outcome.then(closed(SHAPE, 2, "approved"), APPROVED)
    given(routing, *ASKED, *outcome.events).when(take_back()).then_refused(
        "routing.step_already_closed", naming="approved"
    )


def test_a_yield_told_twice_counts_once() -> None:
    given(routing, *RETURNED).when(take_back()).then()


def test_a_step_that_was_not_asked_for_is_not_taken_back() -> None:
    given(routing, *AT_DEPARTMENT).when(take_back()).then_refused("routing.not_recalled")


@pytest.mark.parametrize("blank", [" ", "\n\t", "　"])
def test_nothing_is_sent_back_without_a_reason(blank: str) -> None:
    given(routing, *AT_DEPARTMENT).when(send_back(reason=blank)).then_refused(
        "routing.reason_missing"
    )


def test_the_first_step_has_nothing_before_it_in_any_round() -> None:
    given(routing, *AT_TOWNSHIP).when(send_back(1, TOWN)).then_refused("routing.nothing_before")
    given(routing, *AT_VILLAGE).when(send_back(1, CLERK)).then_refused("routing.nothing_before")
    given(routing, *RETURNED).when(send_back(3, TOWN)).then_refused("routing.nothing_before")


def test_a_consulted_department_says_what_it_thinks_instead() -> None:
    asked = (laid("joint"), *(opened("joint", n) for n in (1, 2, 3)))
    reviewer = officer("department_reviewer", LAND, "o-land")
    given(routing, *asked).when(send_back(1, reviewer)).then_refused("routing.wrong_duty")


def test_the_convener_has_every_department_heard_once_more() -> None:
    asked = recalled(4, HOUSING, by="o-zhao")
    given(routing, *HEARD).when(send_back(4, CONVENER)).then(asked)
    rounds = [again("joint", n, n + 4, 3) for n in (1, 2, 3)]
    convened = again("joint", 4, 8, 4)
    events = given(routing, *HEARD, asked).when(take_back(4)).events
    assert events[0] == returned(
        *rounds, convened, number=4, organisation=HOUSING, officer_id="o-zhao"
    )
    assert [e.number for e in events if isinstance(e, StepOpened)] == [5, 6, 7]


def test_nothing_is_sent_back_while_a_parallel_step_is_open() -> None:
    still_asked = (*HEARD[:6], opened("joint", 4))
    given(routing, *still_asked).when(send_back(4, CONVENER)).then_refused(
        "routing.parallel_under_way"
    )


@pytest.mark.parametrize(
    "stranger",
    [TOWN, officer("department_reviewer", FORESTRY), officer("chief_representative", LAND)],
)
def test_only_who_may_close_a_step_sends_it_back(stranger: Actor) -> None:
    given(routing, *AT_DEPARTMENT).when(send_back(actor=stranger)).then_refused("rights.denied")


def test_of_a_route_that_never_told_its_version_nothing_is_sent_back() -> None:
    before = tuple(e.model_copy(update={"accepted_by": None}) for e in (laid(),))
    old = (*before, *AT_DEPARTMENT[1:])
    given(routing, *old).when(send_back()).then_refused("routing.item_not_recorded")


def test_every_return_is_counted_until_there_is_no_number_left() -> None:
    history: list[Event] = list(AT_DEPARTMENT)
    numbers = range(2, 99, 2)
    for last in numbers[:-1]:
        for act in (send_back(last), take_back(last), close(last + 1, "forwarded")):
            history += given(routing, *history).when(act).events
    told = [event.returns for event in history if isinstance(event, StepReturned)]
    assert told == list(range(1, len(numbers)))
    given(routing, *history).when(send_back(numbers[-1])).then_refused("routing.too_many_rounds")


def test_a_second_round_lies_where_the_first_was_closed() -> None:
    history = (
        laid(),
        opened(SHAPE, 1),
        taken_over(1, TOWNSHIP, to_organisation=COUNTY, role="department_reviewer"),
        closed(SHAPE, 1, "forwarded"),
        opened(SHAPE, 2),
        recalled(),
    )
    events = given(routing, *history).when(take_back()).events
    (anew,) = [event for event in events if isinstance(event, StepOpened)]
    assert (anew.organisation, anew.role) == (COUNTY, "department_reviewer")
