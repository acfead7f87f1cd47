"""内部核查: offices ask offices; the applicant is not asked, and nothing is approved unasked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from schemas.check_values import CheckAnswer, CheckAsked
from schemas.events.base import Event
from schemas.events.review import OpinionAnswered, OpinionRequested, StepDecided
from schemas.values import Opinion
from services.review.core.commands_of_consulting import AnswerOpinion
from services.review.core.decide import decider
from services.review.core.view import view
from tests.review.core.situations import (
    FULL_ITEM,
    REMEDY,
    checked,
    claimed,
    decide,
    over,
    received,
    reviewer,
    step_id,
)
from tests.review.core.situations_of_consulting import (
    SURVEYED,
    answer,
    answered,
    convene,
    minutes,
    request,
    requested,
    says,
)
from tests.support.builders import CASE, LAND, TOWNSHIP, WATER, at, county
from tests.support.given import given

CHECKS: Final = [
    {"code": "no-house", "name": "无房证明", "department": LAND},
    {"code": "plot", "name": "宅基地登记信息", "department": LAND},
    {"code": "flood", "name": "行洪区信息", "department": WATER},
]
ITEM: Final = type(FULL_ITEM).model_validate({**FULL_ITEM.model_dump(), "internal_checks": CHECKS})
review: Final = decider(county(ITEM))
TAKEN: Final[tuple[Event, ...]] = (
    received(of=ITEM),
    claimed(),
    checked(),
    *SURVEYED,
)
ASKED_OF_LAND: Final = (
    CheckAsked(code="no-house", name="无房证明"),
    CheckAsked(code="plot", name="宅基地登记信息"),
)
LAND_REVIEWER: Final = reviewer(LAND)


def asked(of: str, *checks: CheckAsked) -> OpinionRequested:
    return requested(of).model_copy(update={"checks": checks or None})


def told(*found: tuple[str, Any], opinion: Opinion = "agreed", of: str = LAND) -> AnswerOpinion:
    answers = tuple(CheckAnswer(code=code, found=how) for code, how in found)
    return replace(answer(opinion, of, reviewer(of)), found=answers)


def said(*found: tuple[str, Any], opinion: Opinion = "agreed", of: str = LAND) -> OpinionAnswered:
    answers = tuple(CheckAnswer(code=code, found=how) for code, how in found)
    who = reviewer(of).officer_id
    changes = {"organisation": of, "officer_id": who, "found": answers or None}
    return answered(opinion).model_copy(update=changes)


WATER_SAID: Final = (
    asked(WATER, CheckAsked(code="flood", name="行洪区信息")),
    said(("flood", "found"), of=WATER),
)
FOUND: Final = (("no-house", "found"), ("plot", "found"))
LAND_ASKED: Final = (*TAKEN, asked(LAND, *ASKED_OF_LAND))


def test_with_the_question_goes_all_that_the_item_has_the_department_look_up() -> None:
    given(review, *TAKEN).when(request(LAND)).then(asked(LAND, *ASKED_OF_LAND))
    given(review, *TAKEN).when(request(TOWNSHIP)).then(asked(TOWNSHIP))


def test_the_department_answers_each_of_them_in_any_order() -> None:
    for found in (FOUND, FOUND[::-1]):
        given(review, *LAND_ASKED).when(told(*found)).then(said(*FOUND))
    given(review, *LAND_ASKED, said(*FOUND)).when(told(*FOUND)).then()


def test_it_leaves_none_out_and_answers_no_other() -> None:
    for found in ((), FOUND[:1], (*FOUND, ("flood", "found")), (*FOUND, FOUND[0])):
        given(review, *LAND_ASKED).when(told(*found)).then_refused("review.checks_unanswered")
    township = replace(answer(), found=(CheckAnswer(code="plot", found="found"),))
    given(review, *TAKEN, asked(TOWNSHIP)).when(township).then_refused("review.checks_unanswered")


def test_what_is_not_as_was_said_is_no_agreement() -> None:
    for how in ("not_found", "differs"):
        found = (("no-house", how), FOUND[1])
        given(review, *LAND_ASKED).when(told(*found)).then_refused("review.check_answer_unfit")
        given(review, *LAND_ASKED).when(told(*found, opinion="disagreed")).then(
            said(*found, opinion="disagreed")
        )
    against = told(*FOUND, opinion="disagreed")  # it has more to say than what it looked up
    given(review, *LAND_ASKED).when(against).then(said(*FOUND, opinion="disagreed"))


def test_nothing_is_approved_before_every_department_was_asked() -> None:
    given(review, *TAKEN).when(decide()).then_refused("review.checks_outstanding", naming="无房")
    given(review, *LAND_ASKED, said(*FOUND)).when(decide()).then_refused(
        "review.checks_outstanding", naming="行洪区信息"
    )
    done = given(review, *LAND_ASKED, said(*FOUND), *WATER_SAID).when(decide())
    assert isinstance(done.events[0], StepDecided)
    rejected = given(review, *TAKEN).when(decide("rejected", remedy=REMEDY))
    assert isinstance(rejected.events[0], StepDecided)


def test_what_was_found_against_the_applicant_is_overruled_by_name_or_not_approved() -> None:
    against = said(("no-house", "differs"), FOUND[1], opinion="disagreed")
    history = (*LAND_ASKED, against, *WATER_SAID)
    given(review, *history).when(decide()).then_refused("review.not_overruled", naming=LAND)
    (event, *_) = given(review, *history).when(decide("approved", over(LAND))).events
    assert isinstance(event, StepDecided)
    assert [each.organisation for each in event.overruled] == [LAND]


def test_silence_beyond_its_time_is_overruled_by_name() -> None:
    history = (*LAND_ASKED, *WATER_SAID)
    given(review, *history).when(decide()).then_refused("review.opinions_outstanding")
    late = decide("approved", over(LAND), at=at("2025-03-07 09:00"))
    (event, *_) = given(review, *history).when(late).events
    assert isinstance(event, StepDecided)
    assert [each.because for each in event.overruled] == ["silent"]


def test_a_department_that_was_heard_at_a_meeting_need_not_be_asked_besides() -> None:
    together = convene(LAND, WATER)
    called = given(review, *TAKEN).when(together).events
    held = given(review, *TAKEN, *called).when(minutes(says(LAND), says(WATER))).events
    done = given(review, *TAKEN, *called, *held).when(decide())
    assert isinstance(done.events[0], StepDecided)


def test_the_step_shows_what_is_looked_up_and_what_was_found() -> None:
    def shown(*events: Event) -> Any:
        consulted = view(CASE, given(review, *events).state, step_id(4))["consulted"]
        assert isinstance(consulted, list)
        return consulted[0]

    before, after = shown(*LAND_ASKED), shown(*LAND_ASKED, said(*FOUND))
    assert (before["checks"], before["found"]) == (["no-house", "plot"], [])
    assert after["found"] == [{"code": code, "found": how} for code, how in FOUND]
    assert "checks" not in shown(*TAKEN, asked(TOWNSHIP))
