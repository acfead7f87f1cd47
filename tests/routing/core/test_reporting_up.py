"""上报件: the county's part is done, the higher authority decides, the county hears of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from schemas.values import CaseOutcome
from services.kernel.actor import Actor
from services.routing.core.decide import decider
from services.routing.core.view import view
from tests.routing.core.situations import APPROVED, REJECTED, close, closed, laid, opened, routing
from tests.routing.core.situations_of_acts import (
    AT_DEPARTMENT,
    SHAPE,
    hear,
    heard,
    reported_up,
    result_recorded,
)
from tests.support.builders import CASE, FORESTRY, TOWNSHIP, WATER, at, county, item, later, officer
from tests.support.given import given

UPWARD: Final = decider(
    county(item(SHAPE, kind="report_up", external={"limit": 15, "unit": "working_days"}))
)
AWAY: Final = (*AT_DEPARTMENT, closed(SHAPE, 2, "approved"), reported_up())
ENDED: Final = (*AWAY, result_recorded(), APPROVED)


def test_what_the_county_approves_goes_up_and_is_not_complete() -> None:
    given(UPWARD, *AT_DEPARTMENT).when(close(2, "approved")).then(
        closed(SHAPE, 2, "approved"), reported_up()
    )


def test_what_the_county_rejects_or_only_passes_on_does_not_go_up() -> None:
    given(UPWARD, *AT_DEPARTMENT).when(close(2, "rejected")).then(
        closed(SHAPE, 2, "rejected"), REJECTED
    )
    given(UPWARD, laid(), opened(SHAPE, 1)).when(close(1, "forwarded")).then(
        closed(SHAPE, 1, "forwarded"), opened(SHAPE, 2, later())
    )


@pytest.mark.parametrize(("outcome", "end"), [("approved", APPROVED), ("rejected", REJECTED)])
def test_the_case_ends_with_the_word_of_the_authority(outcome: CaseOutcome, end: object) -> None:
    told = given(UPWARD, *AWAY).when(hear(outcome=outcome)).events
    assert list(told) == [result_recorded(outcome), end]


@pytest.mark.parametrize(
    "stranger",
    [
        officer("department_reviewer", WATER),
        officer("township_approver", TOWNSHIP),
        officer("village_clerk", FORESTRY),
        officer("inspector", "/qingyun"),
    ],
)
def test_only_the_department_that_sent_it_up_hears_of_it(stranger: Actor) -> None:
    given(UPWARD, *AWAY).when(hear(stranger)).then_refused("rights.denied")


def test_a_result_of_a_day_to_come_is_not_taken() -> None:
    given(UPWARD, *AWAY).when(hear(decided_on=date(2025, 3, 4))).then_refused(
        "routing.result_in_future"
    )
    # The day of the county, not of Greenwich.
    early = hear(decided_on=date(2025, 3, 4), at=at("2025-03-04 00:01"))
    assert given(UPWARD, *AWAY).when(early).refusal is None


def test_nothing_is_heard_of_a_case_that_did_not_go_up_or_is_back() -> None:
    given(routing, *AT_DEPARTMENT).when(hear()).then_refused("routing.not_reported_up")
    given(UPWARD, *ENDED).when(hear()).then_refused("routing.already_completed")


def test_the_system_of_the_authority_ends_the_case_as_an_officer_does() -> None:
    told = given(UPWARD, *AWAY).when(heard()).events
    assert list(told) == [result_recorded().model_copy(update={"officer_id": "system"}), APPROVED]
    tomorrow = heard(decided_on=date(2025, 3, 4))
    given(UPWARD, *AWAY).when(tomorrow).then_refused("routing.result_in_future")


def test_what_the_authority_tells_once_more_changes_nothing() -> None:
    for again in (heard(at=later(9)), heard(document_number=" 州林审〔2025〕7号 ")):
        given(UPWARD, *ENDED).when(again).then()


@pytest.mark.parametrize(
    "other", [{"document_number": "州林审〔2025〕8号"}, {"outcome": "rejected"}]
)
def test_a_result_that_contradicts_the_known_one_is_refused_and_names_it(
    other: dict[str, Any],
) -> None:
    given(UPWARD, *ENDED).when(heard(**other)).then_refused(
        "routing.result_contradicts", naming="州林审〔2025〕7号"
    )


def test_nothing_is_heard_of_a_case_that_the_county_ended() -> None:
    ended = (*AT_DEPARTMENT, closed(SHAPE, 2, "rejected"), REJECTED)
    given(UPWARD, *ended).when(heard()).then_refused("routing.already_completed")


def test_a_route_tells_since_when_the_case_is_away_and_by_when_it_should_be_back() -> None:
    told = view(CASE, given(UPWARD, *AWAY).state, None)
    assert told["reported_up"] == {
        "organisation": FORESTRY,
        "since": "2025-03-03T01:01:00.000Z",
        "due_at": "2025-03-24T09:30:00.000Z",
    }
    assert "reported_up" not in view(CASE, given(UPWARD, *ENDED).state, None)


def test_a_route_whose_version_was_never_told_ends_as_it_did_before() -> None:
    old = (laid(), opened(SHAPE, 1), closed(SHAPE, 1, "forwarded"), opened(SHAPE, 2))
    silent = tuple(e.model_copy(update={"item_version": None}) for e in old)
    state = UPWARD.start
    for event in silent:
        state = UPWARD.evolve(state, event)
    events = UPWARD.decide(state, close(2, "approved"))
    assert list(events) == [closed(SHAPE, 2, "approved"), APPROVED]
