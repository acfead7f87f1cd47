"""上报件: a case that lies at the superior says so on every page, and its result is recorded."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest

from tests.portal.pages import Page
from tests.portal.said import ANSWERS, PUBLIC
from tests.portal.said import CASE as LISTED
from tests.portal.site import REVIEWER, Site
from tests.portal.steps import CASE, COLLEAGUE, SINGLE, STEP, WATER_MAN, step

ROLE: Final = {"role": "department_reviewer"}
WHOLE: Final[dict[str, Any]] = ANSWERS["case"]
FAR: Final = "2027-05-31T09:30:00.000Z"
"""What the clocks of a case show meanwhile, and nobody should be told."""
AWAY: Final = {
    "step_id": STEP, "organisation": "/qingyun/d-land",
    "since": "2026-03-02T01:00:00Z", "due_at": "2026-03-23T09:30:00Z",
}  # fmt: skip
BACK: Final = {
    "authority": "州自然资源局", "document_number": "州审〔2026〕7号",
    "decided_on": "2026-03-09", "outcome": "approved",
}  # fmt: skip


def reported(site: Site, away: dict[str, str] | None = AWAY) -> Site:
    said = step("closed", **ROLE, outcome="approved", closed_by=REVIEWER.officer_id)
    site.services.say("GET intake /v1/items/full", SINGLE)
    site.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    site.services.say(f"GET supervision /v1/cases/{CASE}", {**WHOLE, "at_superior": away})
    return site.signed_in(REVIEWER)


def test_the_word_of_the_superior_is_recorded_where_the_case_was_sent_up(site: Site) -> None:
    portal = reported(site)
    text = portal.browser.get(f"/steps/{STEP}").text
    assert "不计入本县时限" in text
    form = Page(text).form(f"/steps/{STEP}/route/record-external-result")
    path = f"POST routing /v1/routes/{CASE}/record-external-result"
    portal.services.say(path, {"case_id": CASE, "version": 9})
    answer = portal.browser.post(form.action, data={**form.fields, **BACK})
    assert answer.status_code == 303
    (sent,) = portal.services.of("POST")
    assert orjson.loads(sent.content) == BACK
    assert "上级批复已登记" in portal.browser.get(answer.headers["location"]).text


def test_a_result_of_a_day_to_come_is_told_at_its_field(site: Site) -> None:
    portal = reported(site)
    form = Page(portal.browser.get(f"/steps/{STEP}").text).form(
        f"/steps/{STEP}/route/record-external-result"
    )
    path = f"POST routing /v1/routes/{CASE}/record-external-result"
    portal.services.refuse(path, 409, "routing.result_in_future", "日期尚未到。")
    answer = portal.browser.post(form.action, data={**form.fields, **BACK})
    assert answer.status_code == 409
    assert 'id="route/record-external-result-decided_on-told"' in answer.text


@pytest.mark.parametrize("other", [None, {**AWAY, "step_id": f"{CASE}.1"}])
def test_nothing_is_recorded_on_a_case_that_is_not_away_or_was_sent_up_by_another_step(
    site: Site, other: dict[str, str] | None
) -> None:
    assert "record-external-result" not in reported(site, other).browser.get(f"/steps/{STEP}").text


def test_somebody_else_does_not_record_it(site: Site) -> None:
    portal = reported(site).signed_in(WATER_MAN)
    assert "record-external-result" not in portal.browser.get(f"/steps/{STEP}").text
    clerk = portal.signed_in(COLLEAGUE)
    assert "record-external-result" in clerk.browser.get(f"/steps/{STEP}").text


@pytest.mark.parametrize(
    ("state", "word"), [("under_way", "在途"), ("lost", "补发中"), ("delivered", "已送达")]
)
def test_the_villager_sees_carrier_and_number_of_what_was_sent(
    site: Site, state: str, word: str
) -> None:
    number = LISTED["case_number"]
    parcel = {"by": "courier", "carrier": "邮政EMS", "tracking_number": "EM100200300CN"}
    sent = {**parcel, "handed_at": "2026-03-09T01:00:00Z", "state": state, "until": None}
    site.services.say(f"GET supervision /v1/public/cases/{number}", {**PUBLIC, "parcel": sent})
    text = site.browser.get(f"/track?number={number}&query_code=7K3MXY2P").text
    for said in ("邮政EMS", "EM100200300CN", word):
        assert said in text


def test_lists_the_case_and_the_villager_are_told_that_it_is_at_the_superior(site: Site) -> None:
    row = {**ANSWERS["cases"]["items"][0], "due_at": FAR, "promised_due_at": FAR}
    listed = {**ANSWERS["cases"], "items": [{**row, "at_superior": AWAY}]}
    clock = {**WHOLE["clocks"][0], "clock": "promised", "step_id": "", "due_at": FAR}
    whole = {**WHOLE, "case": row, "at_superior": AWAY, "clocks": [clock]}
    number = LISTED["case_number"]
    public = {**PUBLIC, "promised_due_at": FAR, "at_superior_since": AWAY["since"]}
    site.services.say("GET supervision /v1/cases", listed)
    site.services.say(f"GET supervision /v1/cases/{LISTED['case_id']}", whole)
    site.services.say(f"GET supervision /v1/public/cases/{number}", public)
    portal = site.signed_in(REVIEWER)
    track = f"/track?number={number}&query_code=7K3MXY2P"
    for address in ("/cases", f"/cases/{LISTED['case_id']}", track):
        text = portal.browser.get(address).text
        assert "在上级" in text, address
        assert "at the superior" in text, address
        assert "2027-05-31" not in text, address
