"""更正: an obvious error is put right by a later word; both words stand."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.events.base import Event
from schemas.events.results import RecordCorrected, ResultCorrected
from services.review.core.view import view
from tests.review.core.situations import (
    CHECKER,
    FULL_ITEM,
    checked,
    claimed,
    decided,
    received,
    review,
    step_id,
)
from tests.review.core.situations_of_consulting import convened, met, planned, surveyed
from tests.review.core.situations_of_results import correct, issued, to_deliver
from tests.support.builders import CASE, HOUSING, later
from tests.support.given import given

TAKEN: tuple[Event, ...] = (received(of=FULL_ITEM), claimed())
ISSUED = (*TAKEN, checked(), decided(), to_deliver(), issued())
RECORDED = (*TAKEN, planned(), surveyed(), convened(), met())
FOUND, SAID = "四至与图纸相符", "各部门意见一致"


def corrected(what: Any, old: str, new: str) -> ResultCorrected:
    return ResultCorrected(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id="o-zhao",
        document_number=issued().document_number,
        what=what,
        old=old,
        new=new,
        reasons="笔误",
        corrected_at=later(),
    )


def record_corrected(what: Any, old: str, new: str, survey: Any = None) -> RecordCorrected:
    return RecordCorrected(
        step_id=step_id(4),
        organisation=HOUSING,
        officer_id="o-zhao",
        what=what,
        survey=survey,
        old=old,
        new=new,
        reasons="笔误",
        corrected_at=later(),
    )


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("name", "建设用地批准书", "农村宅基地批准书"),
        ("valid_from", "2025-03-03", "2025-03-04"),
        ("valid_until", "2027-03-02", "2028-03-02"),
    ],
)
def test_words_of_the_document_are_put_right(what: str, old: str, new: str) -> None:
    right = given(review, *ISSUED)
    right.when(correct(what, old, new)).then(corrected(what, old, new))
    done = given(review, *ISSUED, corrected(what, old, new))
    done.when(correct(what, old, new)).then()
    done.when(correct(what, new, old)).then(corrected(what, new, old))


def test_what_stands_there_is_told_word_for_word() -> None:
    given(review, *ISSUED).when(correct(old="别的名称")).then_refused("review.correction_differs")
    given(review, *RECORDED).when(
        correct("meeting_minutes", "别的纪要", "更正后的纪要")
    ).then_refused("review.correction_differs")


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("name", "建设用地批准书", "建设用地批准书"),
        ("valid_from", "2025-03-03", "2027-03-03"),
        ("valid_until", "2027-03-02", "2025-03-02"),
        ("valid_until", "2027-03-02", "20280302"),
        ("valid_until", "2027-03-02", "永久"),
    ],
)
def test_a_correction_changes_something_and_days_stay_in_order(
    what: str, old: str, new: str
) -> None:
    given(review, *ISSUED).when(correct(what, old, new)).then_refused("review.correction_unfit")


def test_records_are_put_right_by_a_later_word_while_they_stay_as_they_were() -> None:
    recorded = given(review, *RECORDED)
    recorded.when(correct("survey_findings", FOUND, "东侧退让", "siting")).then(
        record_corrected("survey_findings", FOUND, "东侧退让", "siting")
    )
    right = record_corrected("meeting_minutes", SAID, "水利局有保留")
    recorded.when(correct("meeting_minutes", SAID, "水利局有保留")).then(right)
    recorded.when(correct("meeting_minutes", SAID, SAID)).then_refused("review.correction_unfit")
    again = given(review, *RECORDED, right)
    again.when(correct("meeting_minutes", SAID, "水利局有保留")).then()
    again.when(correct("meeting_minutes", SAID, "又一说")).then_refused("review.correction_differs")
    found = record_corrected("survey_findings", FOUND, "东侧退让", "siting")
    given(review, *RECORDED, found).when(
        correct("survey_findings", "东侧退让", "西侧退让", "siting")
    ).then(record_corrected("survey_findings", "东侧退让", "西侧退让", "siting"))


def test_what_is_not_there_cannot_be_put_right() -> None:
    given(review, *TAKEN).when(correct()).then_refused("review.not_issued")
    for what, survey in (("survey_findings", "siting"), ("meeting_minutes", None)):
        given(review, *TAKEN).when(correct(what, "甲", "乙", survey)).then_refused(
            "review.nothing_to_correct"
        )
    given(review, *RECORDED).when(correct("survey_findings", FOUND, "乙")).then_refused(
        "review.nothing_to_correct"
    )
    endless = issued(valid_until=None)
    given(review, *ISSUED[:-1], endless).when(
        correct("valid_until", "2027-03-02", "2028-03-02")
    ).then_refused("review.nothing_to_correct")


def test_a_clerk_corrects_nothing() -> None:
    given(review, *ISSUED).when(correct(actor=CHECKER)).then_refused("rights.denied")


def test_both_words_are_shown() -> None:
    event = corrected("name", "建设用地批准书", "农村宅基地批准书")
    told = view(CASE, given(review, *ISSUED, event).state, step_id(4))
    assert isinstance(told["document"], dict)
    assert told["document"]["name"] == "农村宅基地批准书"
    assert told["corrections"] == [
        {
            "what": "name",
            "survey": None,
            "old": "建设用地批准书",
            "new": "农村宅基地批准书",
            "officer_id": "o-zhao",
            "at": "2025-03-03T01:01:00.000Z",
        }
    ]
