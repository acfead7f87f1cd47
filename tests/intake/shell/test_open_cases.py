"""What an API process knows of open cases: any repeat, never more than it must."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

import pytest

from schemas.events.base import ActionRefused, Event
from services.intake.shell import open_cases as module
from services.intake.shell.open_cases import MOST_KEPT, MOST_TOLD, OpenCases
from tests.intake.core.situations import accepted, not_accepted, submitted, withdrawn
from tests.intake.shell.window import written
from tests.support.builders import APPLICANT, MONDAY

ITEM: Final = "township-decides"
NEW: Final = "01942a3b-0000-7000-8000-0000000000ff"


def case(number: int) -> str:
    return f"01942a3b-0000-7000-8000-{number:012x}"


def knowing(*happened: tuple[int, Event]) -> OpenCases:
    known = OpenCases()
    for place, (number, event) in enumerate(happened):
        at = MONDAY + timedelta(minutes=place)
        known.take(written(case(number), event, place + 1, at))
    return known


def alike(known: OpenCases, days: int = 1, besides: str = NEW) -> list[str]:
    found = known.alike(APPLICANT, ITEM, MONDAY + timedelta(days=days), besides)
    return [like.case_id for like in found]


def test_an_application_is_like_another_of_the_same_applicant_and_item() -> None:
    known = knowing((1, submitted()), (2, submitted(item_code="joint")))
    assert alike(known) == [case(1)]
    assert alike(known, besides=case(1)) == []
    assert known.alike("p-ffffffffffffffffffffffff", ITEM, MONDAY, NEW) == ()
    assert known.pending(APPLICANT) == 2


@pytest.mark.parametrize("end", [withdrawn(), not_accepted()])
def test_what_came_to_nothing_is_forgotten(end: Event) -> None:
    known = knowing((1, submitted()), (1, end))
    assert (alike(known), len(known)) == ([], 0)


def test_an_accepted_case_is_pointed_out_for_a_month_or_until_it_is_legally_due() -> None:
    known = knowing((1, submitted()), (1, accepted()))
    (like,) = known.alike(APPLICANT, ITEM, MONDAY, NEW)
    assert (like.status, like.at) == ("accepted", MONDAY)
    assert alike(known, days=29) == [case(1)]
    assert alike(known, days=31) == []


def test_whatever_is_read_twice_counts_once() -> None:
    happened = ((1, submitted()), (1, accepted()))
    assert len(knowing(*happened, *happened)) == 1
    assert knowing(*happened, *happened).alike(APPLICANT, ITEM, MONDAY, NEW)[0].status == "accepted"


def test_only_the_latest_are_told_and_kept_of_one_who_comes_all_the_time() -> None:
    known = knowing(*((number, submitted()) for number in range(1, MOST_KEPT + 11)))
    assert len(known) == known.pending(APPLICANT) == MOST_KEPT
    assert alike(known) == [case(n) for n in range(MOST_KEPT + 6, MOST_KEPT + 6 + MOST_TOLD)]


def test_what_is_long_past_leaves_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SWEEP_EVERY", 3)
    known = knowing((1, submitted()), (1, accepted()))
    late = MONDAY + timedelta(days=40)
    known.take(written(case(2), submitted(), 1, late))
    assert len(known) == 1


def test_what_cannot_be_read_and_what_tells_nothing_is_passed_over() -> None:
    known = OpenCases()
    known.take(written(case(1), ActionRefused(action="a", code="c", detail="d"), 1, MONDAY))
    broken: Any = written(case(1), submitted(), 1, MONDAY)
    known.take(SimpleNamespace(**{**vars(broken), "value": b"{}"}))
    assert len(known) == 0
