"""转办、提级办理、委托代办: an open step is laid to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas.facts import Post, Warrant
from services.kernel.actor import Actor
from services.kernel.decider import Decider
from services.routing.core.commands import Command
from services.routing.core.decide import decider
from services.routing.core.state import Open, State, UnderWay
from tests.routing.core.situations import COUNTY_FACTS, close, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    AT_LAND,
    AT_TOWNSHIP,
    AT_VILLAGE,
    CLERK,
    REVIEWER,
    delegate,
    delegated,
    recalled,
    send_back,
    take_over,
    taken_over,
    transfer,
    transferred,
    upload,
)
from tests.support.builders import (
    COUNTY,
    FORESTRY,
    LAND,
    LAND_UNIT,
    TOWNSHIP,
    VILLAGE,
    WATER,
    at,
    later,
    officer,
)
from tests.support.given import given

IN_UNIT = transferred(1, LAND, to_organisation=LAND_UNIT, officer_id="o-land", to_officer=None)


def test_a_step_is_handed_to_a_colleague_who_may_close_it() -> None:
    given(routing, *AT_TOWNSHIP).when(transfer()).then(transferred())


def test_a_step_is_handed_to_another_office_of_the_department_and_back() -> None:
    to_unit = transfer(1, REVIEWER, to_organisation=LAND_UNIT, to_officer=None)
    given(routing, *AT_LAND).when(to_unit).then(IN_UNIT)
    back = transfer(
        1, REVIEWER, to_organisation=LAND, to_officer="o-land", at=later(5), reason="退回科室"
    )
    given(routing, *AT_LAND, IN_UNIT).when(back).then(
        transferred(
            1,
            LAND_UNIT,
            to_organisation=LAND,
            move=2,
            moved_at=later(5),
            officer_id="o-land",
            to_officer="o-land",
            reason="退回科室",
        )
    )


def test_the_same_transfer_told_twice_is_made_once() -> None:
    given(routing, *AT_TOWNSHIP, transferred()).when(transfer()).then()


def test_a_transfer_names_somebody_or_some_place() -> None:
    for place in (None, TOWNSHIP):
        nowhere = transfer(to_officer=None, to_organisation=place)
        given(routing, *AT_TOWNSHIP).when(nowhere).then_refused("routing.nothing_to_transfer")


@pytest.mark.parametrize("place", [VILLAGE, WATER, COUNTY, "/qingyun/d-land/u-unknown", "/other"])
def test_a_step_does_not_leave_its_organisation_by_a_transfer(place: str) -> None:
    out = transfer(1, REVIEWER, to_organisation=place, to_officer=None)
    given(routing, *AT_LAND).when(out).then_refused("routing.outside_organisation", naming=place)


@pytest.mark.parametrize("who", ["o-xu", "o-land", "o-nobody"])
def test_a_step_is_not_handed_to_somebody_who_may_not_close_it(who: str) -> None:
    given(routing, *AT_TOWNSHIP).when(transfer(to_officer=who)).then_refused(
        "routing.officer_unfit", naming=who
    )


def warranted(until: date | None) -> Decider[State, Command]:
    """Routing in a county where o-wu and o-wang approve by a warrant."""
    warrant = Warrant(number="授1", valid_from=date(2025, 3, 3), valid_until=until)
    post = Post(organisation=TOWNSHIP, role="township_approver", warrant=warrant)
    known = COUNTY_FACTS.officers
    named = {who: known[who].model_copy(update={"posts": (post,)}) for who in ("o-wu", "o-wang")}
    return decider(replace(COUNTY_FACTS, officers={**known, **named}))


def test_a_step_is_handed_to_nobody_whose_warrant_has_run_out() -> None:
    on_friday = transfer(at=at("2025-03-07 09:00"))
    given(warranted(date(2025, 3, 7)), *AT_TOWNSHIP).when(on_friday).then(
        transferred(moved_at=at("2025-03-07 09:00"))
    )
    given(warranted(date(2025, 3, 6)), *AT_TOWNSHIP).when(on_friday).then_refused(
        "routing.officer_unfit", naming="o-wu"
    )


def test_nobody_stands_in_longer_than_the_warrant_of_whom_they_stand_in_for() -> None:
    given(warranted(None), *AT_TOWNSHIP).when(delegate()).then(delegated())
    given(warranted(date(2025, 3, 7)), *AT_TOWNSHIP).when(delegate()).then(delegated())
    given(warranted(date(2025, 3, 6)), *AT_TOWNSHIP).when(delegate()).then_refused(
        "routing.officer_unfit", naming="o-wang"
    )


def test_a_village_step_is_taken_over_by_its_township_with_the_role_of_the_taker() -> None:
    given(routing, *AT_VILLAGE).when(take_over()).then(taken_over())
    given(routing, *AT_VILLAGE, taken_over()).when(take_over()).then()


def test_the_former_holder_loses_what_was_taken_over() -> None:
    history = (*AT_VILLAGE, taken_over())
    given(routing, *history).when(transfer(1, CLERK)).then_refused("rights.denied")
    to_colleague = transfer(to_officer="o-wu", at=later(9))
    moved = transferred(move=2, moved_at=later(9))
    given(routing, *history).when(to_colleague).then(moved)
    # The role of the taker stays with the step: no clerk of the village is found fit again.
    given(routing, *history).when(transfer(to_officer="o-li")).then_refused("routing.officer_unfit")


@pytest.mark.parametrize(
    "taker",
    [
        CLERK,
        officer("township_approver", "/qingyun/t-anle"),
        officer("township_clerk", TOWNSHIP),
        officer("department_reviewer", LAND),
        officer("leader", COUNTY),
        officer("inspector", COUNTY),
        officer("operator", COUNTY),
    ],
)
def test_only_an_approver_above_takes_a_step_over(taker: Actor) -> None:
    given(routing, *AT_VILLAGE).when(take_over(actor=taker)).then_refused("rights.denied")


def test_nobody_takes_over_from_their_own_organisation() -> None:
    given(routing, *AT_TOWNSHIP).when(take_over()).then_refused("rights.denied")


def test_a_colleague_stands_in_for_an_absent_officer_for_a_time() -> None:
    given(routing, *AT_TOWNSHIP).when(delegate()).then(delegated())
    given(routing, *AT_TOWNSHIP, delegated()).when(delegate()).then()


def test_whoever_the_roster_names_stands_in_where_nobody_else_is_named() -> None:
    given(routing, *AT_TOWNSHIP).when(delegate(stand_in=None)).then(delegated())
    given(routing, *AT_TOWNSHIP, delegated()).when(delegate(stand_in=None)).then()


def test_where_the_roster_names_nobody_a_stand_in_has_to_be_named() -> None:
    given(routing, *AT_TOWNSHIP).when(delegate(absent="o-wu", stand_in=None)).then_refused(
        "routing.no_stand_in", naming="o-wu"
    )


@pytest.mark.parametrize(
    "period",
    [
        {"until": later()},
        {"since": later(5), "until": later(4)},
        {"since": at("2025-01-02 09:00"), "until": at("2025-01-03 09:00")},
    ],
)
def test_a_delegation_has_an_end_that_is_still_to_come(period: dict[str, Any]) -> None:
    given(routing, *AT_TOWNSHIP).when(delegate(**period)).then_refused("routing.period_unfit")


@pytest.mark.parametrize("who", ["o-wang", "o-land", "o-nobody"])
def test_a_stand_in_is_another_officer_of_the_same_organisation(who: str) -> None:
    given(routing, *AT_TOWNSHIP).when(delegate(stand_in=who)).then_refused(
        "routing.stand_in_unfit", naming=who
    )


def test_only_who_could_act_needs_a_stand_in() -> None:
    given(routing, *AT_TOWNSHIP).when(delegate(absent="o-xu")).then_refused(
        "routing.officer_unfit", naming="o-xu"
    )


def test_a_stand_in_may_send_a_step_up_within_the_time_and_not_after() -> None:
    clerk = officer("township_clerk", TOWNSHIP, "o-xu")
    history = (*AT_TOWNSHIP, delegated())
    within = upload(actor=clerk, at=later(2))
    given(routing, *AT_TOWNSHIP).when(within).then_refused("rights.denied")
    asked = recalled(1, TOWNSHIP, "uploaded", by="o-xu")
    given(routing, *history).when(within).then(asked)
    over = upload(actor=clerk, at=at("2025-03-07 17:30"))
    given(routing, *history).when(over).then_refused("rights.denied")
    other = officer("township_clerk", TOWNSHIP, "o-other")
    given(routing, *history).when(upload(actor=other)).then_refused("rights.denied")


def test_a_stand_in_is_for_the_desk_that_the_step_leaves_no_longer() -> None:
    state = given(routing, *AT_TOWNSHIP, delegated(), transferred()).state
    assert isinstance(state, UnderWay)
    (first, _) = state.steps
    assert isinstance(first, Open)
    assert first.delegated is None


def test_a_step_that_was_asked_back_is_not_moved() -> None:
    asked = (*AT_TOWNSHIP, recalled(1, TOWNSHIP, "uploaded", by="o-wang"))
    for act in (transfer(), delegate()):
        given(routing, *asked).when(act).then_refused("routing.step_recalled", naming="o-wang")
    in_village = (*AT_VILLAGE, recalled(1, VILLAGE, by="o-li"))
    given(routing, *in_village).when(take_over()).then_refused("routing.step_recalled")


@pytest.mark.parametrize("act", [transfer(reason=" "), delegate(reason=" ")])
def test_nothing_is_moved_without_a_reason(act: Any) -> None:
    given(routing, *AT_TOWNSHIP).when(act).then_refused("routing.reason_missing")
    given(routing, *AT_VILLAGE).when(take_over(reason=" ")).then_refused("routing.reason_missing")


def test_a_decision_made_before_the_move_was_heard_closes_the_step() -> None:
    outcome = given(routing, *AT_TOWNSHIP, transferred()).when(close(1, "forwarded"))
    assert [type(event).__name__ for event in outcome.events] == ["StepClosed", "StepOpened"]


def test_a_step_that_was_moved_is_sent_back_by_who_has_it_now() -> None:
    moved = transferred(2, FORESTRY, officer_id="o-lin", to_officer="o-lin")
    given(routing, *AT_DEPARTMENT, moved).when(send_back()).then(recalled())
