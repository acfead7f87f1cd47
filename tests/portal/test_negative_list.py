"""负面清单: what is not handed in at the village, why, and where it is; open to everybody."""

from __future__ import annotations

from tests.portal.site import Site

PASSPORT = {"code": "passport", "name": "普通护照签发申请", "channels": ["county"]}
LISTED = {
    "version": 2,
    "valid_from": "2025-01-01",
    "source": "县审改办公布",
    "entries": [{"item": "passport", "in_person": True, "reason": "护照法第五条"}],
}


def test_each_entry_says_why_and_where_to_go_instead(site: Site) -> None:
    site.services.say("GET intake /v1/items", [PASSPORT])
    site.services.say("GET intake /v1/negative-lists/village", LISTED)
    text = site.browser.get("/negative-list").text
    order = ["普通护照签发申请", "县政务服务大厅", "须本人到场", "护照法第五条", "县审改办公布"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "第 2 版，自 2025年1月1日 周三 施行" in text


def test_where_there_is_no_list_everything_is_done_at_the_village(site: Site) -> None:
    site.services.say("GET intake /v1/items", [])
    site.services.refuse("GET intake /v1/negative-lists/village", 404, "intake.no_negative_list")
    answer = site.browser.get("/negative-list")
    assert answer.status_code == 200
    assert "全部事项都可在村里办" in answer.text
