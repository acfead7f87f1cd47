"""申请材料 at a step: whoever examines a case sees what was handed in, and may open it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.portal.pages import Page
from tests.portal.site import REVIEWER, Site
from tests.portal.steps import CASE, MINE, SINGLE, STEP

IDENTITY: Final = {"code": "identity", "name": "身份证", "required": True}
MAP: Final = {"code": "map", "name": "平面图", "required": True}
FILE: Final = {
    "name": "identity",
    "material": "identity",
    "sha256": "ab" * 32,
    "size": 2048,
    "media_type": "application/pdf",
}
SAID: Final[dict[str, Any]] = {
    "case_id": CASE,
    "status": "accepted",
    "item_code": "full",
    "item_version": 1,
    "papers": ["identity"],
    "attachments": [FILE],
}


@pytest.fixture
def desk(site: Site) -> Site:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    item = {**SINGLE, "surveys": [], "materials": [IDENTITY, MAP]}
    site.services.say("GET intake /v1/items/full", item)
    site.services.say("GET review /v1/officers", [])
    site.services.say(f"GET review /v1/steps/{STEP}", MINE, headers={"ETag": '"2"'})
    return site.signed_in(REVIEWER)


def test_the_papers_of_a_case_are_listed_at_its_step_with_their_files(desk: Site) -> None:
    desk.services.say(f"GET intake /v1/applications/{CASE}", SAID)
    text = desk.browser.get(f"/steps/{STEP}").text
    at = text.index("申请材料")
    table = text[at : text.index("</section>", at)]
    assert table.index("身份证") < table.index("已交") < table.index("平面图")
    assert table.index("平面图") < table.index("未交")
    assert f"/applications/{CASE}/attachments/{FILE['sha256']}" in Page(text).addresses


@pytest.mark.parametrize("status", [403, 503])
def test_a_step_is_worked_on_where_its_papers_are_not_shown(desk: Site, status: int) -> None:
    desk.services.refuse(f"GET intake /v1/applications/{CASE}", status, "rights.denied")
    answer = desk.browser.get(f"/steps/{STEP}")
    assert answer.status_code == 200
    assert "申请材料" not in answer.text
    assert Page(answer.text).form(f"/steps/{STEP}/decide")
