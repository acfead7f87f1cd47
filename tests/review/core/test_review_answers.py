"""What those who ask, and those who acted, are told of a step."""

from __future__ import annotations

import orjson

from schemas.events.base import ActionRefused
from services.review.core.view import answer, version, version_of_view, view
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    asked,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    heard,
    received,
    released,
    review,
    step_id,
    taken,
)
from tests.support.builders import CASE, HOUSING, VILLAGE
from tests.support.given import given

REFUSED = ActionRefused(action="review.claim", code="review.x", detail="试过")


def test_what_is_not_here_is_not_found() -> None:
    given(review).asked(view, CASE).then_refused("review.not_found")
    given(review).asked(view, CASE, step_id(1)).then_refused("review.step_not_found")
    given(review, received()).asked(view, CASE, step_id(1)).then_refused("review.step_not_found")


def test_a_waiting_step_is_nobodys_yet() -> None:
    told = view(CASE, given(review, received()).state, step_id(4))
    assert orjson.loads(orjson.dumps(told)) == told
    assert told == {
        "case_id": CASE,
        "step_id": step_id(4),
        "status": "waiting",
        "version": 1,
        "organisation": HOUSING,
        "duty": "decide",
        "due_at": "2025-03-06T09:30:00.000Z",
        "item_code": "joint",
        "role": "joint_convener",
        "item_version": 1,
        "accepted_by": VILLAGE,
        "extended": False,
        "claimed_by": None,
    }


def test_a_checked_step_tells_by_whom_and_which_rules_are_not_met() -> None:
    unmet = checked(found(eligible="met", area="unmet"))
    told = view(CASE, given(review, received(), unmet).state, step_id(4))
    assert told["checked"] == {"officer_id": CHECKER.officer_id, "unmet": ["area"]}


def test_a_claimed_step_tells_whose_it_is() -> None:
    told = view(CASE, given(review, received(), claimed()).state, step_id(4))
    assert (told["status"], told["claimed_by"]) == ("claimed", CONVENER.officer_id)


def test_a_closed_step_tells_who_closed_it_and_how() -> None:
    told = view(CASE, given(review, received(), claimed(), decided()).state, step_id(4))
    assert (told["status"], told["outcome"]) == ("closed", "approved")
    assert told["closed_by"] == CONVENER.officer_id


def test_without_a_step_all_of_the_case_are_told() -> None:
    told = view(CASE, given(review, asked(1), taken(1), heard(1), received()).state, None)
    steps = told["steps"]
    assert isinstance(steps, list)
    assert [(s["step_id"], s["status"]) for s in steps] == [
        (step_id(1), "closed"),
        (step_id(4), "waiting"),
    ]
    assert told["version"] == 4


def test_whoever_acted_is_told_of_the_step() -> None:
    after = given(review, asked(1), received(), claimed()).state
    assert answer(CASE, after, [claimed()]) == view(CASE, after, step_id(4))
    assert answer(CASE, after, []) == view(CASE, after, None)


def test_each_step_has_a_version_of_its_own() -> None:
    state = given(review, asked(1), received(), claimed(), REFUSED, released(), claimed()).state
    assert version(state, decide()) == version_of_view(state, step_id(4)) == 4
    assert version(state, claim(1)) == version_of_view(state, step_id(1)) == 1
    assert version(state, claim(9)) == 0
    assert version_of_view(state, None) == 5
