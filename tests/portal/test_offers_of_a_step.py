"""其他操作: what a step offers whom."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.session import Session
from services.portal.step_offers import Desk, offers
from tests.portal.site import CLERK, REVIEWER
from tests.portal.steps import (
    ASKED,
    CLOSED,
    COLLEAGUE,
    FAR,
    ISSUED,
    LAND,
    LEADER,
    MINE,
    OWED,
    PAID,
    PARCEL,
    SINGLE,
    STOPPED,
    WATER,
    WATER_MAN,
    step,
)


def offered(said: dict[str, Any], session: Session, item: dict[str, Any] = SINGLE) -> list[str]:
    now = "2026-03-09T01:00:00.000Z"
    desk = Desk(said, item, session, now, [(LAND, "县自然资源局"), (WATER, "县水利局")])
    return [offer.form.act for offer in offers(desk)]


@pytest.mark.parametrize(
    ("said", "session", "acts"),
    [
        (step("waiting"), REVIEWER, ["extend", "assess-fee"]),
        (step("waiting"), COLLEAGUE, ["assess-fee"]),
        (step("waiting", extended=True), LEADER, []),
        (MINE, LEADER, ["extend"]),
        (MINE, CLERK, []),
        (
            MINE,
            REVIEWER,
            ["request-opinion", "schedule-survey", "convene", "stop-clock", "assess-fee"],
        ),
        (
            {**MINE, **STOPPED, "surveys": [{"survey": "siting", "result": "planned"}]},
            REVIEWER,
            [
                "request-opinion",
                "schedule-survey",
                "record-survey",
                "convene",
                "resume-clock",
                "assess-fee",
            ],
        ),
        ({**MINE, "consulted": [{**ASKED, "opinion": None}]}, WATER_MAN, ["answer-opinion"]),
        ({**MINE, "consulted": [{**ASKED, "opinion": "agreed"}]}, WATER_MAN, []),
        ({**CLOSED, **OWED}, REVIEWER, ["record-payment", "waive-fee"]),
        ({**CLOSED, **OWED}, COLLEAGUE, ["record-payment"]),
        ({**CLOSED, **PAID}, COLLEAGUE, ["issue"]),
        ({**CLOSED, **PAID, **ISSUED}, CLERK, ["mark-ready", "dispatch", "record-delivery"]),
        (
            {**CLOSED, **PAID, **ISSUED, "ready_place": CLERK.organisation},
            CLERK,
            ["notify-ready", "dispatch", "record-delivery"],
        ),
        (
            {**CLOSED, **PAID, **ISSUED, "parcel": PARCEL},
            CLERK,
            ["record-undelivered", "record-delivery"],
        ),
        (
            {**CLOSED, **PAID, **ISSUED, "parcel": {**PARCEL, "lost": True}},
            COLLEAGUE,
            ["record-undelivered", "reissue", "record-delivery"],
        ),
        ({**CLOSED, **PAID, **ISSUED, "delivered": True}, REVIEWER, ["revoke", "correct"]),
        ({**CLOSED, **PAID, **ISSUED, "delivered": True}, COLLEAGUE, []),
        ({**CLOSED, **PAID, **ISSUED, "revoked": {"how": "revoked"}}, REVIEWER, []),
        (
            {**CLOSED, **PAID, "surveys": [{"survey": "siting", "result": "passed"}]},
            REVIEWER,
            ["issue", "correct"],
        ),
        ({**CLOSED, **PAID, **ISSUED}, FAR, []),
        ({**CLOSED, **PAID, **ISSUED, "delivered": True}, CLERK, []),
        ({**CLOSED, "outcome": "rejected"}, REVIEWER, []),
    ],
)
def test_a_step_offers_what_its_state_and_the_officers_posts_allow(
    said: dict[str, Any], session: Session, acts: list[str]
) -> None:
    assert offered(said, session) == acts


def test_a_meeting_is_recorded_before_the_next_is_called() -> None:
    called = {**MINE, "consulted": [{**ASKED, "by": "meeting", "opinion": None}]}
    acts = offered(called, REVIEWER)
    assert "record-meeting" in acts
    assert "convene" not in acts


def test_a_joint_case_is_extended_by_the_leader_alone() -> None:
    joint = {**SINGLE, "shape": "joint"}
    assert "extend" not in offered(step("waiting"), REVIEWER, joint)
    assert offered(step("waiting"), LEADER, joint) == ["extend"]
