"""群众查询: a villager sees what to bring and where to collect, without asking anybody."""

from __future__ import annotations

from typing import Any

from tests.portal.said import CASE, PUBLIC
from tests.portal.site import Site

SUPPLEMENT = {
    "notice_number": "422899-B1",
    "notified_at": "2026-03-09T01:00:00Z",
    "materials": ["结婚证", "户口簿"],
}
COLLECT = {"place": "东坪村便民服务室", "ready_at": "2026-03-09T01:00:00Z", "delivered_at": None}


def tracked(site: Site, **more: Any) -> str:
    number = CASE["case_number"]
    site.services.say(f"GET supervision /v1/public/cases/{number}", {**PUBLIC, **more})
    return site.browser.get(f"/track?number={number}&query_code=7K3MXY2P").text


def test_what_has_to_be_supplemented_is_listed_by_name(site: Site) -> None:
    text = tracked(site, status="deficiency_notified", supplement=SUPPLEMENT)
    assert "请补正材料" in text
    assert text.index("结婚证") < text.index("户口簿")
    assert "422899-B1" in text


def test_where_a_result_may_be_collected_and_with_what_is_told(site: Site) -> None:
    text = tracked(site, collect=COLLECT)
    assert "请带身份证件到东坪村便民服务室领取（3月9日 09:00 起）" in text


def test_what_was_delivered_is_not_offered_any_more(site: Site) -> None:
    text = tracked(site, collect={**COLLECT, "delivered_at": "2026-03-10T01:00:00Z"})
    assert "结果已于 3月10日 09:00 送达。" in text
    assert "结果可以领取" not in text


def test_a_case_in_hand_tells_neither(site: Site) -> None:
    text = tracked(site)
    assert "请补正材料" not in text
    assert "领取" not in text
