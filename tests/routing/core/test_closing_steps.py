"""How a step's end is taken over, and when it is not."""

from __future__ import annotations

import pytest

from schemas.values import StepOutcome
from tests.routing.core.situations import APPROVED, close, closed, laid, opened, routing
from tests.support.builders import CASE
from tests.support.given import given

AT_TOWNSHIP = (laid(), opened("township_forwards", 1))
AT_DEPARTMENT = (
    *AT_TOWNSHIP,
    closed("township_forwards", 1, "forwarded"),
    opened("township_forwards", 2),
)
COMPLETED = (*AT_DEPARTMENT, closed("township_forwards", 2, "approved"), APPROVED)


def test_an_end_told_twice_counts_once() -> None:
    given(routing, *AT_DEPARTMENT).when(close(1, "forwarded")).then()
    given(routing, *COMPLETED).when(close(2, "approved")).then()


def test_a_closed_step_does_not_end_in_another_way() -> None:
    given(routing, *AT_DEPARTMENT).when(close(1, "rejected")).then_refused(
        "routing.step_already_closed", naming="forwarded"
    )
    given(routing, *COMPLETED).when(close(2, "rejected")).then_refused(
        "routing.step_already_closed"
    )


def test_a_step_is_not_closed_before_it_is_opened() -> None:
    given(routing, *AT_TOWNSHIP).when(close(2, "approved")).then_refused(
        "routing.step_not_open", naming=f"{CASE}.2"
    )


def test_a_step_that_is_not_on_the_route_is_not_closed() -> None:
    given(routing, *AT_TOWNSHIP).when(close(3, "approved")).then_refused("routing.step_unknown")
    given(routing, *COMPLETED).when(close(3, "approved")).then_refused("routing.step_unknown")
    of_another_case = f"{CASE[:-1]}2.1"
    given(routing, *AT_TOWNSHIP).when(close(1, "forwarded", step_id=of_another_case)).then_refused(
        "routing.step_unknown"
    )


@pytest.mark.parametrize(
    ("shape", "outcome"),
    [
        ("township_forwards", "approved"),
        ("township_forwards", "agreed"),
        ("township_decides", "forwarded"),
        ("township_decides", "agreed"),
        ("joint", "approved"),
        ("joint", "rejected"),
        ("joint", "forwarded"),
    ],
)
def test_a_step_ends_only_in_a_way_that_fits_its_duty(shape: str, outcome: StepOutcome) -> None:
    given(routing, laid(shape), opened(shape, 1)).when(close(1, outcome)).then_refused(
        "routing.outcome_unfit", naming=outcome
    )


def test_what_was_never_reached_stays_so_after_completion() -> None:
    ended_early = (*AT_TOWNSHIP, closed("township_forwards", 1, "rejected"), APPROVED)
    given(routing, *ended_early).when(close(2, "approved")).then_refused(
        "routing.already_completed"
    )
