"""Two at one case: whoever comes second is told who was first, when, and both texts."""

from __future__ import annotations

from typing import Any, Final

import pytest

from services.portal.problem_words import told_in
from tests.portal.pages import Page
from tests.portal.site import REVIEWER, Site
from tests.portal.steps import CASE, CLOSED, MINE, SINGLE, STEP

ACT: Final = f"POST review /v1/steps/{STEP}"
LATE: Final = (
    "该办件已由 o-017 于 2026-03-09T01:02:03.000Z 更新（当前版本 4），请刷新后核对再提交。"
)
DECIDED: Final = {
    "type": "cn.cunban.step.decided.v1",
    "occurred_at": "2026-03-09T01:02:03.000Z",
    "officer_id": "o-017",
    "organisation": "/qingyun/d-land",
    "fact": {"outcome": "rejected", "reasons": "占用基本农田"},
}


@pytest.fixture
def desk(site: Site) -> Site:
    whole = {
        "case": {"case_number": "A1", "item_name": "采伐"},
        "steps": [],
        "trace": [DECIDED],
        "clocks": [],
    }
    site.services.say(f"GET supervision /v1/cases/{CASE}", whole)
    site.services.say("GET intake /v1/items/full", SINGLE)
    site.services.say("GET review /v1/officers", [{"officer_id": "o-017", "name": "郭志远"}])
    land = {"path": "/qingyun/d-land", "name": "县自然资源局", "kind": "department"}
    site.app.state.portal.names.learn([land])
    return site.signed_in(REVIEWER)


def came_late(desk: Site, status: int, code: str, detail: str) -> str:
    here = f"GET review /v1/steps/{STEP}"
    desk.services.say(here, MINE, headers={"ETag": '"2"'})
    form = Page(desk.browser.get(f"/steps/{STEP}").text).form(f"/steps/{STEP}/decide")
    desk.services.answers[here].clear()
    desk.services.say(here, CLOSED, headers={"ETag": '"4"'})
    desk.services.refuse(f"{ACT}/decide", status, code, detail)
    filled: dict[str, Any] = {"outcome": "approved", "reasons": "符合规划，四邻无异议"}
    answer = desk.browser.post(form.action, data={**form.fields, **filled})
    assert answer.status_code == status
    return answer.text


def test_who_was_first_and_when_is_told_by_name_and_in_the_time_of_the_county(desk: Site) -> None:
    text = came_late(desk, 412, "request.stale", LATE)
    assert "该办件已由 郭志远 于 2026年3月9日 09:02:03 更新" in text
    assert "o-017" not in text


def test_both_texts_are_shown_even_where_the_form_is_gone(desk: Site) -> None:
    text = came_late(desk, 412, "request.stale", LATE)
    at = text.index("他人已先办理")
    conflict = text[at : text.index("</section>", at)]
    assert "占用基本农田" in conflict
    assert "符合规划，四邻无异议" in conflict
    assert "郭志远 · 县自然资源局 · 2026年3月9日 09:02:03" in conflict


def test_a_refusal_after_somebody_elses_act_shows_both_texts_too(desk: Site) -> None:
    told = "该环节已办结。（最近由 o-017 于 2026-03-09T01:02:03.000Z 更新）"
    text = came_late(desk, 409, "review.already_closed", told)
    assert "他人已先办理" in text
    assert "占用基本农田" in text


def test_a_refused_attempt_in_the_trace_names_places_too(desk: Site) -> None:
    refused = {
        **DECIDED,
        "type": "cn.cunban.action.refused.v1",
        "fact": {"action": "review.decide", "detail": "/qingyun/d-land 不同意；须逐一列明。"},
    }
    whole = {"case": {"case_number": "A1"}, "steps": [], "clocks": [], "trace": [refused]}
    desk.services.answers[f"GET supervision /v1/cases/{CASE}"].clear()
    desk.services.say(f"GET supervision /v1/cases/{CASE}", whole)
    desk.services.say(f"GET review /v1/steps/{STEP}", MINE, headers={"ETag": '"2"'})
    text = desk.browser.get(f"/steps/{STEP}").text
    assert "县自然资源局 不同意；须逐一列明。" in text


def test_any_other_refusal_is_no_conflict(desk: Site) -> None:
    text = came_late(desk, 409, "review.not_checked", "尚未审查。")
    assert "他人已先办理" not in text


def test_what_has_no_name_stays_as_it_is(desk: Site) -> None:
    names = desk.app.state.portal.names
    assert (
        told_in("o-999 在 /qingyun/d-none 于 3/4 页", names) == "o-999 在 /qingyun/d-none 于 3/4 页"
    )
    assert told_in("由 /qingyun/d-land 办", names) == "由 县自然资源局 办"
