"""办理痕迹: people by name, whoever looks, also after the portal has begun anew."""

from __future__ import annotations

from typing import Any

from tests.portal.said import ANSWERS, CASE
from tests.portal.site import INSPECTOR, Site

HERE = f"/cases/{CASE['case_id']}"
BY = {
    **ANSWERS["case"]["trace"][0],
    "officer_id": "o-077",
    "organisation": "/qingyun/d-water",
}


def opened(site: Site) -> Site:
    whole: dict[str, Any] = {**ANSWERS["case"], "trace": [BY, BY]}
    site.services.say(f"GET supervision /v1/cases/{CASE['case_id']}", whole)
    return site.signed_in(INSPECTOR)


def test_who_is_not_known_yet_is_asked_for_once_at_their_organisation(site: Site) -> None:
    opened(site).services.say("GET review /v1/officers", [{"officer_id": "o-077", "name": "何水"}])
    for _ in range(2):
        text = site.browser.get(HERE).text
        assert "何水" in text
        assert "o-077" not in text
    asked = [r for r in site.services.of("GET") if r.url.path == "/v1/officers"]
    assert [r.url.query for r in asked] == [b"organisation=%2Fqingyun%2Fd-water"]


def test_where_nobody_tells_names_the_case_is_shown_with_ids(site: Site) -> None:
    opened(site).services.refuse("GET review /v1/officers", 403, "rights.denied")
    answer = site.browser.get(HERE)
    assert answer.status_code == 200
    assert "o-077" in answer.text
