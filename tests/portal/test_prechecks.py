"""网上预审 on the pages: in the list, on the draft, and for the villager who asked."""

from __future__ import annotations

from typing import Any, Final

import orjson

from tests.portal.pages import Page
from tests.portal.said import ANSWERS, PUBLIC
from tests.portal.site import CLERK, INSPECTOR, Site
from tests.portal.test_handing_in import CASE, ITEM, application

TERM: Final = {"due_at": "2026-03-03T09:30:00.000Z", "limit": 1, "unit": "working_days"}
ASKED: Final[dict[str, Any]] = {
    "status": "requested",
    "ordinal": 1,
    "answer": TERM,
    "wanting": [],
    "sound": [],
}
FOUND: Final = {
    "status": "deficient",
    "ordinal": 1,
    "requested_at": "2026-03-02T01:00:00.000Z",
    "due_at": TERM["due_at"],
    "provisional": False,
    "answered_at": "2026-03-02T08:00:00.000Z",
    "findings": [{"material": "id-card", "material_name": "居民身份证", "problem": "缺一份"}],
    "sound": [],
}
PENDING: Final = {
    "items": [
        {
            "case_id": CASE,
            "organisation": CLERK.organisation,
            "organisation_name": "东坪村",
            "ordinal": 1,
            "item": ITEM["code"],
            "item_name": ITEM["name"],
            "channel": "online",
            "applicant_ref": "p-1",
            "requested_at": FOUND["requested_at"],
            "due_at": TERM["due_at"],
            "provisional": False,
            "overdue": True,
        }
    ],
    "next": None,
}
HERE: Final = f"/applications/{CASE}"


def draft_page(site: Site, said: dict[str, Any]) -> Page:
    site.services.say(f"GET intake /v1/items/{ITEM['code']}", ITEM)
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    site.services.say(f"GET intake /v1{HERE}", said, headers={"ETag": '"2"'})
    return Page(site.signed_in(CLERK).browser.get(HERE).text)


def test_drafts_to_be_looked_at_stand_in_the_clerks_list(site: Site) -> None:
    site.services.say("GET supervision /v1/worklist", ANSWERS["worklist"])
    site.services.say("GET supervision /v1/cases", ANSWERS["cases"])
    site.services.say("GET supervision /v1/prechecks", PENDING)
    shown = site.signed_in(CLERK).browser.get("/worklist")
    assert "待预审" in shown.text
    assert HERE in Page(shown.text).addresses


def test_who_takes_nothing_in_is_not_asked_for_prechecks(site: Site) -> None:
    site.services.say("GET supervision /v1/worklist", ANSWERS["worklist"])
    assert "待预审" not in site.signed_in(INSPECTOR).browser.get("/worklist").text


def test_a_precheck_is_asked_for_and_the_villager_is_told_number_and_code(site: Site) -> None:
    form = draft_page(site, application("drafted")).form(f"{HERE}/request-precheck")
    said = application("drafted", query_code="7K3MXY2P")
    site.services.say(f"POST intake /v1{HERE}/request-precheck", said)
    answer = site.browser.post(f"{HERE}/request-precheck", data=form.fields)
    assert f"暂存编号 {CASE}，查询码 7K3MXY2P" in answer.text
    sent = site.services.of("POST")[0]
    assert (orjson.loads(sent.content), sent.headers["if-match"]) == ({}, '"2"')


def test_a_precheck_is_answered_with_all_findings_or_with_none(site: Site) -> None:
    page = draft_page(site, application("drafted", precheck=ASKED))
    address = f"{HERE}/answer-precheck"
    fields = {n: v for n, v in page.form(address).fields.items() if n != "fine"}
    site.services.say(f"POST intake /v1{address}", application("drafted"))
    for filled, body in (
        ({"fine": "1"}, {"fine": True}),
        (
            {"problem.marriage": "看不清"},
            {"defects": [{"material": "marriage", "problem": "看不清"}]},
        ),
        ({}, {"fine": False}),
    ):
        site.browser.post(address, data={**fields, **filled})
        assert orjson.loads(site.services.of("POST")[-1].content) == body


def test_a_paper_found_fine_asks_what_has_changed_before_it_is_called_deficient(
    site: Site,
) -> None:
    page = draft_page(site, application("submitted", found_fine=["id-card"]))
    address = f"{HERE}/notify-deficiency"
    assert {"despite.id-card", "problem.marriage"} <= set(page.ids)
    assert "despite.marriage" not in page.ids
    site.services.say(f"POST intake /v1{address}", application("awaiting_supplement"))
    filled = {"problem.id-card": "已过期", "despite.id-card": "三月一日到期"}
    site.browser.post(address, data={**page.form(address).fields, **filled})
    assert orjson.loads(site.services.of("POST")[-1].content)["defects"] == [
        {"material": "id-card", "problem": "已过期", "despite_precheck": "三月一日到期"}
    ]


def test_the_villager_sees_all_findings_by_the_number_of_the_draft(site: Site) -> None:
    public = {**PUBLIC, "case_number": "", "status": "drafted", "precheck": FOUND}
    site.services.say(f"GET supervision /v1/public/cases/{CASE}", public)
    shown = site.browser.get("/track", params={"number": CASE, "query_code": "7K3MXY2P"}).text
    assert "预审有问题" in shown
    assert "居民身份证" in shown
    assert "缺一份" in shown
    assert "尚未提交" in shown
