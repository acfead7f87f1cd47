"""Commands that cannot be carried out are put aside, and the others flow."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from schemas import codec
from schemas.envelope import Record
from schemas.events.review import StepClaimed, StepReleased
from services.runtime.carry_out import Batch, Book
from services.runtime.command_record import CommandRecord, to_record
from tests.runtime.toy_desks import FIRST, Desks, ask, result_of, said
from tests.runtime.toy_service import CLERK, SERVICE, Break, claim, messages, record, swap
from tests.support.builders import CASE, MONDAY, county

OTHER: Final = "01942a3b-0000-7000-8000-000000000002"

POISON: Final[dict[str, tuple[CommandRecord | Record, str]]] = {
    "no head": (Record(b"k", b"{}", ()), "command.missing-header.name"),
    "an id that is none": (record(claim(1), "1"), "command.header-broken"),
    "a fingerprint that is no word": (
        record(claim(1), FIRST, fingerprint="a\nb"),
        "command.header-broken",
    ),
    "bad UTF-8 in the head": (
        Record(b"k", b"{}", tuple((n, b"\xff") for n, _ in to_record(record(claim(1))).headers)),
        "command.header-broken",
    ),
    "an unknown name": (record(claim(1))._replace(name="Bribe"), "command.unknown"),
    "no JSON": (record(claim(1))._replace(body=b"\xff\x00{"), "command.body-does-not-fit"),
    "a cut body": (
        record(claim(1))._replace(body=record(claim(1)).body[:-9]),
        "command.body-does-not-fit",
    ),
    "a field missing": (record(claim(1))._replace(body=b"{}"), "command.body-does-not-fit"),
    "an actor that is none": (
        record(claim(1, actor=replace(CLERK, officer_id="o li\n"))),
        "command.body-does-not-fit",
    ),
    "another key": (record(claim(1))._replace(key=OTHER), "command.key-is-not-of-the-message"),
    "a fault of the rules": (
        record(Break(key=CASE, actor=CLERK, at=MONDAY)),
        "command.fault.ZeroDivisionError",
    ),
    "a question that fails": (ask("broken"), "command.fault.ZeroDivisionError"),
}


@pytest.mark.parametrize(("poison", "reason"), POISON.values(), ids=POISON.keys())
def test_a_poisoned_command_is_put_aside_and_the_others_flow(
    poison: CommandRecord | Record, reason: str
) -> None:
    desks = Desks()
    mixed = desks.carry_out(record(claim(1)), poison, record(claim(2)))
    assert [(m.offset, why) for m, why in mixed.dead] == [(1, reason)]
    assert [e.sequence for e in desks.envelopes()] == [1, 2]
    assert mixed.counts == {"accepted": 2, "dead": 1}


def test_whoever_waits_for_a_poisoned_command_is_told() -> None:
    broken = record(claim(1), FIRST)._replace(body=b"{}")
    told = result_of(Desks().carry_out(broken))
    assert (told.status, said(told)["code"]) == (500, "command.unreadable")


def test_a_message_without_key_or_value_is_put_aside() -> None:
    decider = SERVICE.decider(county())
    (message,) = messages(record(claim(1)))
    for cut in (replace(message, key=None), replace(message, value=None)):
        found = Batch(SERVICE, decider, Book(SERVICE)).carry_out([cut])
        assert [why for _, why in found.dead] == ["command.empty"]


def test_a_command_whose_second_event_cannot_be_written_writes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desks = Desks()
    known = {kind: head for kind, head in codec._TYPES.items() if kind is not StepReleased}
    monkeypatch.setattr(codec, "_TYPES", known)
    found = desks.carry_out(record(swap()), record(claim(1)))
    assert [why for _, why in found.dead] == ["command.fault.KeyError"]
    assert [(e.sequence, type(e.event)) for e in desks.envelopes()] == [(1, StepClaimed)]
