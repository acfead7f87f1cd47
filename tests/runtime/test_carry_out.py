"""One batch of commands against one book, without a broker."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.base import ActionRefused
from schemas.events.review import StepClaimed, StepReleased
from services.kernel.decider import UnknownReference
from services.runtime.command_record import CommandRecord
from services.runtime.ids import derived_id
from services.runtime.snapshots import find_remembered, from_bytes
from tests.runtime.toy_desks import FIRST, Desks, ask, result_of, results_of, said
from tests.runtime.toy_service import (
    CLERK,
    SERVICE,
    Break,
    Desk,
    Price,
    Rest,
    claim,
    evolve,
    record,
    swap,
)
from tests.support.builders import CASE, LAND, MONDAY, county, item, officer

OTHER: Final = "01942a3b-0000-7000-8000-000000000002"


def test_an_accepted_command_writes_its_events_with_its_id_and_its_actor() -> None:
    desks = Desks()
    told = result_of(desks.carry_out(record(swap(), FIRST)))
    assert (told.status, told.version) == (200, 2)
    claimed, released = desks.envelopes()
    assert [type(e.event) for e in (claimed, released)] == [StepClaimed, StepReleased]
    assert [claimed.event_id, released.event_id] == [derived_id(FIRST, "0"), derived_id(FIRST, "1")]
    assert [claimed.sequence, released.sequence] == [1, 2]
    assert (claimed.key, claimed.source, claimed.actor) == (CASE, LAND, "o-li")
    assert (claimed.causation_id, claimed.correlation_id) == (FIRST, FIRST)
    assert claimed.occurred_at == MONDAY


def test_a_repeated_command_is_answered_with_the_bytes_of_the_first_result() -> None:
    desks = Desks()
    first = result_of(desks.carry_out(record(claim(1), FIRST)))
    desks.carry_out(record(claim(2)))
    again = desks.carry_out(record(claim(1), FIRST))
    assert result_of(again) == first
    assert again.counts == {"repeated": 1}
    assert not again.events
    assert not again.staged


def test_a_repeated_refusal_is_answered_alike_and_recorded_once() -> None:
    desks = Desks()
    first = result_of(desks.carry_out(record(claim(7), FIRST)))
    desks.carry_out(record(claim(1)))
    assert result_of(desks.carry_out(record(claim(7), FIRST))) == first
    assert [e.event.type for e in desks.envelopes()] == [ActionRefused.type, StepClaimed.type]


def test_the_same_id_with_another_body_is_told_422_and_nothing_is_written() -> None:
    desks = Desks()
    desks.carry_out(record(claim(1), FIRST))
    conflict = desks.carry_out(record(claim(2), FIRST, fingerprint="f2"))
    told = result_of(conflict)
    assert (told.status, said(told)["code"]) == (422, "idempotency.key_reused")
    assert not conflict.events
    assert not conflict.staged
    assert result_of(desks.carry_out(record(claim(1), FIRST))).status == 200


def test_a_stale_version_is_told_412_and_who_changed_it_when() -> None:
    desks = Desks()
    desks.carry_out(record(claim(1)))
    stale = desks.carry_out(record(claim(2), expected=0))
    told = result_of(stale)
    assert (told.status, told.version, said(told)["code"]) == (412, 1, "request.stale")
    assert "o-li" in said(told)["detail"]
    assert "2025-03-03T01:00:00.000Z" in said(told)["detail"]
    assert desks.envelopes()[-1].event == ActionRefused(
        action="review.claim", code="request.stale", detail=said(told)["detail"]
    )
    assert result_of(desks.carry_out(record(claim(2), expected=1))).status == 200


def test_a_version_of_something_that_never_was_is_stale_without_a_name() -> None:
    told = result_of(Desks().carry_out(record(claim(1), expected=3)))
    assert told.status == 412
    assert "1970" not in said(told)["detail"]


def test_a_refused_attempt_changes_nothing_but_is_on_the_log() -> None:
    desks = Desks()
    desks.carry_out(record(claim(1)))
    conflict = desks.carry_out(record(claim(1)))
    assert (result_of(conflict).status, conflict.counts) == (409, {"refused": 1})
    barred = officer("department_clerk", LAND, "o-barred")
    assert result_of(desks.carry_out(record(claim(2, actor=barred)))).status == 403
    assert [e.sequence for e in desks.envelopes()] == [1, 2, 3]
    assert [type(e.event) for e in desks.envelopes()[1:]] == [ActionRefused] * 2
    kept = desks.book.get(CASE.encode())
    assert kept is not None
    assert (kept.state, kept.changes, kept.last_actor) == (Desk(1, 1), 1, "o-li")


def test_a_repeat_inside_one_batch_has_one_effect() -> None:
    desks = Desks()
    first, second = results_of(desks.carry_out(record(claim(1), FIRST), record(claim(1), FIRST)))
    assert first == second
    assert len(desks.log) == 1


def test_several_commands_of_a_case_in_one_batch_write_one_snapshot() -> None:
    desks = Desks()
    found = desks.carry_out(
        record(claim(1)), record(claim(1, OTHER)), record(claim(2)), record(claim(3))
    )
    written = found.written(SERVICE)
    assert sorted(written) == sorted([CASE.encode(), OTHER.encode()])
    assert from_bytes(written[CASE.encode()], SERVICE.state).state == Desk(3, 3)
    assert [e.sequence for e in desks.envelopes() if e.key == CASE] == [1, 2, 3]


def test_what_a_batch_brings_about_does_not_count_before_the_commit() -> None:
    desks = Desks()
    desks.carry_out(record(claim(1)))
    desks.attempt(record(claim(2)))  # its transaction was aborted
    assert result_of(desks.carry_out(record(claim(2)))).status == 200
    assert [e.sequence for e in desks.envelopes()] == [1, 2]


def test_a_command_that_needs_facts_not_yet_here_waits_and_is_put_aside_in_the_end() -> None:
    desks = Desks()
    price = record(Price(key=CASE, actor=CLERK, at=MONDAY, item="fishing"))
    with pytest.raises(UnknownReference):
        desks.attempt(record(claim(1)), price)
    late = desks.carry_out(record(claim(1)), price, late=True)
    assert [why for _, why in late.dead] == ["command.unknown-item"]
    assert len(desks.log) == 1
    desks.reference = county(item(code="fishing"))
    again = price._replace(command_id=derived_id(FIRST, "again"))
    assert result_of(desks.carry_out(again)).status == 200


def test_a_question_changes_nothing_and_sees_what_stood_before_it() -> None:
    desks = Desks()
    found = desks.carry_out(record(claim(1)), ask(), record(claim(2)), ask("absent"))
    _, seen, _, absent = results_of(found)
    assert (seen.status, seen.version, said(seen)["steps"]) == (200, 1, 1)
    assert (absent.status, said(absent)["code"]) == (404, "review.not_found")
    only_asked = desks.carry_out(ask(), ask(key=OTHER))
    assert [said(r)["steps"] for r in results_of(only_asked)] == [2, 0]
    assert not only_asked.events
    assert not only_asked.staged


def test_a_command_without_effect_is_remembered_and_leaves_no_event() -> None:
    desks = Desks()
    rest = record(Rest(key=CASE, actor=CLERK, at=MONDAY), FIRST)
    found = desks.carry_out(rest)
    assert result_of(found).version == 0
    assert not found.events
    kept = desks.book.get(CASE.encode())
    assert kept is not None
    assert kept.changes == 0
    assert find_remembered(kept.remembered, FIRST.encode()) is not None
    assert desks.carry_out(rest).counts == {"repeated": 1}


def test_a_state_no_longer_decoded_is_read_again_from_its_stored_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.runtime.carry_out.HOT", 3)
    desks = Desks()
    desks.carry_out(record(claim(1)))
    for number in range(3):
        desks.carry_out(record(claim(1, f"01942a3b-0000-7000-9000-{number:012x}")))
    assert result_of(desks.carry_out(record(claim(2)))).status == 200
    assert desks.book.get(CASE.encode()) == from_bytes(
        desks.book.stored[CASE.encode()], SERVICE.state
    )


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),  # which command id
            st.sampled_from(("claim-1", "claim-2", "swap", "rest", "ask", "break")),
            st.booleans(),  # ends its batch
        ),
        max_size=25,
    )
)
def test_whatever_comes_the_snapshot_is_the_fold_of_the_log(
    steps: list[tuple[int, str, bool]],
) -> None:
    commands: dict[str, Any] = {
        "claim-1": claim(1),
        "claim-2": claim(2),
        "swap": swap(),
        "rest": Rest(key=CASE, actor=CLERK, at=MONDAY),
        "break": Break(key=CASE, actor=CLERK, at=MONDAY),
    }
    desks, batch, told = Desks(), list[CommandRecord](), 0
    for number, kind, ends in steps:
        command_id = derived_id(FIRST, str(number))
        batch.append(ask() if kind == "ask" else record(commands[kind], command_id, kind))
        if ends:
            told += len(desks.carry_out(*batch).results)
            batch.clear()
    told += len(desks.carry_out(*batch).results)
    envelopes, state = desks.envelopes(), Desk()
    for envelope in envelopes:
        state = evolve(state, envelope.event)
    kept = desks.book.get(CASE.encode())
    assert told == len(steps)
    assert [e.sequence for e in envelopes] == list(range(1, len(envelopes) + 1))
    assert len({e.event_id for e in envelopes}) == len(envelopes)
    assert (kept.state, kept.sequence) if kept else (Desk(), 0) == (state, len(envelopes))
