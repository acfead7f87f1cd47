"""What those who ask, and those who acted, are told of an application."""

from __future__ import annotations

from typing import Final

import orjson
import pytest

from schemas.events.base import ActionRefused, Event
from services.intake.core.view import answer, version, version_of_view, view
from tests.intake.core.situations import (
    NUMBER,
    accept,
    accepted,
    drafted,
    intake,
    not_accepted,
    notified,
    submitted,
    supplemented,
    withdrawn,
)
from tests.support.builders import APPLICANT, CASE, VILLAGE
from tests.support.given import given

TURNED_DOWN: Final = ActionRefused(action="intake.accept", code="intake.x", detail="试过")


def _told(*events: Event) -> dict[str, object]:
    told = view(CASE, given(intake, *events).state, None)
    read: dict[str, object] = orjson.loads(orjson.dumps(told))
    assert read == told  # JSON all through
    return told


def test_an_application_that_is_not_here_is_not_found() -> None:
    given(intake).asked(view, CASE).then_refused("intake.not_found")
    given(intake, submitted()).asked(view, CASE, "1").then_refused("intake.not_found")


def test_a_draft_is_told_as_it_was_put_down() -> None:
    told = _told(drafted())
    assert (told["status"], told["channel"], told["applicant_ref"]) == (
        "drafted",
        "village",
        APPLICANT,
    )


def test_a_submitted_application_tells_number_and_day_of_the_answer() -> None:
    told = _told(submitted())
    answered_by = told["answer"]
    assert isinstance(answered_by, dict)
    assert answered_by["due_at"] == "2025-03-10T09:30:00.000Z"
    assert (told["case_id"], told["case_number"], told["organisation"]) == (CASE, NUMBER, VILLAGE)
    assert told["materials"] == [
        {"code": "identity", "form": "original", "count": 1},
        {"code": "consent", "form": "copy", "count": 2},
    ]


def test_an_application_that_waits_tells_what_for() -> None:
    told = _told(submitted(), notified())
    assert (told["status"], told["notice_number"]) == ("awaiting_supplement", f"{NUMBER}-B1")
    assert told["wanting"] == ["consent"]


def test_an_accepted_case_tells_both_clocks() -> None:
    told = _told(submitted(), accepted())
    legal, promised = told["legal"], told["promised"]
    assert isinstance(legal, dict)
    assert isinstance(promised, dict)
    assert legal["due_at"] == "2025-03-31T09:30:00.000Z"
    assert promised["due_at"] == "2025-03-17T09:30:00.000Z"


@pytest.mark.parametrize(
    ("events", "status", "number"),
    [
        ((submitted(), not_accepted()), "not_accepted", NUMBER),
        ((submitted(), withdrawn()), "withdrawn", NUMBER),
        ((drafted(), withdrawn()), "withdrawn", None),
    ],
)
def test_an_ended_application_tells_how(
    events: tuple[Event, ...], status: str, number: str | None
) -> None:
    told = _told(*events)
    assert (told["status"], told["case_number"]) == (status, number)
    assert told["organisation"] == VILLAGE  # by which the shell decides who may look


def test_the_desk_is_answered_with_what_it_tells_on_the_spot() -> None:
    state = given(intake, submitted()).state
    told = answer(CASE, state, [submitted()])
    assert set(told) == {"case_id", "status", "version", "case_number", "answer"}


def test_the_version_counts_what_took_effect_and_not_what_was_refused() -> None:
    history = (drafted(), submitted(), TURNED_DOWN, notified(), TURNED_DOWN, supplemented())
    state = given(intake, *history).state
    assert version(state, accept()) == version_of_view(state, None) == 4
    assert view(CASE, state, None)["version"] == 4


def test_nothing_here_yet_is_version_zero() -> None:
    assert version(given(intake, TURNED_DOWN).state, accept()) == 0
