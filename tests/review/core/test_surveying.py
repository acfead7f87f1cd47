"""三到场: two officers on site, and nothing approved without what the item asks for (ALL 34)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.events.base import Event
from tests.review.core.situations import (
    COLLEAGUE,
    FULL_ITEM,
    REMEDY,
    checked,
    claimed,
    decide,
    decided,
    received,
    review,
)
from tests.review.core.situations_of_consulting import SURVEYED, plan, planned, survey, surveyed
from tests.review.core.situations_of_results import to_deliver
from tests.support.builders import at, later
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(of=FULL_ITEM), checked(), claimed())


def test_a_survey_is_planned_and_then_recorded() -> None:
    given(review, *TAKEN).when(plan()).then(planned())
    given(review, *TAKEN, planned()).when(survey()).then(surveyed())
    given(review, *TAKEN, planned()).when(survey(result="failed")).then(surveyed(result="failed"))


def test_a_plan_may_be_changed_until_it_is_carried_out() -> None:
    tomorrow = at("2025-03-04 09:00")
    known = given(review, *TAKEN, planned())
    known.when(plan()).then()
    known.when(plan(planned_at=tomorrow)).then(planned(planned_at=tomorrow))


@pytest.mark.parametrize("participants", [("o-zhao",), ("o-zhao", "o-zhao")])
def test_nobody_surveys_alone(participants: tuple[str, ...]) -> None:
    known = given(review, *TAKEN, planned())
    known.when(plan(participants=participants)).then_refused("review.survey_by_one")
    known.when(survey(participants=participants)).then_refused("review.survey_by_one")


def test_nobody_is_on_site_who_is_no_officer() -> None:
    known = given(review, *TAKEN, planned())
    for act in (
        plan(participants=("o-zhao", "o-ghost")),
        survey(participants=("o-zhao", "o-ghost")),
    ):
        known.when(act).then_refused("review.survey_by_one", naming="o-ghost")


def test_a_survey_that_the_item_does_not_ask_for_is_none() -> None:
    given(review, *TAKEN).when(plan("setting_out")).then_refused(
        "review.survey_not_listed", naming="setting_out"
    )
    given(review, *TAKEN).when(survey("setting_out")).then_refused("review.survey_not_listed")


def test_plans_lie_ahead_and_records_behind() -> None:
    given(review, *TAKEN).when(plan(planned_at=later())).then_refused("review.planned_in_past")
    given(review, *TAKEN, planned()).when(survey(held_at=later(2))).then_refused(
        "review.held_in_future"
    )


def test_nobody_was_on_site_before_the_case_was_there() -> None:
    """What is recorded as held counts as time on site: no day of last month is filled by it."""
    long_ago = survey(held_at=at("2025-02-03 09:00"))
    given(review, *TAKEN, planned()).when(long_ago).then_refused("review.survey_not_scheduled")


def test_what_was_not_planned_is_not_recorded() -> None:
    given(review, *TAKEN).when(survey()).then_refused("review.survey_not_scheduled")
    failed = given(review, *TAKEN, planned(), surveyed(result="failed"))
    failed.when(survey()).then_refused("review.survey_not_scheduled")
    failed.when(survey(result="failed")).then()
    failed.when(plan()).then(planned())


def test_what_was_passed_is_not_surveyed_again() -> None:
    done = given(review, *TAKEN, planned(), surveyed())
    done.when(survey()).then()
    done.when(plan()).then_refused("review.survey_passed", naming="siting")
    done.when(survey(result="failed")).then_refused("review.survey_passed")


def test_a_field_trip_ends_after_it_began_on_the_same_day() -> None:
    taken = given(review, *TAKEN)
    until = later(180)
    (told,) = taken.when(replace(plan(), until=until)).events
    assert told.model_dump()["until"] == until
    for unfit in (later(60), later(30), later(60 + 24 * 60)):
        taken.when(replace(plan(), until=unfit)).then_refused("review.survey_until_unfit")
    given(review, *TAKEN, planned()).when(replace(survey(), until=later(1))).then_refused(
        "review.survey_until_unfit"
    )


def test_nothing_is_approved_without_every_survey_of_the_item() -> None:
    given(review, *TAKEN).when(decide()).then_refused(
        "review.surveys_outstanding", naming="siting、completion"
    )
    half = (*TAKEN, planned(), surveyed(), planned("completion"))
    given(review, *half).when(decide()).then_refused(
        "review.surveys_outstanding", naming="completion"
    )
    failed = (*half, surveyed("completion", "failed"))
    given(review, *failed).when(decide()).then_refused("review.surveys_outstanding")
    given(review, *TAKEN, *SURVEYED).when(decide()).then(decided(), to_deliver())


def test_what_was_not_surveyed_may_be_rejected() -> None:
    given(review, *TAKEN).when(decide("rejected", remedy=REMEDY)).then(
        decided("rejected", remedy=REMEDY)
    )


def test_the_claimant_answers_for_the_survey() -> None:
    given(review, *TAKEN).when(plan(actor=COLLEAGUE)).then_refused("review.not_yours")


def test_a_step_received_before_the_item_was_told_is_not_surveyed() -> None:
    untold = received().model_copy(update={"case": None})
    given(review, untold, claimed()).when(plan()).then_refused("review.item_not_recorded")
