"""A case from the check to the collection and beyond, over the pages and by review's real rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from schemas.facts import Officer, Post
from services.kernel.actor import Actor
from services.kernel.calendar import local
from services.portal.session import Session
from services.runtime import clock
from tests.portal.pages import Page
from tests.portal.site import Site
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    SINGLE_ITEM,
    TOWN_APPROVER,
    received,
    step_id,
)
from tests.review.core.situations_of_results import HOUSING_REVIEWER, VILLAGE_CLERK
from tests.review.shell.one_desk import OneDesk, review_app, token_of
from tests.support.builders import CASE, HOUSING, TOWNSHIP

STEP: Final = step_id(4)
DOCUMENT: Final = "建设用地批准书"


def _at(minutes: int) -> str:
    """Give a time as a browser writes it, so many minutes from now."""
    moment = local(clock.now() + timedelta(minutes=minutes))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _session(actor: Actor) -> Session:
    posts = tuple((post.organisation, str(post.role)) for post in actor.posts)
    roles = tuple(role for _, role in posts)
    return Session(token_of(actor), actor.officer_id, "某", actor.organisation, roles, posts)


class Office:
    """A step at its organisation, and the officers who come to it one after another."""

    step_id = STEP

    def __init__(self, site: Site) -> None:
        self.desk, self._site = OneDesk((received(of=SINGLE_ITEM),)), site
        post = Post(organisation=HOUSING, role="department_clerk")
        officers = [
            Officer(officer_id=found.officer_id, name="某", organisation=HOUSING, posts=(post,))
            for found in (CHECKER, CONVENER)
        ]
        site.services.running["review"] = review_app(self.desk, *officers)
        site.services.refuse(f"GET supervision /v1/cases/{CASE}", 404, "request.not_found")
        item = SINGLE_ITEM.model_dump(mode="json")
        site.services.say(f"GET intake /v1/items/{SINGLE_ITEM.code}", item)
        township = {"path": TOWNSHIP, "name": "和平镇", "kind": "township"}
        site.app.state.portal.names.learn([township])

    def page(self, actor: Actor) -> str:
        """Give the page of the step as `actor` sees it."""
        answer = self._site.signed_in(_session(actor)).browser.get(f"/steps/{STEP}")
        assert answer.status_code == 200
        return answer.text

    def does(self, actor: Actor, act: str, files: Any = None, **filled: str) -> int:
        """Fill in the form of `act` as it is shown, and send it; give the status."""
        text = self.page(actor)
        assert Page(text).unlabelled == []
        form = Page(text).form(f"/steps/{STEP}/{act}")
        heads = {name: form.fields[name] for name in ("form_token", "key", "etag")}
        fields = {name.replace("__", "."): value for name, value in filled.items()}
        sent = {**heads, **fields}
        return self._site.browser.post(form.action, data=sent, files=files).status_code


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site)


def _examined(office: Office) -> None:
    met = {"found__eligible": "met", "found__area": "met"}
    assert office.does(CHECKER, "check", **met) == 303
    assert office.does(CONVENER, "claim") == 303
    asked = {"asked": TOWNSHIP, "question": "是否在规划内", "days": "3"}
    assert office.does(CONVENER, "request-opinion", **asked) == 303
    told = {"organisation": TOWNSHIP, "opinion": "disagreed", "reasons": "距道路过近"}
    assert office.does(TOWN_APPROVER, "answer-opinion", **told) == 303
    both = {f"participants__{found.officer_id}": "1" for found in (CHECKER, CONVENER)}
    for survey in ("siting", "completion"):
        plan = {"survey": survey, "planned_at": _at(60), **both}
        assert office.does(CONVENER, "schedule-survey", **plan) == 303
        seen = {"survey": survey, "held_at": _at(-1), "result": "passed", "findings": "相符"}
        record = {**seen, f"pictures__{'ab' * 32}": "四至.jpg", **both}
        assert office.does(CONVENER, "record-survey", **record) == 303


def _approved(office: Office) -> None:
    _examined(office)
    approval = {"outcome": "approved", "reasons": "符合条件"}
    assert office.does(CONVENER, "decide", **approval) == 409  # nobody was overruled yet
    over = {f"overruled__{TOWNSHIP}": "已责成退让"}
    assert office.does(CONVENER, "decide", **approval, **over) == 303
    assert office.does(CHECKER, "assess-fee", quantity__book="2") == 303
    paid = {"amount_fen": "20.00", "receipt_number": "豫财1", "paid_at": _at(-1)}
    assert office.does(CHECKER, "record-payment", **paid) == 303
    assert office.does(CHECKER, "issue") == 303


def test_a_case_is_worked_from_the_check_to_the_collection_at_the_village(office: Office) -> None:
    _approved(office)
    assert "颁发送达期限" in office.page(CONVENER)
    assert office.does(VILLAGE_CLERK, "mark-ready") == 303
    assert office.does(VILLAGE_CLERK, "notify-ready", way="phone", told_at=_at(0)) == 303
    collected = {"delivery": "village", "received_by": "applicant", "identity_checked": "1"}
    assert "已告知申请人" in office.page(VILLAGE_CLERK)
    early = {**collected, "delivered_at": _at(-5)}
    assert office.does(VILLAGE_CLERK, "record-delivery", **early) == 409
    assert office.does(VILLAGE_CLERK, "record-delivery", **collected, delivered_at=_at(0)) == 303
    assert "已送达" in office.page(VILLAGE_CLERK)
    assert [type(event).__name__ for event in office.desk.told][-8:] == [
        "StepDecided",
        "DeliveryClockStarted",
        "FeeAssessed",
        "FeePaid",
        "ResultIssued",
        "ResultReady",
        "ReadyNotified",
        "ResultDelivered",
    ]


def test_what_was_issued_is_corrected_and_revoked_over_its_page(office: Office) -> None:
    _approved(office)
    right = {"what": "name", "old": DOCUMENT, "new": "农村宅基地批准书", "reasons": "笔误"}
    assert office.does(HOUSING_REVIEWER, "correct", **right) == 303
    assert "“建设用地批准书”更正为“农村宅基地批准书”" in office.page(HOUSING_REVIEWER)
    revoked = {"how": "revoked", "grounds": "欺骗", "basis": "第六十九条", "notice_number": "撤1"}
    assert office.does(HOUSING_REVIEWER, "revoke", **revoked) == 303
    text = office.page(HOUSING_REVIEWER)
    assert "撤销" in text
    assert not [f for f in Page(text).forms if f.action.endswith(("/revoke", "/record-delivery"))]
