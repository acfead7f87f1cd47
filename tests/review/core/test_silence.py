"""逾期不表态: a silent department blocks nothing for ever, and its silence is never consent."""

from __future__ import annotations

from schemas.events.base import Event
from tests.review.core.situations import (
    REMEDY,
    asked,
    claimed,
    decide,
    decided,
    over,
    received,
    review,
)
from tests.review.core.situations_of_consulting import (
    answered,
    convene,
    convened,
    met,
    minutes,
    requested,
    says,
)
from tests.support.builders import LAND, TOWNSHIP, WATER, at, later
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(), claimed())
ASKED = (*TAKEN, requested())
IN_TIME, LATE = at("2025-03-06 17:30"), at("2025-03-06 17:31")
SILENT = over(TOWNSHIP, because="silent")


def test_who_kept_silent_beyond_its_time_is_overruled_by_name_and_so_recorded() -> None:
    given(review, *ASKED).when(decide("approved", over(TOWNSHIP), at=LATE)).then(
        decided("approved", SILENT)
    )


def test_silence_alone_approves_nothing() -> None:
    given(review, *ASKED).when(decide(at=LATE)).then_refused(
        "review.opinions_outstanding", naming="逾期"
    )


def test_before_its_time_is_up_nobody_is_overruled_for_silence() -> None:
    given(review, *ASKED).when(decide("approved", over(TOWNSHIP), at=IN_TIME)).then_refused(
        "review.opinions_outstanding", naming=TOWNSHIP
    )


def test_who_answered_late_was_heard_all_the_same() -> None:
    heard = given(review, *ASKED, answered("agreed"))
    heard.when(decide("approved", over(TOWNSHIP), at=LATE)).then_refused(
        "review.nothing_to_overrule"
    )
    heard.when(decide(at=LATE)).then(decided())
    against = given(review, *ASKED, answered("disagreed"))
    against.when(decide("approved", over(TOWNSHIP), at=LATE)).then(
        decided("approved", over(TOWNSHIP))
    )


def test_the_officer_cannot_write_down_a_silence_that_was_none() -> None:
    against = given(review, *ASKED, answered("disagreed"))
    against.when(decide("approved", SILENT, at=LATE)).then(decided("approved", over(TOWNSHIP)))


def test_a_department_of_the_route_that_keeps_silent_is_overruled_by_name_too() -> None:
    open_beside = given(review, asked(1), *TAKEN)
    open_beside.when(decide("approved", over(LAND), at=LATE)).then(
        decided("approved", over(LAND, because="silent"))
    )
    open_beside.when(decide(at=LATE)).then_refused("review.opinions_outstanding", naming=LAND)


def test_a_rejection_waits_for_nobody_and_overrules_nobody() -> None:
    given(review, *ASKED).when(decide("rejected", remedy=REMEDY, at=LATE)).then(
        decided("rejected", remedy=REMEDY)
    )


def test_the_same_decision_over_a_silence_twice_is_one() -> None:
    done = given(review, *ASKED, decided("approved", SILENT))
    done.when(decide("approved", over(TOWNSHIP), at=LATE)).then()
    done.when(decide(at=LATE)).then_refused("review.already_closed")


def test_who_did_not_come_to_the_meeting_is_named_and_has_said_nothing() -> None:
    called = given(review, *TAKEN, convened())
    called.when(minutes(says(LAND), absent=(WATER,))).then(met(says(LAND), absent=(WATER,)))
    called.when(minutes(says(LAND), says(WATER), absent=(WATER,))).then_refused(
        "review.not_convened"
    )
    called.when(minutes(says(LAND), absent=(WATER, TOWNSHIP))).then_refused("review.not_convened")
    held = given(review, *TAKEN, convened(), met(says(LAND), absent=(WATER,)))
    held.when(minutes(says(LAND), absent=(WATER,))).then()
    held.when(decide(at=later(90))).then_refused("review.opinions_outstanding", naming=WATER)
    held.when(decide("approved", over(WATER), at=later(90))).then(
        decided("approved", over(WATER, because="silent"))
    )
    held.when(convene(WATER)).then(convened(WATER))


def test_between_the_hour_of_a_meeting_and_its_minutes_nobody_is_silent() -> None:
    given(review, *TAKEN, convened(WATER)).when(
        decide("approved", over(WATER), at=later(90))
    ).then_refused("review.opinions_outstanding", naming=WATER)
