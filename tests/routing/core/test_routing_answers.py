"""What those who ask are told of a route."""

from __future__ import annotations

import orjson

from schemas.events.base import ActionRefused
from services.routing.core.view import answer, version, version_of_view, view
from tests.routing.core.situations import APPROVED, close, closed, laid, opened, routing
from tests.routing.core.situations_of_acts import (
    AT_TOWNSHIP,
    RETURNED,
    delegated,
    recalled,
    transferred,
)
from tests.support.builders import CASE, FORESTRY, TOWNSHIP
from tests.support.given import given

SHAPE = "township_forwards"
FORWARDED = (laid(), opened(SHAPE, 1), closed(SHAPE, 1, "forwarded"), opened(SHAPE, 2))


def test_a_case_without_route_is_not_found() -> None:
    given(routing).asked(view, CASE).then_refused("routing.not_found")
    given(routing, *FORWARDED).asked(view, CASE, f"{CASE}.1").then_refused("routing.not_found")


def test_a_route_tells_where_each_step_stands() -> None:
    told = view(CASE, given(routing, laid(), opened(SHAPE, 1)).state, None)
    assert orjson.loads(orjson.dumps(told)) == told
    assert (told["status"], told["item_code"]) == ("under_way", "township-forwards")
    assert told["steps"] == [
        {
            "step_id": f"{CASE}.1",
            "number": 1,
            "stage": 1,
            "organisation": TOWNSHIP,
            "duty": "forward",
            "status": "open",
            "due_at": "2025-03-06T09:30:00.000Z",
        },
        {
            "step_id": f"{CASE}.2",
            "number": 2,
            "stage": 2,
            "organisation": FORESTRY,
            "duty": "decide",
            "status": "planned",
        },
    ]


def test_a_route_under_way_tells_both_clocks_of_the_case() -> None:
    told = view(CASE, given(routing, *FORWARDED).state, None)
    legal, promised = told["legal"], told["promised"]
    assert isinstance(legal, dict)
    assert isinstance(promised, dict)
    assert legal["due_at"] == "2025-03-31T09:30:00.000Z"
    assert promised["due_at"] == "2025-03-17T09:30:00.000Z"


def test_a_completed_case_tells_how_each_step_ended() -> None:
    done = given(routing, *FORWARDED, closed(SHAPE, 2, "approved"), APPROVED).state
    told = view(CASE, done, None)
    assert (told["status"], told["outcome"], told["version"]) == ("completed", "approved", 6)
    steps = told["steps"]
    assert isinstance(steps, list)
    assert [step["outcome"] for step in steps] == ["forwarded", "approved"]
    assert answer(CASE, done, [APPROVED]) == {
        "case_id": CASE,
        "status": "completed",
        "version": 6,
        "outcome": "approved",
    }


def test_the_version_counts_what_took_effect_and_not_what_was_refused() -> None:
    turned_down = ActionRefused(action="routing.close_step", code="routing.x", detail="试过")
    state = given(routing, *FORWARDED, turned_down).state
    assert version(state, close(2, "approved")) == version_of_view(state, None) == 4


def test_a_route_tells_what_officers_did_with_its_open_steps() -> None:
    sent_back = view(CASE, given(routing, *RETURNED).state, None)
    steps = sent_back["steps"]
    assert isinstance(steps, list)
    assert sent_back["returns"] == 1
    assert [(s["number"], s["status"], s.get("repeats")) for s in steps] == [
        (1, "closed", None),
        (2, "closed", None),
        (3, "open", 1),
        (4, "planned", 2),
    ]
    assert steps[1]["outcome"] == "returned"
    history = (*AT_TOWNSHIP, transferred(), delegated(), recalled(1, TOWNSHIP, by="o-wu"))
    told = view(CASE, given(routing, *history).state, None)["steps"]
    assert isinstance(told, list)
    assert told[0]["moved"] == {
        "times": 1,
        "at": "2025-03-03T01:01:00.000Z",
        "to_officer": "o-wu",
    }
    assert told[0]["stand_in"]["acting_for"] == "o-wang"
    assert told[0]["recalled"] == {"why": "returned", "officer_id": "o-wu"}
