"""其他操作: what the form of each act sends, and how refusals are told at its fields."""

from __future__ import annotations

from typing import Any, Final, get_args

import orjson
import pytest

from services.portal.acts import DescribedAct, StepAct
from services.portal.step_forms import FORMS
from services.portal.step_offers import FITS
from services.review.shell.wiring import PARTS
from tests.portal.filled_forms import SENT
from tests.portal.pages import Page
from tests.portal.site import REVIEWER, Site
from tests.portal.steps import (
    ASKED,
    CASE,
    CLOSED,
    DOCUMENT,
    ISSUED,
    MINE,
    SINGLE,
    STEP,
    WATER,
    WATER_MAN,
    step,
)

ACT: Final = f"POST review /v1/steps/{STEP}"


def test_every_act_of_review_has_a_form() -> None:
    posted = {
        route.path.rpartition("/")[2]  # type: ignore[attr-defined]  # APIRoute, of a router
        for router in PARTS.routers
        for route in router.routes
        if "POST" in route.methods  # type: ignore[attr-defined]  # as above
    }
    own, described = (get_args(part) for part in get_args(StepAct))
    assert posted == {*own, *described}
    assert list(get_args(DescribedAct)) == list(FORMS) == list(FITS)


SEALS: Final = [
    {"code": code, "kind": code, "name": f"县自然资源局{code}", "keeper": "o-017"}
    for code in ("approval", "closing")
]


@pytest.fixture
def desk(site: Site) -> Site:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    site.services.say("GET intake /v1/items/full", SINGLE)
    site.services.say("GET review /v1/officers", [{"officer_id": "o-017", "name": "郭志远"}])
    site.services.say("GET review /v1/seals", SEALS)
    site.app.state.portal.names.learn([{"path": WATER, "name": "县水利局", "kind": "department"}])
    return site.signed_in(REVIEWER)


def opened(desk: Site, said: dict[str, Any]) -> Page:
    desk.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    return Page(desk.browser.get(f"/steps/{STEP}").text)


@pytest.mark.parametrize(("act", "said", "filled", "body"), SENT)
def test_the_form_of_an_act_sends_its_body_under_key_and_version(
    desk: Site, act: str, said: dict[str, Any], filled: dict[str, str], body: dict[str, Any]
) -> None:
    page = opened(desk, said)
    assert (page.unlabelled, sorted(set(page.ids))) == ([], sorted(page.ids))
    form = page.form(f"/steps/{STEP}/{act}")
    asked = {name for name in filled if "." not in name or name in form.fields}
    assert asked <= set(form.fields)
    desk.services.say(f"{ACT}/{act}", said)
    heads = {name: form.fields[name] for name in ("form_token", "key", "etag")}
    answer = desk.browser.post(form.action, data={**heads, **filled})
    assert answer.headers["location"] == f"/steps/{STEP}?done={act}"
    sent = desk.services.of("POST")[0]
    assert orjson.loads(sent.content) == body
    assert sent.headers["idempotency-key"] == form.fields["key"]
    assert sent.headers["if-match"] == '"2"'
    assert FORMS[act].done in desk.browser.get(answer.headers["location"]).text


def test_the_department_that_was_asked_answers_on_the_asking_step(desk: Site) -> None:
    said = {**MINE, "consulted": [{**ASKED, "opinion": None}]}
    form = opened(desk.signed_in(WATER_MAN), said).form(f"/steps/{STEP}/answer-opinion")
    desk.services.say(f"{ACT}/answer-opinion", said)
    filled = {"organisation": WATER, "opinion": "agreed", "reasons": "无异议"}
    desk.browser.post(form.action, data={**form.fields, **filled})
    assert orjson.loads(desk.services.of("POST")[0].content) == filled


def test_whoever_looks_something_up_answers_each_of_it(desk: Site) -> None:
    asked = {**ASKED, "opinion": None, "checks": ["no-house"], "found": []}
    check = {"code": "no-house", "name": "无房证明", "department": ASKED["organisation"]}
    item = {**SINGLE, "internal_checks": [check]}
    desk.services.say("GET intake /v1/items/full", item)
    said = {**MINE, "consulted": [asked]}
    page = opened(desk.signed_in(WATER_MAN), said)
    form = page.form(f"/steps/{STEP}/answer-opinion")
    assert "found.no-house" in form.fields
    desk.services.say(f"{ACT}/answer-opinion", said)
    filled = {"organisation": WATER, "opinion": "agreed", "reasons": "属实"}
    sent = {**form.fields, **filled, "found.no-house": "found"}
    desk.browser.post(form.action, data=sent)
    body = {**filled, "found": [{"code": "no-house", "found": "found"}]}
    assert orjson.loads(desk.services.of("POST")[0].content) == body
    text = desk.browser.get(f"/steps/{STEP}").text
    assert "无房证明" in text
    assert "尚未答复" in text


