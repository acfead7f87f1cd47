"""转办、退回、提级、代办、上传: the forms of a route's acts on the page of its open step."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest

from services.portal.route_forms import PREFIX, ROUTE_FORMS, route_offers
from services.portal.session import Session
from services.portal.step_offers import Desk
from services.routing.shell.api import router
from tests.portal.pages import Page
from tests.portal.site import CLERK, REVIEWER, Site
from tests.portal.steps import CASE, COLLEAGUE, LEADER, SINGLE, STEP, WATER_MAN, step

ROLE: Final = {"role": "department_reviewer"}
AT_TOWNSHIP: Final = {
    "organisation": "/qingyun/t-heping", "duty": "forward", "role": "township_approver",
}  # fmt: skip
TOWN: Final = Session("t-11", "o-011", "徐国华", "/qingyun/t-heping", ("township_approver",))
ABOVE: Final = Session("t-9", "o-009", "上级", "/qingyun", ("department_reviewer",))


def offered(said: dict[str, Any], session: Session) -> list[str]:
    desk = Desk(said, SINGLE, session, "2026-03-09T01:00:00.000Z")
    return [offer.form.act.removeprefix(PREFIX) for offer in route_offers(desk)]


@pytest.mark.parametrize(
    ("said", "session", "acts"),
    [
        (step("waiting", **ROLE), REVIEWER, ["return", "transfer", "delegate"]),
        (step("claimed", **ROLE), COLLEAGUE, []),
        (step("claimed", **{**ROLE, "claimed_by": "o-019"}), REVIEWER, ["transfer", "delegate"]),
        (step("waiting", **{**ROLE, "duty": "opinion"}), REVIEWER, ["transfer", "delegate"]),
        (step("closed", **ROLE), REVIEWER, []),
        (step("waiting", **ROLE), WATER_MAN, []),
        (step("waiting", **ROLE), LEADER, []),
        (
            step("waiting", **AT_TOWNSHIP),
            TOWN,
            ["return", "upload-to-county", "transfer", "delegate"],
        ),
        (step("waiting", **AT_TOWNSHIP), CLERK, []),
        (step("waiting", **ROLE), ABOVE, ["return", "transfer", "delegate", "take-over"]),
    ],
)
def test_a_step_offers_what_its_state_and_the_posts_allow(
    said: dict[str, Any], session: Session, acts: list[str]
) -> None:
    assert offered(said, session) == acts


def test_every_act_of_an_officer_on_a_step_of_a_route_has_a_form() -> None:
    posted = {
        route.path.rpartition("/")[2]  # type: ignore[attr-defined]  # APIRoute, of a router
        for route in router.routes
        if "POST" in route.methods  # type: ignore[attr-defined]  # as above
    }
    assert posted == {a.removeprefix(PREFIX) for a in ROUTE_FORMS}


STAFF: Final = [
    {"officer_id": "o-018", "name": "谭红梅"},
    {"officer_id": "o-170", "name": "覃勇"},
]


@pytest.fixture
def desk(site: Site) -> Site:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    site.services.say("GET intake /v1/items/full", SINGLE)
    said = step("waiting", **ROLE)
    site.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    site.services.say("GET review /v1/officers", STAFF)
    return site.signed_in(REVIEWER)


FILLED: Final[dict[str, dict[str, str]]] = {
    "return": {"reason": "界址不清"},
    "transfer": {"to_officer": "o-170", "reason": "下乡"},
    "delegate": {
        "absent": "o-018", "stand_in": "o-170", "reason": "公休",
        "since": "2026-03-09T08:30", "until": "2026-03-13T17:30",
    },
}  # fmt: skip


@pytest.mark.parametrize("act", FILLED)
def test_the_form_goes_to_routing_with_a_key_and_without_the_version_of_the_step(
    desk: Site, act: str
) -> None:
    page = Page(desk.browser.get(f"/steps/{STEP}").text)
    assert (page.unlabelled, sorted(set(page.ids))) == ([], sorted(page.ids))
    form = page.form(f"/steps/{STEP}/route/{act}")
    desk.services.say(f"POST routing /v1/routes/{CASE}/{act}", {"case_id": CASE, "version": 4})
    answer = desk.browser.post(form.action, data={**form.fields, **FILLED[act]})
    assert answer.status_code == 303
    (sent,) = desk.services.of("POST")
    assert "if-match" not in sent.headers
    assert sent.headers["idempotency-key"] == form.fields["key"]
    expected = {"step_id": STEP, **FILLED[act]}
    if act == "delegate":
        expected |= {
            "since": "2026-03-09T08:30:00+08:00", "until": "2026-03-13T17:30:00+08:00",
        }  # fmt: skip
    assert orjson.loads(sent.content) == expected
    done = desk.browser.get(answer.headers["location"]).text
    assert ROUTE_FORMS[f"{PREFIX}{act}"].done in done


@pytest.mark.parametrize(("until", "claims"), [("2999-01-01", True), ("2026-01-02", False)])
def test_a_stand_in_may_claim_within_the_time(site: Site, until: str, claims: bool) -> None:
    site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
    site.services.say("GET intake /v1/items/full", SINGLE)
    named = {
        "officer_id": COLLEAGUE.officer_id, "acting_for": REVIEWER.officer_id,
        "since": "2026-01-01T00:00:00.000Z", "until": f"{until}T00:00:00.000Z",
    }  # fmt: skip
    said = step("waiting", **ROLE, stand_in=named)
    site.services.say(f"GET review /v1/steps/{STEP}", said, headers={"ETag": '"2"'})
    shown = site.signed_in(COLLEAGUE).browser.get(f"/steps/{STEP}").text
    assert (f"/steps/{STEP}/claim" in shown) == claims
    assert "代办人" in shown


def test_colleagues_are_offered_by_name_and_nobody_is_chosen_beforehand(desk: Site) -> None:
    page = Page(desk.browser.get(f"/steps/{STEP}").text)
    fields = page.form(f"/steps/{STEP}/route/transfer").fields
    assert not fields.get("to_officer")
    text = desk.browser.get(f"/steps/{STEP}").text
    assert 'value="o-170"' in text
    assert "覃勇" in text
    assert "转给科室" not in text  # the department has none
    (asked, *_) = [r for r in desk.services.of("GET") if r.url.path == "/v1/officers"]
    assert asked.url.params["organisation"] == "/qingyun/d-land"


def test_a_refusal_is_told_and_what_was_typed_stays(desk: Site) -> None:
    form = Page(desk.browser.get(f"/steps/{STEP}").text).form(f"/steps/{STEP}/route/return")
    path = f"POST routing /v1/routes/{CASE}/return"
    desk.services.refuse(path, 409, "routing.nothing_before", "没有上一环节可退回。")
    answer = desk.browser.post(form.action, data={**form.fields, "reason": "界址不清"})
    assert answer.status_code == 409
    assert "没有上一环节可退回。" in answer.text
    assert "界址不清" in answer.text
