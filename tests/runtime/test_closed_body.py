"""What callers send can be read by people: two names that look alike are one name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.intake.shell.bodies import Applicant, Refusal
from services.review.shell.api import DecisionBody
from services.review.shell.api_consulting import MeetingBody
from services.routing.shell.bodies import ReasonBody
from services.runtime.problems import field_errors

STEP = "01942a3b-0000-7000-8000-000000000001.1"
UNSEEN = ["张\u200b三", "张三\u202e", "张\x00三", "\ufeff张三", "张三\u2066", "\x7f张三"]
RARE = ["𠮷野家", "㛃㼆", "阿卜杜拉·买买提", "O'Neill Ann", "نور\u200cالله"]
BLANK = [" ", "\u3000", "\n\t", "\u200d"]


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_with_characters_that_are_not_seen_is_refused_at_its_field(name: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Applicant.model_validate({"name": name, "phone": "13800000000"})
    (told,) = field_errors(wrong.value.errors())
    assert "看不见" in told.reason.zh
    assert wrong.value.errors()[0]["loc"] == ("name",)


@pytest.mark.parametrize("said", BLANK)
def test_a_reason_says_something(said: str) -> None:
    remedy = {"basis": "行政许可法第三十二条", "remedy": "六十日内申请复议"}
    for body, content in (
        (Refusal, {"reason": said, **remedy}),
        (DecisionBody, {"outcome": "rejected", "reasons": said}),
        (ReasonBody, {"step_id": STEP, "reason": said}),
    ):
        with pytest.raises(ValidationError) as wrong:
            body.model_validate(content)
        assert [error["type"] for error in wrong.value.errors()] == ["text_blank"]


def test_what_lies_deeper_is_looked_at_too() -> None:
    opinion = {"organisation": "/a/d-land", "opinion": "agreed", "reasons": "\u200b"}
    with pytest.raises(ValidationError, match="not seen"):
        MeetingBody.model_validate(
            {"held_at": "2026-03-09T08:00:00Z", "opinions": [opinion], "minutes": "同意"}
        )


@pytest.mark.parametrize(
    "name", ["𠮷野家", "㛃㼆", "阿卜杜拉·买买提", "O'Neill Ann", "نور\u200cالله"]
)
def test_rare_characters_and_other_scripts_are_names(name: str) -> None:
    assert Applicant(name=name, phone="13800000000").name == name


def test_a_text_has_several_lines() -> None:
    assert ReasonBody(step_id=STEP, reason="一、\r\n\t二、").reason.count("\n") == 1