@pytest.mark.parametrize(
    ("until", "offered"),
    [("2999-01-01T00:00:00.000Z", True), ("2025-01-01T00:00:00.000Z", False)],
)
def test_a_stand_in_is_offered_the_step_as_long_as_they_stand_in(
    desk: Site, until: str, offered: bool
) -> None:
    named = {"officer_id": WATER_MAN.officer_id, "acting_for": "o-018"}
    lent = {"stand_in": {**named, "since": "2024-01-01T00:00:00.000Z", "until": until}}
    said = step("waiting", role="department_reviewer", **lent)
    page = opened(desk.signed_in(WATER_MAN), said)
    assert (f"/steps/{STEP}/claim" in [form.action for form in page.forms]) is offered


def test_a_refusal_is_told_at_the_field_that_it_is_about(desk: Site) -> None:
    form = opened(desk, MINE).form(f"/steps/{STEP}/stop-clock")
    told = "testing 最多还可停 2 个工作日，告知的天数不能超过。"
    desk.services.refuse(f"{ACT}/stop-clock", 409, "review.procedure_cap_exceeded", told)
    filled = {"procedure": "testing", "announced_days": "9", "notice_number": "告1"}
    text = desk.browser.post(form.action, data={**form.fields, **filled}).text
    at = text.index('id="stop-clock-announced_days-told"')
    assert text.index(told, at) > at
    assert 'aria-describedby="stop-clock-announced_days-told" aria-invalid="true"' in text
    assert Page(text).form(form.action).fields["announced_days"] == "9"
    assert Page(text).form(form.action).fields["notice_number"] == "告1"


def test_what_is_malformed_is_told_at_its_field_too(desk: Site) -> None:
    form = opened(desk, step("waiting")).form(f"/steps/{STEP}/extend")
    errors = [{"in": "body", "field": "days", "type": "int_parsing", "reason": "须为整数"}]
    problem = {"title": "请求内容有误", "detail": "请改正", "code": "request.invalid"}
    desk.services.say(f"{ACT}/extend", {**problem, "errors": errors}, 422)
    filled = {"days": "许多", "reasons": "须核实"}
    text = desk.browser.post(form.action, data={**form.fields, **filled}).text
    assert orjson.loads(desk.services.of("POST")[0].content)["days"] == "许多"
    assert 'aria-describedby="extend-days-told" aria-invalid="true"' in text
    assert "须为整数" in text


def test_words_of_one_act_are_not_shown_in_the_form_of_another(desk: Site) -> None:
    form = opened(desk, MINE).form(f"/steps/{STEP}/decide")
    desk.services.refuse(f"{ACT}/decide", 409, "review.not_checked")
    filled = {"outcome": "approved", "reasons": "符合规划"}
    page = Page(desk.browser.post(form.action, data={**form.fields, **filled}).text)
    assert page.unlabelled == []
    assert desk.browser.get(f"/steps/{STEP}").status_code == 200


@pytest.mark.parametrize(
    "known",
    [
        {**ASKED, "opinion": None, "due_at": "2025-03-09T09:30:00.000Z"},
        {**ASKED, "by": "meeting", "opinion": None, "absent": True},
    ],
)
def test_a_department_that_kept_silent_beyond_its_time_can_be_overruled_by_name(
    desk: Site, known: dict[str, Any]
) -> None:
    form = opened(desk, {**MINE, "consulted": [known]}).form(f"/steps/{STEP}/decide")
    assert f"overruled.{WATER}" in form.fields


def test_the_page_shows_what_was_issued_how_long_it_holds_and_what_was_put_right(
    desk: Site,
) -> None:
    made = {"what": "name", "survey": None, "old": "证", "new": "批准书", "officer_id": "o-018"}
    said = {
        **CLOSED,
        **ISSUED,
        "deliver_by": "2026-03-20T09:30:00.000Z",
        "document": {**DOCUMENT, "valid_until": "2026-03-10"},
        "corrections": [{**made, "at": "2026-03-09T09:30:00.000Z"}],
    }
    desk.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    text = desk.browser.get(f"/steps/{STEP}").text
    for told in ("颁发送达期限", "已过期", "“证”更正为“批准书”", "未领取"):
        assert told in text
    revoked = {**said, "revoked": {"how": "cancelled", "at": "2026-03-09T09:30:00.000Z"}}
    desk.services.answers[f"GET review /v1/steps/{STEP}"].clear()
    desk.services.say(f"GET review /v1/steps/{STEP}", revoked)
    text = desk.browser.get(f"/steps/{STEP}").text
    assert "注销" in text
    assert "颁发送达期限" not in text


def test_a_department_that_disagreed_at_a_meeting_must_be_overruled_by_name(desk: Site) -> None:
    said = {**MINE, "consulted": [{**ASKED, "by": "meeting", "opinion": "disagreed"}]}
    form = opened(desk, said).form(f"/steps/{STEP}/decide")
    assert f"overruled.{WATER}" in form.fields
