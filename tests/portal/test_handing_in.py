"""收件, 受理 and 补件 at the village window, and the villager's own look at a case."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.site import CLERK, Site
from tests.support.identities import RESIDENT

CASE = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d77"
ITEM = {
    "code": "birth-registration",
    "version": 1,
    "name": "生育登记",
    "kind": "instant",
    "shape": "township_decides",
    "subject": "person",
    "channels": ["village", "township"],
    "legal": {"limit": 420, "unit": "working_minutes"},
    "promised": {"limit": 120, "unit": "working_minutes"},
    "materials": [
        {"code": "id-card", "name": "居民身份证", "form": "copy", "count": 2, "required": True},
        {"code": "marriage", "name": "结婚证", "form": "copy", "count": 1, "required": False},
    ],
}
COUNTY_ONLY = {**ITEM, "code": "land-permit", "name": "用地许可", "channels": ["county"]}
RECEIPT = {
    "case_id": CASE,
    "status": "submitted",
    "version": 1,
    "case_number": "422899260302ABCDEFGH1",
    "query_code": "7K3MXY2P",
    "answer": {"due_at": "2026-03-09T09:30:00.000Z", "provisional": False},
}


def application(status: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": CASE,
        "status": status,
        "version": 1,
        "case_number": RECEIPT["case_number"],
        "item_code": ITEM["code"],
        "organisation": CLERK.organisation,
        "materials": [{"code": "id-card", "form": "copy", "count": 2}],
        **more,
    }


@pytest.fixture
def window(site: Site) -> Site:
    site.services.say("GET intake /v1/items", [ITEM, COUNTY_ONLY])
    site.services.say(f"GET intake /v1/items/{ITEM['code']}", ITEM)
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    return site.signed_in(CLERK)


def test_the_form_offers_what_may_be_handed_in_at_this_window(window: Site) -> None:
    text = window.browser.get("/apply").text
    assert "生育登记" in text
    assert "用地许可" not in text


def test_an_application_is_handed_in_and_its_receipt_shows_number_and_code(window: Site) -> None:
    window.services.say("POST intake /v1/applications", RECEIPT, 201)
    form = Page(window.browser.get("/apply?item=birth-registration").text).form("/apply")
    filled = {"kind": "person", "name": "张小明", "id_number": RESIDENT.lower(), "phone": ""}
    papers = {"material.id-card": "copy", "count.id-card": "2", "material.marriage": ""}
    answer = window.browser.post("/apply", data={**form.fields, **filled, **papers})
    assert "422899260302ABCDEFGH1" in answer.text
    assert "7K3MXY2P" in answer.text
    sent = window.services.of("POST")[0]
    assert sent.headers["idempotency-key"] == form.fields["key"]
    assert orjson.loads(sent.content) == {
        "item_code": "birth-registration",
        "channel": "village",
        "applicant": {"name": "张小明", "id_number": RESIDENT, "kind": "person"},
        "materials": [{"code": "id-card", "form": "copy", "count": 2}],
        "submit": True,
    }


def test_errors_of_the_form_are_gathered_on_top_and_linked_to_their_fields(window: Site) -> None:
    error = {"in": "body", "field": "applicant.id_number", "type": "x", "reason": "格式应为 18 位"}
    body = {"code": "request.invalid", "title": "内容有误", "detail": "请改正", "errors": [error]}
    window.services.say("POST intake /v1/applications", body, 422)
    form = Page(window.browser.get("/apply?item=birth-registration").text).form("/apply")
    answer = window.browser.post("/apply", data={**form.fields, "name": "张小明", "kind": "person"})
    page = Page(answer.text)
    assert "格式应为 18 位" in answer.text
    assert "#applicant.id_number" in page.addresses
    assert "applicant.id_number" in page.ids
    assert 'value="张小明"' in answer.text


def test_all_that_is_wrong_is_told_in_one_notice(window: Site) -> None:
    said = application("submitted")
    window.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"1"'})
    window.services.say(f"POST intake /v1/applications/{CASE}/notify-deficiency", said)
    address = f"/applications/{CASE}/notify-deficiency"
    form = Page(window.browser.get(f"/applications/{CASE}").text).form(address)
    filled = {"problem.id-card": "缺配偶一份", "problem.marriage": "看不清"}
    answer = window.browser.post(address, data={**form.fields, **filled})
    assert answer.status_code == 303
    sent = window.services.of("POST")[0]
    assert sent.headers["if-match"] == '"1"'
    assert orjson.loads(sent.content)["defects"] == [
        {"material": "id-card", "problem": "缺配偶一份"},
        {"material": "marriage", "problem": "看不清"},
    ]


def test_each_act_of_a_page_has_a_key_of_its_own(window: Site) -> None:
    said = application("submitted")
    window.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"1"'})
    page = Page(window.browser.get(f"/applications/{CASE}").text)
    keys = [form.fields["key"] for form in page.forms if "key" in form.fields]
    assert len(keys) == 4
    assert len(set(keys)) == 4


def test_supplemented_papers_are_taken(window: Site) -> None:
    said = application("awaiting_supplement", wanting=["marriage"], notice_number="N-1")
    window.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"2"'})
    window.services.say(f"POST intake /v1/applications/{CASE}/supplement", said)
    address = f"/applications/{CASE}/supplement"
    text = window.browser.get(f"/applications/{CASE}").text
    form = Page(text).form(address)
    assert "已告知补正" in text
    window.browser.post(address, data={**form.fields, "material.marriage": "original"})
    sent = orjson.loads(window.services.of("POST")[0].content)
    assert sent["materials"] == [{"code": "marriage", "form": "original", "count": 1}]


def test_a_typed_number_never_asks_another_address(site: Site) -> None:
    site.browser.get("/track", params={"number": "../cases/x?a=", "query_code": "K"})
    assert [request.url.path for request in site.services.asked] == ["/v1/public/cases/..casesxa"]


def test_an_unknown_number_is_told_without_naming_what_was_wrong(site: Site) -> None:
    site.services.refuse("GET supervision /v1/public/cases/N1", 404, "request.not_found", "请核对")
    answer = site.browser.get("/track", params={"number": "N1", "query_code": "K"})
    assert answer.status_code == 404
    assert "请核对" in answer.text
