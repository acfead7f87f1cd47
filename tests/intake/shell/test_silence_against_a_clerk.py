"""Silence and a clerk in one second: as the loop carries them out, exactly one wins."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any, NamedTuple

import pytest

from schemas.codec import Position, decode
from schemas.events.base import INTAKE, ActionRefused, Event
from schemas.events.intake import CaseAccepted, CaseNotAccepted, DeficiencyNotified
from services.intake.core.timers import timers
from services.intake.shell.wiring import PARTS, SERVICE
from services.kernel.decider import Command
from services.kernel.reaction import Facts
from services.runtime.carry_out import Batch, Book
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.ids import new_case_id
from services.runtime.timers import Board
from tests.intake.core.situations import ANSWER_DUE, accept, deem, notify, refuse, submit
from tests.support.builders import CASE, county
from tests.support.published_calendars import CALENDAR


class Message(NamedTuple):
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any


def record(command: Command) -> CommandRecord:
    body = SERVICE.commands[type(command).__name__].dump_json(command)
    return CommandRecord(type(command).__name__, new_case_id(), command.key, body)


def carried_out(book: Book[Any], *commands: CommandRecord) -> list[Any]:
    """Carry out in one batch and commit; give the events."""
    messages = [Message(0, r.key, r.value, r.headers) for r in map(to_record, commands)]
    outcome = Batch(SERVICE, SERVICE.decider(county()), book).carry_out(messages)
    assert outcome.dead == []
    book.commit(outcome.staged, outcome.written(SERVICE))
    place = Position(INTAKE, 0, 0)
    return [decode(place, r.key, r.value, r.headers).event for r in outcome.events]


@pytest.mark.parametrize("answers", list(permutations([accept, notify, refuse, deem])))
def test_of_four_answers_in_one_second_the_first_stands(answers: Any) -> None:
    book = Book(SERVICE)
    carried_out(book, record(submit()))
    late = {"at": ANSWER_DUE}
    events = carried_out(book, *(record(answer(**late)) for answer in answers))
    stands, *others = events
    firsts: dict[Any, type[Event]] = {
        accept: CaseAccepted,
        notify: DeficiencyNotified,
        refuse: CaseNotAccepted,
        deem: CaseAccepted,
    }
    assert isinstance(stands, firsts[answers[0]])
    accepted = [event for event in events if isinstance(event, CaseAccepted)]
    assert len(accepted) <= 1
    # A notice may be followed by a refusal to accept: that is the law, not a race.
    after: Any = (ActionRefused, CaseNotAccepted) if answers[0] is notify else ActionRefused
    assert all(isinstance(other, after) for other in others)


def test_a_timer_that_was_carried_out_is_not_read_off_its_own_snapshot_again() -> None:
    book, rules = Book(SERVICE), PARTS.timers
    assert rules is not None
    assert rules.timers is timers
    carried_out(book, record(submit()))
    board = Board(rules, Facts(CALENDAR))
    board.set(CASE.encode(), book.stored[CASE.encode()], ANSWER_DUE)
    assert board.take_due(ANSWER_DUE - timedelta(milliseconds=1)) == []
    (due,) = board.take_due(ANSWER_DUE)
    name = dict(due.headers)["name"].decode()
    given = CommandRecord(name, dict(due.headers)["id"].decode(), CASE, due.value)
    (accepted,) = carried_out(book, given)
    assert accepted.deemed
    board.set(CASE.encode(), book.stored[CASE.encode()], ANSWER_DUE)
    assert len(board) == 0
    assert carried_out(book, given) == []
