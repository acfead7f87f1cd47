"""Every page, from answers recorded of the running county: what it shows, and how it is made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.portal.pages import Page
from tests.portal.said import ANSWERS, APPLICATION, CASE, PUBLIC, RESULTS, STEP, TOPIC
from tests.portal.site import APPROVER, CLERK, INSPECTOR, Site
from tests.support.builders import item

PAGES = [
    "/board",
    "/board?by=item&from=2026-11-01&to=2026-11-21",
    "/officers",
    "/officers/o-001",
    "/cases",
    f"/cases/{CASE['case_id']}",
    "/worklist",
    "/results",
    f"/steps/{STEP['step_id']}",
    f"/applications/{CASE['case_id']}",
    "/apply",
    f"/track?number={CASE['case_number']}&query_code=7K3MXY2P",
    "/guides",
    "/guides/felling-permit",
    "/negative-list",
    "/topics",
    "/topics/having-a-child",
    "/accessibility",
    "/cases/none",
]
"""Addresses of all pages; the last one is the page of a problem."""


@pytest.fixture
def county(site: Site) -> Site:
    say = site.services.say
    say("GET supervision /v1/timeliness", ANSWERS["timeliness"])
    say("GET supervision /v1/attendance/board", ANSWERS["board"])
    say("GET supervision /v1/attendance", ANSWERS["attendance"])
    say("GET supervision /v1/cases", ANSWERS["cases"])
    say(f"GET supervision /v1/cases/{CASE['case_id']}", ANSWERS["case"])
    say("GET supervision /v1/worklist", ANSWERS["worklist"])
    say("GET supervision /v1/prechecks", {"items": [], "next": None})
    say("GET supervision /v1/results", RESULTS)
    say("GET supervision /v1/officers/o-001/activity", ANSWERS["activity"])
    say(f"GET supervision /v1/public/cases/{CASE['case_number']}", PUBLIC)
    say(f"GET review /v1/steps/{STEP['step_id']}", STEP, headers={"ETag": '"1"'})
    say(f"GET intake /v1/applications/{CASE['case_id']}", APPLICATION)
    say("GET intake /v1/items", [])
    say("GET intake /v1/items/felling-permit", item().model_dump(mode="json"))
    say("GET intake /v1/negative-lists/village", {"version": 1, "entries": []})
    say("GET intake /v1/topics", [TOPIC])
    say("GET intake /v1/topics/having-a-child", TOPIC)
    return site.signed_in(INSPECTOR)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_chinese_labelled_and_takes_nothing_from_elsewhere(
    county: Site, address: str
) -> None:
    answer = county.browser.get(address)
    page = Page(answer.text)
    assert answer.status_code == (422 if address == "/cases/none" else 200)
    assert page.language == "zh-CN"
    assert page.tags.count("h1") == 1
    assert page.unlabelled == []
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert [found for found in page.addresses if not found.startswith(("/", "#"))] == []


@pytest.mark.parametrize("address", ["/worklist", "/results", "/cases", "/queue"])
def test_every_cell_of_a_list_bears_its_heading_for_a_narrow_screen(address: str) -> None:
    source = (Path("services/portal/templates") / f"{address[1:]}.html").read_text("utf-8")
    for table in re.findall(r'<table class="stack">.*?</table>', source, re.DOTALL):
        heads = re.findall(r'<th scope="col">(.*?)</th>', table)
        first = re.search(r"<tbody>.*?</tr>", table, re.DOTALL)
        assert first is not None
        assert re.findall(r'data-label="(.*?)"', first[0]) == heads


@pytest.mark.parametrize("address", PAGES)
def test_a_page_keeps_to_its_policy(county: Site, address: str) -> None:
    answer = county.browser.get(address)
    page = Page(answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.inline == []
    assert "style" not in page.attributes
    assert not [name for name in page.attributes if name.startswith(("on", "hx-on"))]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", PAGES)
def test_every_form_that_changes_something_carries_the_sessions_token(
    county: Site, address: str
) -> None:
    token = county.app.state.portal.seal.form_token(INSPECTOR)
    posted = [form for form in Page(county.browser.get(address).text).forms if _changes(form)]
    assert posted
    assert {form.fields["form_token"] for form in posted} == {token}


def test_a_topic_shows_each_paper_once_with_the_items_that_want_it(county: Site) -> None:
    text = county.browser.get("/topics/having-a-child").text
    assert text.count("出生医学证明") == 1
    assert "<td>出生户口登记、育儿补贴</td>" in text
    assert "<td>已婚的</td>" in text
    assert "出生户口登记、育儿补贴。共 2 样材料" in county.browser.get("/topics").text


def test_each_figure_of_the_board_is_a_link_to_the_list_that_it_counts(county: Site) -> None:
    text = county.browser.get("/board?from=2026-11-21&to=2026-11-21").text
    lists = [a for a in Page(text).addresses if a.startswith("/cases?")]
    row = ANSWERS["timeliness"]["items"][0]["key"]
    wanted = {
        "figure": ["open_overdue"],
        "organisation": [row],
        "from": ["2026-11-21"],
        "to": ["2026-11-21"],
    }
    assert wanted in [parse_qs(urlsplit(found).query) for found in lists]


def test_what_has_no_value_is_counted_but_leads_to_no_list(county: Site) -> None:
    row = {**ANSWERS["timeliness"]["items"][0], "key": "", "accepted": 7331}
    said = {**ANSWERS["timeliness"], "items": [row]}
    county.services.answers["GET supervision /v1/timeliness"].clear()
    county.services.say("GET supervision /v1/timeliness", said)
    text = county.browser.get("/board?by=division").text
    assert "（未注明）" in text
    assert "<span>7331</span>" in text


def test_the_board_asks_for_what_its_address_says_and_for_nothing_more(county: Site) -> None:
    county.browser.get("/board?by=item&from=2026-11-01&to=2026-11-21&source=cunban")
    asked = {request.url.path: dict(request.url.params) for request in county.services.asked}
    assert asked == {
        "/v1/timeliness": {
            "by": "item",
            "from": "2026-11-01",
            "to": "2026-11-21",
            "source": "cunban",
        },
        "/v1/attendance/board": {},
    }


def test_an_empty_board_says_so_and_shows_no_rate_of_nothing(county: Site) -> None:
    total = {**ANSWERS["timeliness"]["total"], "accepted": 0, "on_time_rate": None}
    county.services.answers["GET supervision /v1/timeliness"].clear()
    said = {**ANSWERS["timeliness"], "items": [], "total": total}
    county.services.say("GET supervision /v1/timeliness", said)
    text = county.browser.get("/board").text
    assert "没有受理的办件" in text
    assert "按时率 <b>—</b>" in text


def test_every_figure_says_as_of_when_it_is_and_how_far_behind(county: Site) -> None:
    text = county.browser.get("/board/figures").text
    assert text.count("截至 2026年11月21日") == 2
    assert text.count("滞后") == 2


def test_the_officers_behind_a_figure_are_as_many_as_it_counts(county: Site) -> None:
    absent = ANSWERS["board"]["totals"]["absent"]
    text = county.browser.get("/officers?status=absent").text
    assert f"共 {absent} 人" in text


def test_a_case_explains_its_clocks_day_by_day_and_tells_its_trace(county: Site) -> None:
    text = county.browser.get(f"/cases/{CASE['case_id']}").text
    assert "法定时限" in text
    assert "始日不计" in text
    assert "the day of the start" not in text
    assert "作出决定" in text
    assert text.count("<time datetime=") == len(ANSWERS["case"]["trace"])


def test_a_provisional_deadline_and_a_stopped_clock_are_named(county: Site) -> None:
    clock = {**ANSWERS["case"]["clocks"][0], "provisional": True, "stopped": True}
    said = {**ANSWERS["case"], "clocks": [clock]}
    county.services.answers[f"GET supervision /v1/cases/{CASE['case_id']}"].clear()
    county.services.say(f"GET supervision /v1/cases/{CASE['case_id']}", said)
    text = county.browser.get(f"/cases/{CASE['case_id']}").text
    assert ">暂定<" in text
    assert ">停表中<" in text
    assert "尚未公布放假安排" in text


def test_filters_of_a_list_are_kept_in_the_address_of_the_next_page(county: Site) -> None:
    said = {**ANSWERS["cases"], "next": "abc"}
    county.services.answers["GET supervision /v1/cases"].clear()
    county.services.say("GET supervision /v1/cases", said)
    text = county.browser.get("/cases?status=accepted&figure=open").text
    assert "/cases?status=accepted&figure=open&cursor=abc" in Page(text).addresses


def test_what_people_wrote_is_shown_as_text_and_never_run(county: Site) -> None:
    trace = [{**ANSWERS["case"]["trace"][0], "fact": {"reasons": "<script>alert(1)</script>"}}]
    county.services.answers[f"GET supervision /v1/cases/{CASE['case_id']}"].clear()
    said = {**ANSWERS["case"], "trace": trace}
    county.services.say(f"GET supervision /v1/cases/{CASE['case_id']}", said)
    text = county.browser.get(f"/cases/{CASE['case_id']}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_clerk_sees_the_applications_that_wait_at_the_window(county: Site) -> None:
    text = county.signed_in(CLERK).browser.get("/worklist").text
    asked = [r.url.params for r in county.services.asked if r.url.path == "/v1/cases"]
    assert "待受理" in text
    assert [(a["status"], a["organisation"]) for a in asked] == [
        ("submitted", CLERK.organisation),
        ("supplemented", CLERK.organisation),
    ]


def test_a_store_that_is_away_is_told_and_nothing_is_made_up(county: Site) -> None:
    county.services.answers["GET supervision /v1/timeliness"].clear()
    told = "分析库自 09:00 起不可用，办件不受影响。"
    county.services.refuse("GET supervision /v1/timeliness", 503, "store.unavailable", told)
    answer = county.browser.get("/board")
    assert answer.status_code == 503
    assert told in answer.text
    assert "data-figure" not in answer.text


def test_an_address_that_does_not_exist_is_told_on_a_page(county: Site) -> None:
    answer = county.browser.get("/no/such/page")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert county.browser.get("/livez").json() == {"alive": True}
    assert county.browser.get("/metrics").headers["content-type"].startswith("text/plain")


def test_a_clerk_goes_on_deciding_while_supervision_is_away(county: Site) -> None:
    county.services.answers[f"GET supervision /v1/cases/{CASE['case_id']}"].clear()
    text = county.signed_in(APPROVER).browser.get(f"/steps/{STEP['step_id']}").text
    assert f'action="/steps/{STEP["step_id"]}/claim"' in text
    assert "不影响办理" in text


def _changes(form: Any) -> bool:
    return bool(form.method == "post")


def test_the_result_stands_among_the_documents_of_its_case(county: Site) -> None:
    whole = ANSWERS["case"]
    fact = {
        "step_id": STEP["step_id"],
        "name": "取水许可证",
        "document_number": "D1",
        "valid_from": "2026-03-09",
        "valid_until": None,
    }
    issued = {**whole["trace"][0], "type": "cn.cunban.result.issued.v1", "fact": fact}
    county.services.answers[f"GET supervision /v1/cases/{CASE['case_id']}"] = []
    told = {**whole, "trace": [*whole["trace"], issued]}
    county.services.say(f"GET supervision /v1/cases/{CASE['case_id']}", told)
    text = county.browser.get(f"/cases/{CASE['case_id']}").text
    assert f"/steps/{STEP['step_id']}/result.pdf" in Page(text).addresses
    assert "取水许可证 D1，自 2026年3月9日 周一 长期" in text
