"""Cases that were handed in as one topic: when all have ended, and when one way is enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.core.families import (
    Family,
    ResultState,
    Sibling,
    all_ended,
    all_ready,
    due_of,
    in_order,
    result_state,
)

STATUSES = ("submitted", "deficiency_notified", "accepted", "completed", "withdrawn")


def sibling(number: int = 1, **changes: Any) -> Sibling:
    return Sibling(
        **{
            "case_id": f"c{number}",
            "case_number": f"4228{number}",
            "item": f"item-{number}",
            "organisation": "/qingyun/t-heping/v-dongping",
            "status": "completed",
            "outcome": "approved",
            "due_at": None,
            "completed_at": None,
            "result": "ready",
            "ready_place": "",
            **changes,
        }
    )


def family(*cases: Sibling, members: int | None = None) -> Family:
    count = len(cases) if members is None else members
    return Family("f", "having-a-child", 1, count, cases)


def test_all_have_ended_when_the_last_one_has() -> None:
    done = [sibling(1), sibling(2, status="withdrawn", result="none")]
    assert all_ended(family(*done))
    assert not all_ended(family(*done, sibling(3, status="accepted", result="none")))


def test_a_member_that_is_not_in_the_tables_yet_is_not_taken_for_ended() -> None:
    assert not all_ended(family(sibling(1), members=2))
    assert not all_ready(family(sibling(1), members=2))


@pytest.mark.parametrize("result", ["to_be_issued", "issued"])
def test_one_result_still_to_come_keeps_the_applicant_at_home(result: ResultState) -> None:
    assert not all_ready(family(sibling(1), sibling(2, result=result)))


@pytest.mark.parametrize("result", ["none", "delivered", "revoked"])
def test_what_needs_no_way_any_more_does_not_matter(result: ResultState) -> None:
    assert all_ready(family(sibling(1), sibling(2, result=result)))
    assert not all_ready(family(sibling(1, result=result), sibling(2, result=result)))


FRIDAY = datetime(2026, 7, 10, 9, 30, tzinfo=UTC)


def test_the_topic_is_due_when_the_last_of_its_open_cases_is() -> None:
    first = sibling(1, status="accepted", due_at=FRIDAY)
    last = sibling(2, status="accepted", due_at=FRIDAY + timedelta(days=4))
    done = sibling(3, due_at=FRIDAY + timedelta(days=9))
    assert due_of(family(first, last, done)) == last.due_at
    assert due_of(family(first, done)) == FRIDAY
    assert due_of(family(done)) is None


@pytest.mark.parametrize(
    "unknown",
    [
        sibling(2, status="submitted", due_at=FRIDAY),  # by then it is answered, not done
        sibling(2, status="deficiency_notified"),
        sibling(2, status="accepted", due_at=FRIDAY, at_superior=True),
    ],
)
def test_the_topic_has_no_deadline_while_one_of_its_cases_has_none(unknown: Sibling) -> None:
    known = sibling(1, status="accepted", due_at=FRIDAY)
    assert due_of(family(known, unknown)) is None
    assert due_of(family(known, members=2)) is None


cases = st.builds(
    sibling,
    st.integers(1, 9),
    status=st.sampled_from(STATUSES),
    result=st.sampled_from(get_args(ResultState)),
)


@given(st.lists(cases, min_size=1, max_size=4))
def test_whoever_comes_when_all_is_ready_need_not_come_again(found: list[Sibling]) -> None:
    whole = family(*found)
    if all_ready(whole):
        assert all_ended(whole)
        left = {case.result for case in found} - {"none", "delivered", "revoked"}
        assert left == {"ready"}


def test_a_result_is_as_far_as_the_furthest_thing_that_happened_to_it() -> None:
    assert result_state(False, False, False, False) == "to_be_issued"
    assert result_state(True, False, False, False) == "issued"
    assert result_state(True, True, False, False) == "ready"
    assert result_state(True, True, False, False, under_way=True) == "under_way"
    assert result_state(True, True, True, False, under_way=True) == "delivered"
    assert result_state(True, True, True, False) == "delivered"
    assert result_state(True, True, True, True) == "revoked"


def test_cases_come_in_the_order_of_the_topic() -> None:
    found = [sibling(n) for n in (1, 2, 3)]
    for drawn in permutations(found):
        assert [c.item for c in in_order(drawn, ["item-3", "item-1"])] == [
            "item-3",
            "item-1",
            "item-2",
        ]
