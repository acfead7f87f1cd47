"""At the window: who the applicant is, who acts for them, and what they have under way already."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.site import CLERK, Site
from tests.portal.test_handing_in import CASE, ITEM, RECEIPT
from tests.support.identities import OTHER_RESIDENT, RESIDENT

EARLIER: Final = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d00"
FIELD: Final = {"source": "/qingyun/t-heping/v-dongping", "on": "2026-01-05"}
KNOWN: Final = {
    "applicant_ref": "p-0123456789abcdef01234567",
    "masked": False,
    "fields": {
        "name": {"value": "张小明", **FIELD},
        "phone": {"value": "13800000000", **FIELD},
        "kind": {"value": "person", **FIELD},
    },
}
OFFERED: Final = {
    "items": [
        {
            "case_id": EARLIER,
            "case_number": "422899260105ABCDEFGH1",
            "item_name": "户口迁移",
            "papers": [{"code": "id-card", "handed_in_at": "2026-01-05T02:00:00Z"}],
        }
    ]
}
LIKE: Final = {
    "case_id": EARLIER,
    "case_number": "422899260105ABCDEFGH1",
    "status": "submitted",
    "organisation": "/qingyun/t-heping/v-dongping",
    "submitted_at": "2026-01-05T02:00:00+00:00",
}


@pytest.fixture
def window(site: Site) -> Site:
    site.services.say("GET intake /v1/items", [ITEM])
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    return site.signed_in(CLERK)


def form_of(window: Site) -> dict[str, str]:
    return Page(window.browser.get("/apply?item=birth-registration").text).form("/apply").fields


def body_sent(window: Site) -> Any:
    return orjson.loads(window.services.of("POST")[-1].content)


def test_the_form_is_filled_from_the_number_with_source_and_day_and_the_number_in_no_address(
    window: Site,
) -> None:
    ref = KNOWN["applicant_ref"]
    window.services.say("POST intake /v1/people/lookup", KNOWN)
    window.services.say(f"GET supervision /v1/people/{ref}/papers", OFFERED)
    typed = {"kind": "person", "id_number": RESIDENT, "phone": "13900000000"}
    text = window.browser.post("/apply/lookup", data={**form_of(window), **typed}).text
    assert body_sent(window) == {"id_number": RESIDENT, "kind": "person"}
    assert 'value="张小明"' in text
    assert 'value="13900000000"' in text  # what was typed stays
    assert "手机号：13800000000，2026年1月5日 周一" in text
    assert "户口迁移（422899260105ABCDEFGH1）" in text
    assert all(RESIDENT not in str(request.url) for request in window.services.asked)


def test_a_paper_offered_before_is_handed_in_again_with_its_case(window: Site) -> None:
    window.services.say("POST intake /v1/applications", RECEIPT, 201)
    filled = {"kind": "person", "name": "张小明", "phone": "13800000000"}
    papers = {"material.id-card": "reused", "from.id-card": EARLIER, "count.id-card": "2"}
    window.browser.post("/apply", data={**form_of(window), **filled, **papers})
    assert body_sent(window)["materials"] == [
        {"code": "id-card", "form": "reused", "count": 2, "reused_from": EARLIER}
    ]


def test_a_number_that_is_not_known_is_told_and_what_was_typed_stays(window: Site) -> None:
    window.services.refuse(
        "POST intake /v1/people/lookup", 404, "intake.person_not_known", "没有登记过"
    )
    typed = {"kind": "person", "id_number": RESIDENT, "name": "李四"}
    answer = window.browser.post("/apply/lookup", data={**form_of(window), **typed})
    assert answer.status_code == 404
    assert "没有登记过" in answer.text
    assert 'value="李四"' in answer.text


def test_papers_that_supervision_cannot_tell_keep_nobody_waiting(window: Site) -> None:
    ref = KNOWN["applicant_ref"]
    window.services.say("POST intake /v1/people/lookup", KNOWN)
    window.services.refuse(f"GET supervision /v1/people/{ref}/papers", 503, "store.unavailable")
    typed = {"kind": "person", "id_number": RESIDENT}
    answer = window.browser.post("/apply/lookup", data={**form_of(window), **typed})
    assert (answer.status_code, 'value="张小明"' in answer.text) == (200, True)


def test_an_agent_hands_in_with_their_mandate(window: Site) -> None:
    window.services.say("POST intake /v1/applications", RECEIPT, 201)
    filled = {
        "kind": "person",
        "name": "张小明",
        "phone": "13800000000",
        "agent.name": "李代办",
        "agent.id_number": OTHER_RESIDENT.lower(),
        "mandate.kind": "power_of_attorney",
        "mandate.number": "委〔2026〕3号",
        "mandate.valid_from": "2026-01-01",
        "mandate.valid_until": "",
    }
    window.browser.post("/apply", data={**form_of(window), **filled})
    sent = body_sent(window)
    assert sent["agent"] == {"name": "李代办", "id_number": OTHER_RESIDENT}
    assert sent["mandate"] == {
        "kind": "power_of_attorney",
        "number": "委〔2026〕3号",
        "valid_from": "2026-01-01",
    }


def test_without_an_agent_there_is_no_mandate(window: Site) -> None:
    window.services.say("POST intake /v1/applications", RECEIPT, 201)
    filled = {"kind": "person", "name": "张小明", "phone": "1", "mandate.kind": "public_office"}
    window.browser.post("/apply", data={**form_of(window), **filled})
    assert {"agent", "mandate"}.isdisjoint(body_sent(window))


def test_a_duplicate_is_pointed_out_and_confirmed_with_a_reason(window: Site) -> None:
    problem = {"code": "intake.duplicate", "title": "疑似重复", "detail": "已有同一事项的办件"}
    window.services.say(
        "POST intake /v1/applications", {**problem, "possible_duplicates": [LIKE]}, 409
    )
    window.services.say("POST intake /v1/applications", RECEIPT, 201)
    filled = {"kind": "person", "name": "张小明", "phone": "13800000000"}
    first = window.browser.post("/apply", data={**form_of(window), **filled})
    assert f"/cases/{EARLIER}" in first.text
    again = Page(first.text).form("/apply").fields
    assert "duplicate_reason" in again
    window.browser.post("/apply", data={**again, **filled, "duplicate_reason": "两个孩子"})
    sent = body_sent(window)
    assert (sent["confirm_duplicate"], sent["duplicate_reason"]) == (True, "两个孩子")


def test_another_name_for_the_number_is_confirmed_by_hand(window: Site) -> None:
    window.services.refuse(
        "POST intake /v1/applications", 409, "intake.person_differs", "已登记为“张*明”"
    )
    filled = {"kind": "person", "name": "张大明", "id_number": RESIDENT}
    first = window.browser.post("/apply", data={**form_of(window), **filled})
    assert "已登记为“张*明”" in first.text
    again = {**Page(first.text).form("/apply").fields, **filled, "confirm_changed_person": "1"}
    window.browser.post("/apply", data=again)
    assert body_sent(window)["confirm_changed_person"] is True


def test_the_page_of_an_application_tells_what_is_like_it(window: Site) -> None:
    said = {
        "case_id": CASE,
        "status": "submitted",
        "version": 1,
        "item_code": ITEM["code"],
        "organisation": CLERK.organisation,
        "materials": [],
        "possible_duplicates": [LIKE],
    }
    window.services.say(f"GET intake /v1/items/{ITEM['code']}", ITEM)
    window.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"1"'})
    text = window.browser.get(f"/applications/{CASE}").text
    assert "请核对是否重复" in text
    assert "422899260105ABCDEFGH1" in text


def test_the_trace_shows_when_it_was_captured_and_by_which_right_an_agent_acted(
    window: Site,
) -> None:
    fact = {
        "captured_at": "2026-03-01T01:02:03Z",
        "mandate": {"kind": "guardian", "number": "监证2026-7"},
        "duplicate_reason": "两个孩子",
    }
    act = {
        "type": "cn.cunban.application.submitted.v1",
        "occurred_at": "2026-03-02T01:00:00Z",
        "officer_id": "o-001",
        "organisation": CLERK.organisation,
        "fact": fact,
    }
    whole = {"as_of": "2026-03-02T01:00:00Z", "lag_seconds": 0.1, "steps": [], "clocks": []}
    case = {"case_id": CASE, "status": "submitted", "organisation": CLERK.organisation}
    window.services.answers.pop(f"GET supervision /v1/cases/{CASE}")
    window.services.say(
        f"GET supervision /v1/cases/{CASE}", {**whole, "case": case, "trace": [act]}
    )
    text = window.browser.get(f"/cases/{CASE}").text
    assert "离线采集于 2026年3月1日 09:02:03" in text
    assert "法定监护人代办（监证2026-7）" in text
    assert "确认不是重复：两个孩子" in text


def test_what_is_missing_may_be_supplemented_by_a_paper_handed_in_before(window: Site) -> None:
    ref = KNOWN["applicant_ref"]
    said = {
        "case_id": CASE,
        "status": "awaiting_supplement",
        "version": 2,
        "applicant_ref": ref,
        "item_code": ITEM["code"],
        "organisation": CLERK.organisation,
        "wanting": ["id-card"],
        "materials": [],
    }
    window.services.say(f"GET intake /v1/items/{ITEM['code']}", ITEM)
    window.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"2"'})
    window.services.say(f"GET supervision /v1/people/{ref}/papers", OFFERED)
    window.services.say(f"POST intake /v1/applications/{CASE}/supplement", said)
    address = f"/applications/{CASE}/supplement"
    text = window.browser.get(f"/applications/{CASE}").text
    assert "户口迁移（422899260105ABCDEFGH1）" in text
    filled = {"material.id-card": "reused", "from.id-card": EARLIER}
    window.browser.post(address, data={**Page(text).form(address).fields, **filled})
    assert body_sent(window)["materials"][0]["reused_from"] == EARLIER
