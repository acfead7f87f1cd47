"""Every command × every state × every role × own place and others: what is not allowed is refused
with a code, changes nothing, and leaves nothing on the stream but `ActionRefused`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final, NamedTuple, get_args

import orjson
import pytest

from schemas.codec import Position, decode
from schemas.events.base import ActionRefused, Event
from schemas.values import Role
from services.intake.shell import wiring as intake
from services.kernel.competence import RIGHTS
from services.kernel.decider import Command, Decider
from services.review.shell import wiring as review
from services.routing.shell import wiring as routing
from services.runtime.carry_out import Batch, Book, Outcome
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.ids import derived_id
from services.runtime.service import Service
from services.runtime.snapshots import Snapshot
from tests.intake.core import situations as of_intake
from tests.intake.core import test_every_command_in_every_state as intake_table
from tests.review.core import situations as of_review
from tests.review.core import test_every_command_in_every_state as review_table
from tests.routing.core import situations as of_routing
from tests.routing.core import test_every_command_in_every_state as routing_table
from tests.support.builders import CASE, FORESTRY, OTHER_VILLAGE, officer
from tests.support.given import given

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ELSEWHERE: Final = (OTHER_VILLAGE, "/qingyun/t-anle", FORESTRY, "/other")
"""Another village, another township, a department that has nothing to do with it, a county."""
CODE: Final = re.compile(r"[a-z]+\.[a-z_]+")


class Message(NamedTuple):
    """A command as a worker reads it."""

    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Core:
    """The rules of one service with the histories and commands of its own table."""

    service: Service[Any]
    decider: Decider[Any, Any]
    histories: Mapping[Any, tuple[Event, ...]]
    commands: Mapping[str, Command]

    def carry_out(self, state: Any, command: Command) -> tuple[int, Outcome[Any]]:
        """Give the status that the caller is told, and all that would be written."""
        book: Book[Any] = Book(self.service)
        snapshot = Snapshot(7, 7, "o-before", 0, state, ())
        book.commit({CASE.encode(): snapshot}, {})
        name = type(command).__name__
        body = self.service.commands[name].dump_json(command)
        record = to_record(CommandRecord(name, COMMAND_ID, CASE, body))
        message = Message(0, record.key, record.value, tuple(record.headers))
        outcome = Batch(self.service, self.decider, book).carry_out([message])
        assert outcome.dead == []
        (result,) = outcome.results
        return int(dict(result.headers)["result"].split()[0]), outcome


COMMAND_ID: Final = derived_id(CASE, "matrix")
CORES: Final = {
    "intake": Core(
        intake.SERVICE, of_intake.intake, intake_table.HISTORIES, intake_table.COMMAND_OF
    ),
    "routing": Core(
        routing.SERVICE, of_routing.routing, routing_table.HISTORIES, routing_table.COMMAND_OF
    ),
    "deciding step": Core(
        review.SERVICE, of_review.review, review_table.DECIDING_HISTORIES, review_table.DECIDING
    ),
    "consulted department": Core(
        review.SERVICE, of_review.review, review_table.CONSULTED_HISTORIES, review_table.CONSULTED
    ),
}
CELLS: Final = [(name, state) for name, core in CORES.items() for state in core.histories]


def attempts(core: Core) -> Iterator[tuple[Command, Role, str]]:
    """Give every command in the name of every role, at its own place and at every other one."""
    for command, role in product(core.commands.values(), ROLES):
        for place in {command.actor.organisation, *ELSEWHERE}:
            yield replace(command, actor=officer(role, place, "o-stranger")), role, place


@pytest.mark.parametrize(("name", "state"), CELLS, ids=str)
def test_what_is_refused_changes_nothing_and_is_told_and_recorded_alike(
    name: str, state: Any
) -> None:
    core = CORES[name]
    before = given(core.decider, *core.histories[state]).state
    for command, *_ in attempts(core):
        status, outcome = core.carry_out(before, command)
        events = [read(core.service, record) for record in outcome.events]
        if status == 200:
            assert not any(isinstance(event, ActionRefused) for event in events)
            continue
        assert status in {403, 409}, command
        (refusal,) = events
        assert isinstance(refusal, ActionRefused)
        assert refusal.action == command.action
        told = orjson.loads(outcome.results[0].value)
        assert told["code"] == refusal.code
        assert CODE.fullmatch(refusal.code)
        assert (status == 403) == (refusal.code == "rights.denied")
        assert outcome.staged[CASE.encode()].state is before


@pytest.mark.parametrize(("name", "state"), CELLS, ids=str)
def test_nobody_of_another_place_and_no_role_without_the_right_gets_anything_done(
    name: str, state: Any
) -> None:
    core = CORES[name]
    history = core.histories[state]
    before = given(core.decider, *history).state
    for command, role, place in attempts(core):
        allowed = role in RIGHTS.get(command.action, frozenset())
        if allowed and place not in ELSEWHERE:
            continue
        status, _ = core.carry_out(before, command)
        # Of what never came to be nobody knows whose it is: to act on it is too early, not wrong.
        expected = {403} if history else {403, 409}
        assert status in expected, (command.action, role, place, status)


def read(service: Service[Any], record: Any) -> Event:
    """Give the event as a reader gets it."""
    place = Position(service.events_topic, 0, 0)
    return decode(place, record.key, record.value, record.headers).event


def test_the_matrix_has_every_command_of_every_service_and_every_role() -> None:
    for core in CORES.values():
        assert core.commands.keys() == core.service.commands.keys()
    assert len(ROLES) == 11
    assert sum(1 for core in CORES.values() for _ in product(core.histories, attempts(core))) > 9000
