"""The whole table: for each state of a route, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, get_args

import pytest

from schemas.events.base import Event
from services.routing.core.commands import COMMANDS, Command
from services.routing.core.state import Completed, Laid, NotLaid, State, UnderWay
from tests.routing.core.situations import (
    REJECTED,
    close,
    closed,
    laid,
    lay,
    opened,
    routing,
)
from tests.support.builders import COUNTY, officer
from tests.support.given import Refusal, given, refused

SHAPE: Final = "township_forwards"
HISTORIES: Final[dict[type[object], tuple[Event, ...]]] = {
    NotLaid: (),
    Laid: (laid(),),
    UnderWay: (laid(), opened(SHAPE, 1)),
    Completed: (laid(), opened(SHAPE, 1), closed(SHAPE, 1, "rejected"), REJECTED),
}
COMMAND_OF: Final[dict[str, Command]] = {"LayRoute": lay(), "CloseStep": close(1, "forwarded")}
TABLE: Final[dict[type[object], tuple[tuple[str, ...] | Refusal, ...]]] = {
    NotLaid: (("RouteLaid", "StepOpened"), refused("routing.not_found")),
    Laid: ((), refused("routing.step_not_open")),
    UnderWay: ((), ("StepClosed", "StepOpened")),
    Completed: ((), refused("routing.step_already_closed")),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    assert set(HISTORIES) == set(TABLE) == set(get_args(get_args(State)[0]))
    assert list(COMMAND_OF) == [command.__name__ for command in COMMANDS]
    for state, history in HISTORIES.items():
        assert type(given(routing, *history).state) is state


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, COMMAND_OF)))
def test_every_command_in_every_state(state: type[object], command: str) -> None:
    outcome = given(routing, *HISTORIES[state]).when(COMMAND_OF[command])
    expected = TABLE[state][list(COMMAND_OF).index(command)]
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert tuple(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, COMMAND_OF)))
def test_nobody_moves_a_case_by_hand(state: type[object], command: str) -> None:
    by_hand = replace(COMMAND_OF[command], actor=officer("leader", COUNTY))
    given(routing, *HISTORIES[state]).when(by_hand).then_refused("rights.denied")
