"""联席会议: an opinion from each department; nobody is skipped (domain §3)."""

from __future__ import annotations

from schemas.events.base import Event
from tests.review.core.situations import (
    TOWN_APPROVER,
    asked,
    claimed,
    decide,
    decided,
    heard,
    over,
    received,
    review,
    taken,
)
from tests.review.core.situations_of_consulting import (
    answer,
    answered,
    convene,
    convened,
    met,
    minutes,
    requested,
    says,
)
from tests.support.builders import FORESTRY, HOUSING, LAND, TOWNSHIP, WATER, later
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(), claimed())
LAND_AGAINST = (asked(1), taken(1), heard(1, "disagreed"))


def test_the_convener_calls_departments_each_once_in_the_order_of_their_paths() -> None:
    given(review, *TAKEN).when(convene()).then(convened())
    given(review, *TAKEN).when(convene(WATER, LAND, WATER)).then(convened())


def test_a_meeting_lies_ahead_and_its_minutes_behind() -> None:
    given(review, *TAKEN).when(convene(planned_at=later())).then_refused("review.planned_in_past")
    given(review, *TAKEN, convened()).when(minutes(held_at=later(2))).then_refused(
        "review.held_in_future"
    )


def test_one_meeting_at_a_time() -> None:
    given(review, *TAKEN, convened()).when(convene(FORESTRY)).then_refused(
        "review.meeting_outstanding", naming=LAND
    )
    given(review, *TAKEN, convened(), met()).when(convene(FORESTRY)).then(convened(FORESTRY))


def test_a_meeting_is_held_with_others_that_exist() -> None:
    given(review, *TAKEN).when(convene(HOUSING)).then_refused("review.asks_itself")
    given(review, *TAKEN).when(convene(LAND, "/qingyun/d-nowhere")).then_refused(
        "review.organisation_unknown", naming="d-nowhere"
    )


def test_only_who_decides_convenes() -> None:
    forwarding = (received(1, TOWNSHIP, "forward"), claimed(1, TOWN_APPROVER))
    given(review, *forwarding).when(convene(actor=TOWN_APPROVER, number=1)).then_refused(
        "review.wrong_duty"
    )


def test_the_minutes_have_an_opinion_of_each_department() -> None:
    held = given(review, *TAKEN, convened())
    held.when(minutes(says(WATER, "disagreed"), says(LAND))).then(
        met(says(LAND), says(WATER, "disagreed"))
    )
    held.when(minutes(says(LAND))).then_refused("review.department_skipped", naming=WATER)
    held.when(minutes(says(LAND), says(WATER), says(FORESTRY))).then_refused("review.not_convened")
    held.when(minutes(says(LAND), says(WATER), says(WATER, "disagreed"))).then_refused(
        "review.not_convened"
    )


def test_the_same_minutes_twice_are_one() -> None:
    done = given(review, *TAKEN, convened(), met())
    done.when(minutes()).then()
    done.when(minutes(says(LAND), says(WATER, "disagreed"))).then_refused(
        "review.meeting_not_convened"
    )
    given(review, *TAKEN).when(minutes()).then_refused("review.meeting_not_convened")


def test_nothing_is_approved_between_the_call_and_the_meeting() -> None:
    given(review, *TAKEN, convened()).when(decide()).then_refused(
        "review.opinions_outstanding", naming=LAND
    )


def test_whoever_disagrees_at_the_meeting_is_overruled_by_name() -> None:
    against = given(review, *TAKEN, convened(), met(says(LAND), says(WATER, "disagreed")))
    against.when(decide()).then_refused("review.not_overruled", naming=WATER)
    against.when(decide("approved", over(LAND), over(WATER))).then_refused(
        "review.nothing_to_overrule"
    )
    against.when(decide("approved", over(WATER))).then(decided("approved", over(WATER)))


def test_what_is_said_at_the_meeting_holds_over_what_was_said_before() -> None:
    won_over = (*LAND_AGAINST, *TAKEN, convened(LAND), met(says(LAND)))
    given(review, *won_over).when(decide()).then(decided())
    turned = (asked(1), taken(1), heard(1), *TAKEN, convened(LAND), met(says(LAND, "disagreed")))
    given(review, *turned).when(decide()).then_refused("review.not_overruled", naming=LAND)
    asked_before = (*TAKEN, requested(), answered("disagreed"), convened(TOWNSHIP))
    given(review, *asked_before, met(says(TOWNSHIP))).when(decide()).then(decided())


def test_a_meeting_takes_the_place_of_a_request_that_is_open() -> None:
    called = given(review, *TAKEN, requested(), convened(TOWNSHIP))
    called.when(answer()).then_refused("review.not_asked")
    called.when(minutes(says(TOWNSHIP))).then(met(says(TOWNSHIP)))


def test_a_step_received_before_the_item_was_told_convenes_nobody() -> None:
    untold = given(review, received().model_copy(update={"case": None}), claimed())
    untold.when(convene()).then_refused("review.item_not_recorded")
    untold.when(minutes()).then_refused("review.item_not_recorded")
