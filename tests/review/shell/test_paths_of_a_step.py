"""Every act on a step over HTTP, carried out by the real rules without a log in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, cast
from uuid import uuid4

import httpx2
import orjson
import pytest
from fastapi import FastAPI

from schemas.events.base import Event
from services.kernel.actor import Actor, Held
from services.kernel.decider import Refused
from services.review.core.commands import COMMANDS
from services.review.shell.wiring import PARTS, SERVICE
from services.runtime import clock, results
from services.runtime.command_calls import Shell
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.reference_topic import ReferenceFollower
from services.runtime.results import Result
from services.runtime.settings import Settings
from services.runtime.signals import Signals
from services.runtime.tokens import TokenIssuer, TokenVerifier, jwks_of, new_signing_key
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
    review,
    reviewer,
    step_id,
    terms_of,
)
from tests.review.core.situations_of_clocks import LEADER, stopped
from tests.review.core.situations_of_consulting import SURVEYED, convened, planned, requested
from tests.review.core.situations_of_results import VILLAGE_CLERK, assessed, issued, paid
from tests.support.builders import CASE, COUNTY, LAND, TOWNSHIP, WATER, officer, term
from tests.support.given import given

PEM: Final = new_signing_key()
SESSION: Final = "01942a3b-0000-7000-8000-0000000000aa"
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
        {"delivery": "village", "delivered_at": JUST_NOW, "received_by": "applicant"},
        "RecordDelivery",
    ),
]


class OneDesk:
    """A gateway that carries commands out on the spot; keeps the names of those it was given."""

    def __init__(self, history: Sequence[Event]) -> None:
        self._state = given(review, *history).state
        self.asked: list[str] = []

    async def ask(self, record: CommandRecord) -> Result:
        """Give the result as a worker would."""
        if record.name == VIEW:
            told = SERVICE.view(record.key, self._state, record.part)
            return Result(results.ACCEPTED, orjson.dumps(told), 1)
        self.asked.append(record.name)
        command = SERVICE.commands[record.name].validate_json(record.body)
        try:
            events = review.decide(self._state, command)
        except Refused as refused:
            status = results.FORBIDDEN if refused.kind == "forbidden" else results.CONFLICT
            return results.refusal(status, refused.code, refused.detail)
        assert events, "nothing happened"
        for event in events:
            self._state = review.evolve(self._state, event)
        told = SERVICE.answer(record.key, self._state, events)
        return Result(results.ACCEPTED, orjson.dumps(told), 2)


@asynccontextmanager
async def at_the_desk(desk: OneDesk, actor: Actor) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client that is signed in as `actor`."""

    @asynccontextmanager
    async def nothing(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_app("review", Settings(), Health(), nothing, PARTS.routers)
    gateway = cast(Gateway, desk)
    app.state.shell = Shell(SERVICE, gateway, ReferenceFollower("nowhere:1"), Signals())
    app.state.verifier = TokenVerifier(jwks_of(PEM))
    posts = tuple(Held(post.organisation, post.role) for post in actor.posts)
    token, _ = TokenIssuer(PEM).issue(
        actor.officer_id, actor.organisation, posts, SESSION, clock.now()
    )
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://review",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
    ) as client:
        yield client


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
async def test_an_act_comes_to_the_rules_as_its_command(act: Act) -> None:
    path, history, actor, body, name = act
    desk = OneDesk(history)
    async with at_the_desk(desk, actor) as client:
        answer = await client.post(f"/v1/steps/{step_id(4)}/{path}", json=body)
    assert (answer.status_code, desk.asked) == (200, [name]), answer.text
    assert answer.json()["step_id"] == step_id(4)
    assert answer.headers["ETag"] == '"2"'


async def test_an_opinion_comes_to_the_rules_as_its_command() -> None:
    desk = OneDesk((asked(1), claimed(1, reviewer(LAND))))
    async with at_the_desk(desk, reviewer(LAND)) as client:
        body = {"opinion": "agreed", "reasons": "无异议"}
        answer = await client.post(f"/v1/steps/{step_id(1)}/give-opinion", json=body)
    assert (answer.status_code, desk.asked) == (200, ["GiveOpinion"])


def test_every_command_of_an_officer_has_a_path() -> None:
    reached = {name for *_, name in ACTS} | {
        "GiveOpinion",
        "ReceiveStep",
        "RunAgain",
        "CorrectDueDates",
    }
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
    ],
)
async def test_a_department_that_was_asked_sees_the_step(who: Actor, status: int) -> None:
    async with at_the_desk(OneDesk((*TAKEN, requested())), who) as client:
        answer = await client.get(f"/v1/steps/{step_id(4)}")
    assert answer.status_code == status
    if status == 200:
        assert [c["organisation"] for c in answer.json()["consulted"]] == [TOWNSHIP]


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
