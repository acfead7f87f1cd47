"""认领 and 办理: one key a form, the version that was seen, and refusals told in words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.site import REVIEWER, Site

CASE = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d77"
STEP = f"{CASE}.2"
ACT = f"POST review /v1/steps/{STEP}"


def step(status: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": CASE,
        "step_id": STEP,
        "status": status,
        "version": 1,
        "organisation": "/qingyun/d-land",
        "duty": "decide",
        "due_at": "2026-03-09T09:30:00.000Z",
        "claimed_by": None,
        **more,
    }


MINE = step("claimed", claimed_by=REVIEWER.officer_id, version=2)


@pytest.fixture
def desk(site: Site) -> Site:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    return site.signed_in(REVIEWER)


def opened(desk: Site, said: dict[str, Any], etag: str = '"1"') -> Page:
    desk.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": etag})
    return Page(desk.browser.get(f"/steps/{STEP}").text)


def test_a_waiting_step_is_claimed_with_the_key_and_the_version_of_its_form(desk: Site) -> None:
    form = opened(desk, step("waiting")).form(f"/steps/{STEP}/claim")
    desk.services.say(f"{ACT}/claim", MINE)
    answer = desk.browser.post(form.action, data=form.fields)
    assert answer.headers["location"] == f"/steps/{STEP}?done=claim"
    sent = desk.services.of("POST")[0]
    assert sent.headers["idempotency-key"] == form.fields["key"]
    assert sent.headers["if-match"] == '"1"'
    assert sent.content == b"{}"


RULES = [
    {"code": "identity", "text": "申请人身份与证件一致"},
    {"code": "papers", "text": "材料齐全、有效"},
]


def test_a_step_is_checked_line_by_line_against_the_rules_that_its_case_keeps(desk: Site) -> None:
    desk.services.say("GET intake /v1/items/felling-permit", {"review_rules": RULES})
    kept = {"item_code": "felling-permit", "item_version": 2}
    form = opened(desk, {**MINE, **kept}).form(f"/steps/{STEP}/check")
    assert [r.url.query for r in desk.services.of("GET") if "/items/" in r.url.path] == [
        b"version=2"
    ]
    desk.services.say(f"{ACT}/check", MINE)
    said = {"found.identity": "met", "found.papers": "unmet", "remark.papers": "缺公章 "}
    answer = desk.browser.post(form.action, data={**form.fields, **said})
    assert answer.headers["location"] == f"/steps/{STEP}?done=check"
    assert orjson.loads(desk.services.of("POST")[0].content) == {
        "findings": [
            {"rule": "identity", "found": "met"},
            {"rule": "papers", "found": "unmet", "remark": "缺公章"},
        ]
    }
    checked = {"checked": {"officer_id": "o-9", "unmet": ["papers"]}}
    told = {**MINE, **kept, **checked}
    desk.services.answers[f"GET review /v1/steps/{STEP}"] = []
    desk.services.say(f"GET review /v1/steps/{STEP}", told, headers={"ETag": '"2"'})
    assert "1 项不符合" in desk.browser.get(f"/steps/{STEP}").text


def test_a_decision_goes_out_with_its_reasons(desk: Site) -> None:
    form = opened(desk, MINE).form(f"/steps/{STEP}/decide")
    desk.services.say(f"{ACT}/decide", step("closed"))
    filled = {**form.fields, "outcome": "rejected", "reasons": "占用基本农田 ", "remedy": "可复议"}
    desk.browser.post(form.action, data=filled)
    assert orjson.loads(desk.services.of("POST")[0].content) == {
        "outcome": "rejected",
        "reasons": "占用基本农田",
        "remedy": "可复议",
    }


def test_a_retry_after_an_uncertain_answer_is_the_same_request(desk: Site) -> None:
    form = opened(desk, MINE).form(f"/steps/{STEP}/decide")
    desk.services.refuse(f"{ACT}/decide", 503, "log.unavailable")
    filled = {**form.fields, "outcome": "approved", "reasons": "符合规划"}
    answer = desk.browser.post(form.action, data=filled)
    again = Page(answer.text).form(f"/steps/{STEP}/decide")
    assert (answer.status_code, again.fields["key"]) == (503, form.fields["key"])
    assert again.fields["etag"] == form.fields["etag"]
    assert "符合规划" in answer.text


def test_a_result_that_is_still_to_come_keeps_the_key_too(desk: Site) -> None:
    form = opened(desk, step("waiting")).form(f"/steps/{STEP}/claim")
    desk.services.say(f"{ACT}/claim", {"command_id": "x", "status_url": "/v1/commands/x"}, 202)
    answer = desk.browser.post(form.action, data=form.fields)
    assert "重复提交不会重复办理" in answer.text
    assert Page(answer.text).form(form.action).fields["key"] == form.fields["key"]


def test_a_refusal_is_told_in_words_and_the_next_try_is_a_new_command(desk: Site) -> None:
    form = opened(desk, MINE).form(f"/steps/{STEP}/decide")
    told = "县民政局 不同意；如仍批准，须逐一列明部门并说明理由。"
    desk.services.refuse(f"{ACT}/decide", 409, "review.not_overruled", told)
    filled = {**form.fields, "outcome": "approved", "reasons": "同意"}
    answer = desk.browser.post(form.action, data=filled)
    assert answer.status_code == 409
    assert told in answer.text
    assert "review.not_overruled" in answer.text
    assert Page(answer.text).form(form.action).fields["key"] != form.fields["key"]


def test_what_somebody_else_changed_is_shown_beside_what_was_typed(desk: Site) -> None:
    form = opened(desk, MINE, etag='"2"').form(f"/steps/{STEP}/decide")
    desk.services.answers[f"GET review /v1/steps/{STEP}"].clear()
    desk.services.say(f"GET review /v1/steps/{STEP}", MINE, headers={"ETag": '"4"'})
    desk.services.refuse(f"{ACT}/decide", 412, "request.stale")
    answer = desk.browser.post(
        form.action, data={**form.fields, "outcome": "approved", "reasons": "材料齐全"}
    )
    assert "最新状态" in answer.text
    assert "材料齐全" in answer.text
    assert Page(answer.text).form(form.action).fields["etag"] == '"4"'


def test_a_department_that_disagreed_is_overruled_by_name(desk: Site) -> None:
    asked = {"outcome": "approved", "reasons": "总体可行", "overruled./qingyun/d-civil": "已协调"}
    form = opened(desk, MINE).form(f"/steps/{STEP}/decide")
    desk.services.say(f"{ACT}/decide", step("closed"))
    desk.browser.post(form.action, data={**form.fields, **asked})
    sent = orjson.loads(desk.services.of("POST")[0].content)
    assert sent["overruled"] == [{"organisation": "/qingyun/d-civil", "reason": "已协调"}]


def test_a_step_of_somebody_else_offers_only_to_hand_it_over(desk: Site) -> None:
    page = opened(desk, step("claimed", claimed_by="o-019"))
    acts = [f.action.partition(STEP)[2] for f in page.forms if f.action.startswith("/steps/")]
    assert acts == ["/route/transfer", "/route/delegate"]


def test_an_act_that_does_not_exist_is_a_page_and_asks_nobody(desk: Site) -> None:
    answer = desk.browser.post(f"/steps/{STEP}/approve-all", data=desk.form(REVIEWER))
    assert answer.status_code == 422
    assert desk.services.asked == []
