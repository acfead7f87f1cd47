"""领证: ready, told and collected are three facts, and whoever collects is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.events.base import Event
from schemas.events.results import ResultDelivered
from services.review.core.commands_of_result import RecordDelivery
from tests.review.core.situations import (
    FULL_ITEM,
    checked,
    claimed,
    decide,
    decided,
    received,
    review,
)
from tests.review.core.situations_of_consulting import SURVEYED
from tests.review.core.situations_of_custody import dispatched
from tests.review.core.situations_of_results import (
    HOUSING_REVIEWER,
    deliver,
    delivered,
    issued,
    made_ready,
    make_ready,
    notified,
    notify,
    to_deliver,
)
from tests.support.builders import OTHER_VILLAGE, at, later, officer
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(of=FULL_ITEM), claimed(), checked(), *SURVEYED)
ISSUED = (*TAKEN, decided(), to_deliver(), issued())
READY = (*ISSUED, made_ready())


def test_with_the_approval_begin_the_ten_days_to_issue_and_deliver() -> None:
    given(review, *TAKEN).when(decide()).then(decided(), to_deliver())


def test_it_lies_ready_where_it_was_asked_for() -> None:
    given(review, *ISSUED).when(make_ready()).then(made_ready())
    given(review, *READY).when(make_ready()).then()


def test_it_may_be_moved_to_another_place() -> None:
    at_department = given(review, *ISSUED, made_ready(HOUSING_REVIEWER))
    at_department.when(make_ready()).then(made_ready())


def test_the_applicant_is_told_once_it_is_ready_and_again_where_nobody_comes() -> None:
    given(review, *ISSUED).when(notify()).then_refused("review.not_ready")
    given(review, *READY).when(notify()).then(notified())
    told = given(review, *READY, notified())
    told.when(notify()).then()
    told.when(notify(later(8))).then(notified(later(8)))
    told.when(notify(later(10))).then_refused("review.held_in_future")
    told.when(notify(at("2025-03-01 09:00"))).then_refused("review.not_ready")  # not yet issued


def test_what_was_collected_is_neither_made_ready_nor_told() -> None:
    done = given(review, *READY, notified(), delivered())
    done.when(make_ready()).then_refused("review.already_delivered")
    done.when(notify()).then_refused("review.already_delivered")


def test_nothing_is_ready_that_was_not_issued_and_no_other_village_has_it() -> None:
    given(review, *TAKEN).when(make_ready()).then_refused("review.not_issued")
    far = officer("village_clerk", OTHER_VILLAGE, "o-far")
    given(review, *ISSUED).when(make_ready(far)).then_refused("rights.denied")
    given(review, *READY).when(notify(actor=far)).then_refused("rights.denied")


def test_what_was_just_issued_is_handed_over_at_a_time_written_to_the_minute() -> None:
    half_past = later(1) + timedelta(seconds=30)
    just = (*TAKEN, decided(), to_deliver(), issued(issued_at=half_past))
    (event,) = given(review, *just).when(deliver(delivered_at=later(1))).events
    assert isinstance(event, ResultDelivered)
    given(review, *just).when(deliver(delivered_at=later(0))).then_refused(
        "review.delivery_before_issue"
    )


def test_at_a_window_the_identity_is_checked() -> None:
    unseen = replace(deliver(), identity_checked=False)
    given(review, *READY).when(unseen).then_refused("review.identity_unchecked")
    given(review, *READY).when(deliver()).then(delivered())


def _by_agent(mandate: str | None) -> RecordDelivery:
    return replace(deliver(), received_by="agent", mandate=mandate)


def test_an_agent_collects_with_a_mandate() -> None:
    given(review, *READY).when(_by_agent(None)).then_refused("review.mandate_missing")
    told = {**delivered().model_dump(), "received_by": "agent", "mandate": "委〔2025〕3号"}
    given(review, *READY).when(_by_agent("委〔2025〕3号")).then(
        ResultDelivered.model_validate(told)
    )


@pytest.mark.parametrize("identity_checked", [True, False])
def test_a_courier_sees_no_window(identity_checked: bool) -> None:
    arrived = replace(deliver("courier"), identity_checked=identity_checked)
    assert given(review, *READY, dispatched()).when(arrived).events
