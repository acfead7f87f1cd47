"""通办 at the window: whose case it is is chosen on the form, and told wherever it is shown."""

from __future__ import annotations

from typing import Any, Final

import orjson

from tests.portal.pages import Page
from tests.portal.site import CLERK, Site
from tests.portal.test_handing_in import CASE, ITEM, RECEIPT, application

ANYWHERE: Final[dict[str, Any]] = {**ITEM, "accept_anywhere": ["village"]}
OTHER: Final = "/qingyun/t-anle/v-xiping"
PLACES: Final = [
    {"path": CLERK.organisation, "name": "东坪村", "kind": "village"},
    {"path": OTHER, "name": "西坪村", "kind": "village"},
    {"path": "/qingyun/t-anle", "name": "安乐乡", "kind": "township"},
]


def form_of(site: Site, item: dict[str, Any]) -> Page:
    site.app.state.portal.names.learn(PLACES)
    site.services.say("GET intake /v1/items", [item])
    return Page(site.signed_in(CLERK).browser.get(f"/apply?item={item['code']}").text)


def test_the_applicants_own_place_is_chosen_among_those_of_the_same_level(site: Site) -> None:
    form = form_of(site, ANYWHERE).form("/apply")
    site.services.say("POST intake /v1/applications", RECEIPT, 201)
    person = {"kind": "person", "name": "张小明", "phone": "13800000000"}
    answer = site.browser.post("/apply", data={**form.fields, **person, "own_place": OTHER})
    sent = orjson.loads(site.services.of("POST")[-1].content)
    assert (sent["organisation"], sent["taken_in_at"]) == (OTHER, CLERK.organisation)
    assert "西坪村（由东坪村代收）" in answer.text


def test_left_empty_it_is_this_windows_own(site: Site) -> None:
    form = form_of(site, ANYWHERE).form("/apply")
    site.services.say("POST intake /v1/applications", RECEIPT, 201)
    person = {"kind": "person", "name": "张小明", "phone": "13800000000", "own_place": ""}
    site.browser.post("/apply", data={**form.fields, **person})
    sent = orjson.loads(site.services.of("POST")[-1].content)
    assert {"organisation", "taken_in_at"}.isdisjoint(sent)


def test_where_no_other_place_is_taken_in_for_nothing_is_asked(site: Site) -> None:
    assert "own_place" not in form_of(site, ITEM).ids


def test_other_levels_are_not_offered(site: Site) -> None:
    form_of(site, ANYWHERE)
    peers = site.app.state.portal.names.peers(CLERK.organisation)
    assert peers == ((OTHER, "西坪村"),)


def test_an_application_says_who_took_it_in(site: Site) -> None:
    site.app.state.portal.names.learn(PLACES)
    site.services.say(f"GET intake /v1/items/{ITEM['code']}", ITEM)
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    said = application("submitted", taken_in_at=OTHER)
    site.services.say(f"GET intake /v1/applications/{CASE}", said, headers={"ETag": '"1"'})
    shown = site.signed_in(CLERK).browser.get(f"/applications/{CASE}").text
    assert "由西坪村代收" in shown
