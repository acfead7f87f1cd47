"""办件查询: a filter that a figure led to is kept by its name; nobody types a path or an id."""

from __future__ import annotations

from tests.portal.pages import Page
from tests.portal.said import ANSWERS
from tests.portal.site import INSPECTOR, Site


def test_a_filter_is_shown_by_name_kept_by_code_and_taken_off_with_a_click(site: Site) -> None:
    site.services.say("GET supervision /v1/cases", ANSWERS["cases"])
    land = {"path": "/qingyun/d-land", "name": "县自然资源局", "kind": "department"}
    site.app.state.portal.names.learn([land])
    browser = site.signed_in(INSPECTOR).browser
    text = browser.get("/cases?organisation=/qingyun/d-land&family=f-1").text
    assert "只看机构：县自然资源局" in text
    assert "只看同一件事的办件" in text
    (form,) = [form for form in Page(text).forms if form.action == "/cases"]
    assert form.fields["organisation"] == "/qingyun/d-land"
    assert form.fields["family"] == "f-1"
    assert Page(text).unlabelled == []
