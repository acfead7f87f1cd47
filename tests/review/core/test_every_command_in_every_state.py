"""The whole table: for each state of a step, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, get_args

import pytest

from schemas.events.base import Event
from services.kernel.actor import Actor
from services.review.core.commands import COMMANDS, Command
from services.review.core.state import Claimed, Closed, Step, UnderReview, Waiting
from tests.review.core.situations import (
    ALL_MET,
    FULL_ITEM,
    REMEDY,
    TOWN_APPROVER,
    asked,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    heard,
    opine,
    receive,
    received,
    release,
    review,
    reviewer,
    step_id,
    taken,
)
from tests.support.builders import COUNTY, LAND, WATER, officer
from tests.support.given import Refusal, given, refused

Row = tuple[str | Refusal, ...]
LAND_REVIEWER: Final = reviewer(LAND)
AREA_UNMET: Final = found(eligible="met", area="unmet")
NOTHING: Final = ""
UNKNOWN: Final = refused("review.step_unknown")
NOT_CLAIMED: Final = refused("review.not_claimed")
WRONG_DUTY: Final = refused("review.wrong_duty")
CLOSED: Final = refused("review.already_closed")

DECIDING: Final[dict[str, Command]] = {
    "ReceiveStep": receive(of=FULL_ITEM),
    "Claim": claim(),
    "Check": check(),
    "Release": release(),
    "GiveOpinion": opine(4, actor=claim().actor),
    "Decide": decide("rejected", remedy=REMEDY),
}
CONSULTED: Final[dict[str, Command]] = {
    "ReceiveStep": receive(1, LAND, "opinion"),
    "Claim": claim(1, LAND_REVIEWER),
    "Check": check(ALL_MET, 1, LAND_REVIEWER),
    "Release": release(1, LAND_REVIEWER),
    "GiveOpinion": opine(1, "disagreed"),
    "Decide": decide("rejected", number=1, actor=LAND_REVIEWER, remedy=REMEDY),
}
RECEIVED: Final = received(of=FULL_ITEM)
DECIDING_HISTORIES: Final[dict[object, tuple[Event, ...]]] = {
    None: (),
    Waiting: (RECEIVED,),
    Claimed: (RECEIVED, checked(AREA_UNMET), claimed()),
    Closed: (RECEIVED, checked(), claimed(), decided()),
}
CONSULTED_HISTORIES: Final[dict[object, tuple[Event, ...]]] = {
    None: (),
    Waiting: (asked(1),),
    Claimed: (asked(1), taken(1)),
    Closed: (asked(1), taken(1), heard(1)),
}
DECIDING_TABLE: Final[dict[object, Row]] = {
    None: ("StepReceived", *(UNKNOWN,) * 5),
    Waiting: (NOTHING, "StepClaimed", "StepChecked", *(NOT_CLAIMED,) * 3),
    Claimed: (NOTHING, NOTHING, "StepChecked", "StepReleased", WRONG_DUTY, "StepDecided"),
    Closed: (NOTHING, *(CLOSED,) * 5),
}
CONSULTED_TABLE: Final[dict[object, Row]] = {
    None: ("StepReceived", *(UNKNOWN,) * 5),
    Waiting: (NOTHING, "StepClaimed", WRONG_DUTY, *(NOT_CLAIMED,) * 3),
    Claimed: (NOTHING, NOTHING, WRONG_DUTY, "StepReleased", "OpinionGiven", WRONG_DUTY),
    Closed: (NOTHING, *(CLOSED,) * 5),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    states = {None, *get_args(get_args(Step)[0])}
    assert states == set(DECIDING_HISTORIES) == set(CONSULTED_HISTORIES)
    assert states == set(DECIDING_TABLE) == set(CONSULTED_TABLE)
    assert list(DECIDING) == list(CONSULTED) == [command.__name__ for command in COMMANDS]
    for number, histories in ((4, DECIDING_HISTORIES), (1, CONSULTED_HISTORIES)):
        for state, history in histories.items():
            after = given(review, *history).state
            assert isinstance(after, UnderReview)
            step = after.step(step_id(number))
            assert step is None if state is None else type(step) is state


def _expect(history: tuple[Event, ...], command: Command, expected: str | Refusal) -> None:
    outcome = given(review, *history).when(command)
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert "".join(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(("state", "command"), list(product(DECIDING_TABLE, DECIDING)))
def test_every_command_in_every_state_of_a_deciding_step(state: object, command: str) -> None:
    expected = DECIDING_TABLE[state][list(DECIDING).index(command)]
    _expect(DECIDING_HISTORIES[state], DECIDING[command], expected)


@pytest.mark.parametrize(("state", "command"), list(product(CONSULTED_TABLE, CONSULTED)))
def test_every_command_in_every_state_of_a_consulted_department(
    state: object, command: str
) -> None:
    expected = CONSULTED_TABLE[state][list(CONSULTED).index(command)]
    _expect(CONSULTED_HISTORIES[state], CONSULTED[command], expected)


@pytest.mark.parametrize(
    ("state", "command"), list(product([Waiting, Claimed, Closed], list(DECIDING)[1:]))
)
@pytest.mark.parametrize("outsider", [reviewer(WATER), TOWN_APPROVER, officer("inspector", COUNTY)])
def test_nobody_acts_on_the_step_of_another_organisation(
    state: object, command: str, outsider: Actor
) -> None:
    by_outsider = replace(DECIDING[command], actor=outsider)
    given(review, *DECIDING_HISTORIES[state]).when(by_outsider).then_refused("rights.denied")


@pytest.mark.parametrize("state", list(DECIDING_HISTORIES))
def test_nobody_puts_a_step_on_a_desk_by_hand(state: object) -> None:
    by_hand = replace(receive(), actor=officer("leader", COUNTY))
    given(review, *DECIDING_HISTORIES[state]).when(by_hand).then_refused("rights.denied")
