"""The whole table: for each state of a route, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, get_args

import pytest

from schemas.events.base import Event
from services.kernel.actor import Actor
from services.routing.core.commands import COMMANDS, Command
from services.routing.core.state import State
from tests.routing.core.situations import (
    REJECTED,
    close,
    closed,
    laid,
    lay,
    opened,
    routing,
)
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    TOWN,
    delegate,
    hear,
    heard,
    recalled,
    reported_up,
    reroute,
    send_back,
    take_back,
    take_over,
    transfer,
    upload,
)
from tests.support.builders import COUNTY, LAND, TOWNSHIP, officer
from tests.support.given import Refusal, given, refused

SHAPE: Final = "township_forwards"
NOT_FOUND: Final = refused("routing.not_found")
NOT_OPEN: Final = refused("routing.step_not_open")
ENDED: Final = refused("routing.step_already_closed")
NOT_UP: Final = refused("routing.not_reported_up")
RECALLED: Final = refused("routing.step_recalled")
ASKED: Final = recalled(1, TOWNSHIP, "uploaded", by="o-wang")
HISTORIES: Final[dict[str, tuple[Event, ...]]] = {
    "NotLaid": (),
    "Laid": (laid(),),
    "UnderWay": (laid(), opened(SHAPE, 1)),
    "UnderWay, recalled": (laid(), opened(SHAPE, 1), ASKED),
    "UnderWay, away": (*AT_DEPARTMENT, closed(SHAPE, 2, "approved"), reported_up()),
    "Completed": (laid(), opened(SHAPE, 1), closed(SHAPE, 1, "rejected"), REJECTED),
}
ABOVE: Final = officer("department_reviewer", COUNTY, "o-above")
COMMAND_OF: Final[dict[str, Command]] = {
    "LayRoute": lay(),
    "CloseStep": close(1, "forwarded"),
    "TakeBackStep": take_back(1),
    "TransferStep": transfer(),
    "DelegateStep": delegate(),
    "TakeOverStep": take_over(actor=ABOVE),
    "ReturnStep": send_back(1, TOWN),
    "UploadStep": upload(),
    "RecordExternalResult": hear(),
    "HearExternalResult": heard(),
    "RerouteStep": reroute(),
}
FORWARDED: Final = ("StepClosed", "StepOpened")
TABLE: Final[dict[str, tuple[tuple[str, ...] | Refusal, ...]]] = {
    "LayRoute": (("RouteLaid", "StepOpened"), (), (), (), (), ()),
    "CloseStep": (NOT_FOUND, NOT_OPEN, FORWARDED, FORWARDED, (), ENDED),
    "TakeBackStep": (
        NOT_FOUND,
        NOT_OPEN,
        refused("routing.not_recalled"),
        ("StepUploaded", "StepOpened"),
        ENDED,
        ENDED,
    ),
    "TransferStep": (NOT_FOUND, NOT_OPEN, ("StepTransferred",), RECALLED, ENDED, ENDED),
    "DelegateStep": (NOT_FOUND, NOT_OPEN, ("StepDelegated",), RECALLED, ENDED, ENDED),
    "TakeOverStep": (NOT_FOUND, NOT_OPEN, ("StepTakenOver",), RECALLED, ENDED, ENDED),
    "ReturnStep": (NOT_FOUND, NOT_OPEN, refused("routing.nothing_before"), RECALLED, ENDED, ENDED),
    "UploadStep": (NOT_FOUND, NOT_OPEN, ("StepRecalled",), (), ENDED, ENDED),
    "RecordExternalResult": (
        NOT_FOUND,
        NOT_UP,
        NOT_UP,
        NOT_UP,
        ("ExternalResultRecorded", "CaseCompleted"),
        refused("routing.already_completed"),
    ),
    "HearExternalResult": (
        NOT_FOUND,
        NOT_UP,
        NOT_UP,
        NOT_UP,
        ("ExternalResultRecorded", "CaseCompleted"),
        refused("routing.already_completed"),
    ),
    "RerouteStep": ((), (), ("StepRerouted",), ("StepRerouted",), (), ()),
}
"""Command → what becomes of it in each of `HISTORIES`."""
BY_SYSTEM: Final = ("LayRoute", "CloseStep", "TakeBackStep", "HearExternalResult", "RerouteStep")


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    names = {state.__name__ for state in get_args(get_args(State)[0])}
    assert {name.partition(",")[0] for name in HISTORIES} == names
    assert list(COMMAND_OF) == list(TABLE) == [command.__name__ for command in COMMANDS]
    for name, history in HISTORIES.items():
        assert type(given(routing, *history).state).__name__ == name.partition(",")[0]


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, COMMAND_OF)))
def test_every_command_in_every_state(state: str, command: str) -> None:
    outcome = given(routing, *HISTORIES[state]).when(COMMAND_OF[command])
    expected = TABLE[command][list(HISTORIES).index(state)]
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert tuple(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, BY_SYSTEM)))
def test_nobody_closes_or_lays_a_route_by_hand(state: str, command: str) -> None:
    by_hand = replace(COMMAND_OF[command], actor=officer("leader", COUNTY))
    given(routing, *HISTORIES[state]).when(by_hand).then_refused("rights.denied")


@pytest.mark.parametrize(
    ("state", "command"), list(product(list(HISTORIES)[2:4], list(COMMAND_OF)[3:8]))
)
@pytest.mark.parametrize(
    "outsider",
    [
        officer("township_approver", "/qingyun/t-anle"),
        officer("department_reviewer", LAND),
        officer("inspector", COUNTY),
        officer("leader", COUNTY),
        officer("operator", COUNTY),
    ],
)
def test_nobody_acts_on_the_step_of_another_organisation(
    state: str, command: str, outsider: Actor
) -> None:
    by_outsider = replace(COMMAND_OF[command], actor=outsider)
    given(routing, *HISTORIES[state]).when(by_outsider).then_refused("rights.denied")
