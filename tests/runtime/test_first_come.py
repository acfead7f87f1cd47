"""Two officers who do the same in the same millisecond: the second is told that he was second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.intake.shell.wiring import SERVICE
from services.kernel.actor import SYSTEM, Actor
from services.kernel.decider import Command, Refused
from services.runtime.carry_out import Batch, Book
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.first_come import epoch_ms, require_first
from services.runtime.ids import new_case_id
from services.runtime.results import Result, from_message
from services.runtime.snapshots import Snapshot
from tests.intake.core.situations import accept, intake, submit
from tests.runtime.toy_service import messages
from tests.support.builders import CASE, MONDAY, VILLAGE, officer

FIRST = officer("village_clerk", VILLAGE, "o-first")
SECOND = officer("village_clerk", VILLAGE, "o-second")


def told(*commands: Command) -> list[Result]:
    """Carry the commands out in one batch; give what each caller is told."""
    records = []
    for command in commands:
        name = type(command).__name__
        body = SERVICE.commands[name].dump_json(command)
        records.append(to_record(CommandRecord(name, new_case_id(), CASE, body)))
    book: Book[Any] = Book(SERVICE)
    outcome = Batch(SERVICE, intake, book).carry_out(messages(*records))
    return [from_message(r.value, r.headers)[1] for r in outcome.results]


def test_of_two_acceptances_in_one_millisecond_one_stands_and_names_who_was_first() -> None:
    accepted = accept()
    _, won, lost = told(submit(), replace(accepted, actor=FIRST), replace(accepted, actor=SECOND))
    assert (won.status, lost.status) == (200, 412)
    said = orjson.loads(lost.body)
    assert said["code"] == "request.stale"
    assert "o-first" in said["detail"]


def test_the_same_officer_twice_is_a_repeat_under_another_key() -> None:
    accepted = replace(accept(), actor=FIRST)
    assert [result.status for result in told(submit(), accepted, accepted)] == [200, 200, 200]


@pytest.mark.parametrize("last", ["-", SYSTEM, "o-second"])
def test_what_the_system_did_or_nobody_or_oneself_stands_in_nobodys_way(last: str) -> None:
    command = replace(accept(), actor=SECOND)
    require_first(snapshot(last, epoch_ms(command.at)), command, 3)


def test_a_reaction_that_comes_twice_is_never_too_late() -> None:
    command = replace(accept(), actor=Actor(SYSTEM, VILLAGE))
    require_first(snapshot("o-first", epoch_ms(command.at)), command, 3)


def test_what_was_done_at_another_time_is_for_the_core_to_judge() -> None:
    command = replace(accept(), actor=SECOND)
    require_first(snapshot("o-first", epoch_ms(command.at) - 1), command, 3)
    with pytest.raises(Refused):
        require_first(snapshot("o-first", epoch_ms(command.at)), command, 3)


def snapshot(last_actor: str, last_at: int) -> Snapshot[None]:
    assert last_at <= epoch_ms(MONDAY) + 10**9
    return Snapshot(3, 3, last_actor, last_at, None, ())
