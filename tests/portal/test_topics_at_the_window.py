"""一件事一次办 at the window: one form for several cases, and how each page tells of the others."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.said import ANSWERS, CASE, TOPIC
from tests.portal.site import APPROVER, CLERK, Site

ADDRESS: Final = "/topics/having-a-child"
CALL: Final = "POST intake /v1/topics/having-a-child/applications"
FAMILY: Final = "0195573a-8d6b-5c11-9a4e-0c5b3f2a1dfa"
FIRST: Final = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d01"
SECOND: Final = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d02"


def handed_in(case_id: str, code: str, number: str) -> dict[str, Any]:
    body = {
        "case_id": case_id,
        "case_number": number,
        "query_code": f"Q{number[-5:]}",
        "answer": {"due_at": "2026-03-09T09:30:00.000Z"},
    }
    return {"item_code": code, "item_name": code, "case_id": case_id, "status": 201, "body": body}


def refused(case_id: str, code: str, status: int, why: str) -> dict[str, Any]:
    body = {"code": why, "detail": f"{why} 的说明", "title": "未能办理", "status": status}
    told = {"item_code": code, "item_name": code, "case_id": case_id}
    return {**told, "status": status, "body": body}


def answer_of(*items: dict[str, Any]) -> dict[str, Any]:
    done = sum(item["status"] == 201 for item in items)
    counts = {"succeeded": done, "pending": 0, "failed": len(items) - done}
    return {"family_id": FAMILY, "topic": TOPIC["code"], "items": list(items), **counts}


IN: Final = handed_in(FIRST, "birth-household", "422899260302AAAAAAAA1")
IN_TOO: Final = handed_in(SECOND, "childcare-subsidy", "422899260302BBBBBBBB2")


@pytest.fixture
def window(site: Site) -> Site:
    site.services.say("GET intake /v1/topics/having-a-child", TOPIC)
    return site.signed_in(CLERK)


def fill(window: Site, **changes: str) -> tuple[dict[str, str], Any]:
    form = Page(window.browser.get(ADDRESS).text).form(ADDRESS)
    filled = {**form.fields, "kind": "person", "name": "张小明", "phone": "13800000000", **changes}
    return filled, window.browser.post(ADDRESS, data=filled)


def test_one_form_is_sent_with_the_chosen_items_and_the_papers_that_they_ask_for(
    window: Site,
) -> None:
    window.services.say(CALL, answer_of(IN, IN_TOO), 201)
    papers = {"material.birth-certificate": "original", "material.marriage-certificate": "copy"}
    filled, answer = fill(window, **papers, **{"take.birth-household": ""})
    assert answer.status_code == 200
    (sent,) = window.services.of("POST")
    assert sent.headers["idempotency-key"] == filled["key"]
    assert orjson.loads(sent.content) == {
        "channel": "village",
        "items": ["childcare-subsidy"],
        "applicant": {"name": "张小明", "phone": "13800000000", "kind": "person"},
        "materials": [{"code": "birth-certificate", "form": "original", "count": 1}],
    }


def test_the_slip_names_number_and_code_of_every_case(window: Site) -> None:
    window.services.say(CALL, answer_of(IN, IN_TOO), 201)
    _, answer = fill(window)
    for item in (IN, IN_TOO):
        assert item["body"]["case_number"] in answer.text
        assert item["body"]["query_code"] in answer.text
    page = Page(answer.text)
    assert f"/cases?family={FAMILY}" in page.addresses
    assert [form for form in page.forms if form.action == ADDRESS] == []


def test_half_a_success_is_not_told_as_one_and_a_repeat_keeps_its_key(window: Site) -> None:
    lost = refused(SECOND, "childcare-subsidy", 503, "log.unavailable")
    window.services.say(CALL, answer_of(IN, lost), 207)
    filled, answer = fill(window)
    assert "收件 1 件，未收 1 件" in answer.text
    assert "log.unavailable 的说明" in answer.text
    assert "已全部收件" not in answer.text
    again = Page(answer.text).form(ADDRESS)
    assert again.fields["key"] == filled["key"]
    assert again.fields["name"] == "张小明"


def test_what_the_rules_refused_is_told_for_each_and_a_new_try_has_a_new_key(
    window: Site,
) -> None:
    items = [
        refused(FIRST, "birth-household", 409, "intake.topic_held_back"),
        refused(SECOND, "childcare-subsidy", 409, "intake.duplicate"),
    ]
    body = {"code": "intake.duplicate", "title": "重复", "detail": "已有", "items": items}
    window.services.say(CALL, body, 409)
    filled, answer = fill(window)
    assert answer.status_code == 409
    for item in items:
        assert item["body"]["detail"] in answer.text
    again = Page(answer.text).form(ADDRESS)
    assert again.fields["key"] != filled["key"]
    # Only now is a reason asked for; it goes with every one of the items.
    window.browser.post(ADDRESS, data={**again.fields, "duplicate_reason": "双胞胎"})
    sent = orjson.loads(window.services.of("POST")[-1].content)
    assert (sent["confirm_duplicate"], sent["duplicate_reason"]) == (True, "双胞胎")


def test_whoever_takes_nothing_in_sees_the_topic_without_the_form(window: Site) -> None:
    for session in (None, APPROVER):
        if session is None:
            window.browser.cookies.clear()
        else:
            window.signed_in(session)
        page = Page(window.browser.get(ADDRESS).text)
        assert [form for form in page.forms if form.action == ADDRESS] == []


def sibling(case_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "case_number": f"N-{case_id[-2:]}",
        "item": "childcare-subsidy",
        "item_name": "育儿补贴",
        "organisation": CLERK.organisation,
        "status": "completed",
        "outcome": "approved",
        "due_at": None,
        "completed_at": None,
        "result": "ready",
        "ready_place": CLERK.organisation,
        "overdue": False,
        **changes,
    }


def family(*cases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "family_id": FAMILY,
        "topic": TOPIC["code"],
        "topic_name": TOPIC["name"],
        "topic_version": 1,
        "members": len(cases),
        "all_ended": True,
        "all_ready": True,
        "cases": list(cases),
        **changes,
    }


def page_of_case(site: Site, told: dict[str, Any] | None) -> Any:
    whole = {**ANSWERS["case"], "family": told}
    site.services.say(f"GET supervision /v1/cases/{CASE['case_id']}", whole)
    return site.signed_in(CLERK).browser.get(f"/cases/{CASE['case_id']}")


def test_the_page_of_a_case_leads_to_its_siblings_and_says_when_one_way_is_enough(
    site: Site,
) -> None:
    answer = page_of_case(site, family(sibling(CASE["case_id"]), sibling(SECOND)))
    page = Page(answer.text)
    assert f"/cases/{SECOND}" in page.addresses
    assert f"/cases?family={FAMILY}" in page.addresses
    assert "可以一次领取" in answer.text
    assert page.unlabelled == []


def test_while_one_is_on_its_way_nobody_is_sent_for_all(site: Site) -> None:
    late = sibling(SECOND, status="accepted", outcome="", result="none", ready_place="")
    told = family(sibling(CASE["case_id"]), late, all_ended=False, all_ready=False)
    answer = page_of_case(site, told)
    assert "可以一次领取" not in answer.text
    assert "办理中" in answer.text


def test_the_topic_shows_when_all_of_it_is_due_and_which_case_is_at_the_superior(
    site: Site,
) -> None:
    going = {"status": "accepted", "outcome": "", "result": "none", "ready_place": ""}
    due, far = "2026-07-10T09:30:00Z", "2099-12-31T09:30:00Z"
    told = family(
        sibling(CASE["case_id"], **going, due_at=due),
        sibling(SECOND, **going, due_at=far, at_superior=True),
        all_ended=False,
        all_ready=False,
        due_at=due,
        overdue=True,
    )
    answer = page_of_case(site, told)
    shown = answer.text[answer.text.index('id="family"') :]
    assert "整件事的期限" in shown
    assert "超期" in shown
    assert "在上级" in shown
    assert "2099" not in shown


def test_a_case_of_no_topic_shows_no_family(site: Site) -> None:
    assert 'id="family"' not in page_of_case(site, None).text
