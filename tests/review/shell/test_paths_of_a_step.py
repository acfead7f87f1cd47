"""Every act on a step over HTTP, carried out by the real rules without a log in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import pytest

from schemas.events.base import Event
from schemas.events.review import StandInNamed
from schemas.facts import Officer, Post
from services.kernel.actor import Actor
from services.review.core.commands import COMMANDS
from services.runtime import clock
from tests.review.core.situations import (
    CHECKER,
    CONVENER,
    FULL_ITEM,
    TOWN_APPROVER,
    asked,
    checked,
    claimed,
    decided,
    received,
    reviewer,
    step_id,
    terms_of,
)
from tests.review.core.situations_of_clocks import LEADER, stopped
from tests.review.core.situations_of_consulting import SURVEYED, convened, planned, requested
from tests.review.core.situations_of_custody import dispatched, failed
from tests.review.core.situations_of_results import (
    HOUSING_REVIEWER,
    VILLAGE_CLERK,
    assessed,
    issued,
    made_ready,
    paid,
)
from tests.review.shell.one_desk import OneDesk, at_the_desk
from tests.support.builders import (
    CASE,
    COUNTY,
    HOUSING,
    LAND,
    OTHER_VILLAGE,
    TOWNSHIP,
    WATER,
    officer,
    organisation,
    term,
)

TOMORROW: Final = (clock.now() + timedelta(days=1)).isoformat()
JUST_NOW: Final = (clock.now() - timedelta(minutes=1)).isoformat()
WAITING: Final[tuple[Event, ...]] = (received(of=FULL_ITEM),)
TAKEN: Final = (*WAITING, claimed())
APPROVED: Final = (*TAKEN, checked(), decided())
BEGUN: Final = terms_of(FULL_ITEM).model_copy(update={"legal": term(started=clock.now())})
NOT_YET_DUE: Final = (WAITING[0].model_copy(update={"case": BEGUN}),)
STOPPED: Final = stopped(runs_again_at="2099-01-01 00:00")
SURVEY: Final = {"survey": "siting", "participants": ["o-zhao", "o-sun"]}
OPINIONS: Final = [
    {"organisation": place, "opinion": "agreed", "reasons": "同意"} for place in (LAND, WATER)
]
FINDINGS: Final = [{"rule": rule, "found": "met"} for rule in ("eligible", "area")]
MINUTES: Final = {"held_at": JUST_NOW, "opinions": OPINIONS, "minutes": "一致同意"}
PAYMENT: Final = {"amount_fen": 11100, "receipt_number": "豫财1", "paid_at": JUST_NOW}
RECORD: Final = {
    **SURVEY,
    "held_at": JUST_NOW,
    "result": "passed",
    "findings": "相符",
    "pictures": ["ab" * 32],
}
Act = tuple[str, Sequence[Event], Actor, dict[str, Any], str]
ACTS: Final[list[Act]] = [
    ("claim", WAITING, CONVENER, {}, "Claim"),
    ("release", TAKEN, CONVENER, {"reason": "转同事"}, "Release"),
    ("check", WAITING, CHECKER, {"findings": FINDINGS}, "Check"),
    (
        "stop-clock",
        TAKEN,
        CONVENER,
        {"procedure": "survey", "announced_days": 2, "notice_number": "告〔2026〕1号"},
        "StopClock",
    ),
    ("resume-clock", (*TAKEN, STOPPED), CONVENER, {"result": "相符"}, "ResumeClock"),
    ("extend", NOT_YET_DUE, LEADER, {"days": 5, "reasons": "须核实"}, "Extend"),
    (
        "request-opinion",
        TAKEN,
        CONVENER,
        {"asked": WATER, "question": "有无影响", "days": 3},
        "RequestOpinion",
    ),
    (
        "answer-opinion",
        (*TAKEN, requested()),
        TOWN_APPROVER,
        {"organisation": TOWNSHIP, "opinion": "agreed", "reasons": "无异议"},
        "AnswerOpinion",
    ),
    ("schedule-survey", TAKEN, CONVENER, {**SURVEY, "planned_at": TOMORROW}, "ScheduleSurvey"),
    ("record-survey", (*TAKEN, planned()), CONVENER, RECORD, "RecordSurvey"),
    (
        "convene",
        TAKEN,
        CONVENER,
        {"planned_at": TOMORROW, "departments": [LAND], "subject": "会商"},
        "Convene",
    ),
    ("record-meeting", (*TAKEN, convened()), CONVENER, MINUTES, "RecordMeeting"),
    (
        "decide",
        (*TAKEN, checked(), *SURVEYED),
        CONVENER,
        {"outcome": "approved", "reasons": "符合条件"},
        "Decide",
    ),
    ("assess-fee", TAKEN, CHECKER, {"charges": [{"fee": "book", "quantity": 2}]}, "AssessFee"),
    ("record-payment", (*TAKEN, assessed()), CHECKER, PAYMENT, "RecordPayment"),
    ("waive-fee", (*TAKEN, assessed()), CONVENER, {"basis": "规定", "reasons": "低保"}, "WaiveFee"),
    ("issue", (*APPROVED, assessed(), paid()), CHECKER, {}, "Issue"),
    (
        "record-delivery",
        (*APPROVED, issued()),
        VILLAGE_CLERK,
        {
            "delivery": "village",
            "delivered_at": JUST_NOW,
            "received_by": "applicant",
            "identity_checked": True,
        },
        "RecordDelivery",
    ),
    (
        "dispatch",
        (*APPROVED, issued()),
        VILLAGE_CLERK,
        {"carrier": "邮政EMS", "tracking_number": "EMS1", "handed_at": JUST_NOW},
        "Dispatch",
    ),
    (
        "record-undelivered",
        (*APPROVED, issued(), dispatched()),
        VILLAGE_CLERK,
        {"tracking_number": "EMS1", "how": "lost", "reasons": "查找无果", "found_at": JUST_NOW},
        "RecordUndelivered",
    ),
    ("reissue", (*APPROVED, issued(), dispatched(), failed()), CONVENER, {}, "Reissue"),
    ("mark-ready", (*APPROVED, issued()), VILLAGE_CLERK, {}, "MarkReady"),
    (
        "notify-ready",
        (*APPROVED, issued(), made_ready()),
        VILLAGE_CLERK,
        {"way": "phone", "told_at": JUST_NOW},
        "NotifyReady",
    ),
    (
        "revoke",
        (*APPROVED, issued()),
        HOUSING_REVIEWER,
        {"how": "revoked", "grounds": "欺骗", "basis": "第六十九条", "notice_number": "撤1"},
        "Revoke",
    ),
    (
        "correct",
        (*APPROVED, issued()),
        HOUSING_REVIEWER,
        {"what": "name", "old": issued().name, "new": "批准书", "reasons": "笔误"},
        "Correct",
    ),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
async def test_an_act_comes_to_the_rules_as_its_command(act: Act) -> None:
    path, history, actor, body, name = act
    desk = OneDesk(history)
    async with at_the_desk(desk, actor) as client:
        answer = await client.post(f"/v1/steps/{step_id(4)}/{path}", json=body)
    assert (answer.status_code, desk.asked) == (200, [name]), answer.text
    assert answer.json()["step_id"] == step_id(4)
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'


async def test_an_opinion_comes_to_the_rules_as_its_command() -> None:
    desk = OneDesk((asked(1), claimed(1, reviewer(LAND))))
    async with at_the_desk(desk, reviewer(LAND)) as client:
        body = {"opinion": "agreed", "reasons": "无异议"}
        answer = await client.post(f"/v1/steps/{step_id(1)}/give-opinion", json=body)
    assert (answer.status_code, desk.asked) == (200, ["GiveOpinion"])


def test_every_command_of_an_officer_has_a_path() -> None:
    by_itself = {
        "ReceiveStep", "MoveStep", "NameStandIn", "YieldStep", "SuspendClock", "RestartClock",
        "RunAgain", "CorrectDueDates",
    }  # fmt: skip
    reached = {name for *_, name in ACTS} | {"GiveOpinion"} | by_itself
    assert reached == {command.__name__ for command in COMMANDS}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
async def test_a_field_that_an_act_does_not_know_is_an_error(act: Act) -> None:
    path, history, actor, body, _ = act
    desk = OneDesk(history)
    async with at_the_desk(desk, actor) as client:
        answer = await client.post(f"/v1/steps/{step_id(4)}/{path}", json={**body, "colour": "red"})
    assert (answer.status_code, desk.asked) == (422, [])


async def test_a_refusal_is_told_with_its_code() -> None:
    async with at_the_desk(OneDesk(WAITING), CHECKER) as client:
        answer = await client.post(f"/v1/steps/{step_id(4)}/issue", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "review.not_approved")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (CONVENER, 200),
        (TOWN_APPROVER, 200),
        (officer("inspector", COUNTY, "o-jian"), 200),
        (reviewer(WATER), 403),
        (VILLAGE_CLERK, 200),  # where the case came in
        (officer("village_clerk", OTHER_VILLAGE), 403),
    ],
)
async def test_a_department_that_was_asked_sees_the_step(who: Actor, status: int) -> None:
    async with at_the_desk(OneDesk((*TAKEN, requested())), who) as client:
        answer = await client.get(f"/v1/steps/{step_id(4)}")
    assert answer.status_code == status
    if status == 200:
        assert [c["organisation"] for c in answer.json()["consulted"]] == [TOWNSHIP]


@pytest.mark.parametrize(
    ("who", "status"), [(CHECKER, 200), (officer("operator", COUNTY, "o-op"), 403)]
)
async def test_officers_of_a_place_are_told_by_name_to_those_who_work_on_steps(
    who: Actor, status: int
) -> None:
    posted = [
        Officer(
            officer_id=officer_id,
            name=name,
            organisation=place,
            posts=(Post(organisation=place, role="department_reviewer"),),
        )
        for officer_id, name, place in (("o-lin", "林雪梅", LAND), ("o-he", "何水", WATER))
    ]
    async with at_the_desk(OneDesk(()), who, *posted) as client:
        answer = await client.get("/v1/officers", params={"organisation": LAND})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == [{"officer_id": "o-lin", "name": "林雪梅"}]


@pytest.mark.parametrize(("who", "status"), [(CHECKER, 200), (reviewer(LAND), 403)])
async def test_seals_in_force_are_told_to_those_who_work_there(who: Actor, status: int) -> None:
    usual = {"kind": "approval", "name": "住建局专用章", "keeper": "o-hand"}
    seals = [
        {**usual, "code": "approval", "valid_from": "2019-01-01"},
        {**usual, "code": "worn", "valid_from": "2010-01-01", "valid_until": "2018-12-31"},
    ]
    place = organisation(HOUSING, seals=seals)
    async with at_the_desk(OneDesk(()), who, place) as client:
        answer = await client.get("/v1/seals", params={"organisation": HOUSING})
        elsewhere = await client.get("/v1/seals", params={"organisation": f"{HOUSING}/u-none"})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == [{**usual, "code": "approval"}]
        assert elsewhere.json() == []


@pytest.mark.parametrize(
    ("until", "status"), [(TOMORROW, 200), (JUST_NOW, 403)], ids=["in time", "too late"]
)
async def test_who_stands_in_from_another_unit_sees_the_step_as_long_as_that(
    until: str, status: int
) -> None:
    unit = "/qingyun/d-land/u-plots"
    named = StandInNamed.model_validate(
        {
            "step_id": step_id(4),
            "stand_in": "o-plots",
            "acting_for": "o-zhao",
            "role": "joint_convener",
            "since": "2025-03-03T01:00:00Z",
            "until": until,
        }
    )
    who = officer("department_reviewer", unit, "o-plots")
    async with at_the_desk(OneDesk((*WAITING, named)), who) as client:
        answer = await client.get(f"/v1/steps/{step_id(4)}")
    assert answer.status_code == status


async def test_the_step_tells_of_its_stop_its_bill_and_its_document() -> None:
    held = (*TAKEN, STOPPED)
    async with at_the_desk(OneDesk(held), CONVENER) as client:
        told = (await client.get(f"/v1/steps/{step_id(4)}")).json()
    assert told["stopped_for"] == "survey"
    assert told["due_at"] == "2025-03-12T09:30:00.000Z"
    done = (*APPROVED, assessed(), paid(), issued())
    async with at_the_desk(OneDesk(done), CONVENER) as client:
        told = (await client.get(f"/v1/steps/{step_id(4)}")).json()
    assert told["fee"] == {"total_fen": 11100, "settled": True}
    assert (told["document_number"], told["delivered"]) == (issued().document_number, False)
    assert told["case_id"] == CASE
