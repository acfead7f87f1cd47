"""Wrong role, wrong village, wrong department, wrong phase, over HTTP: 403 or 409 with a code, and
nothing on the stream but `ActionRefused`."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from services.runtime.simulation.desk import Answer
from tests.chaos.county_at_work import until_so
from tests.support.people import Clerk, Office, office
from tests.support.proof import REFUSED, read_log
from tests.support.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
STRANGERS: Final = {
    "shiqiao.clerk": "another village of the township",
    "qingshi.clerk": "another township",
    "qingshi.approver": "another township",
    "health.reviewer": "another department",
    "inspector": "a role that decides nothing",
    "leader": "a role that decides nothing",
    "operator": "a role that sees no case",
}
WORDS: Final = {"reasons": "符合规定", "remedy": "可申请行政复议"}
TO_AN_APPLICATION: Final[dict[str, dict[str, Any]]] = {
    "notify-deficiency": {"defects": [{"material": "id-card", "problem": "未提交"}]},
    "supplement": {"materials": [{"code": "id-card"}]},
    "request-precheck": {},
    "answer-precheck": {"fine": True},
    "accept": {},
    "refuse": {"reason": "不属于", "basis": "许可法", "remedy": "可申请行政复议"},
    "withdraw": {"reason": "不办了"},
}
TO_A_STEP: Final[dict[str, dict[str, Any]]] = {
    "claim": {},
    "release": {"reason": "退回"},
    "check": {"findings": [{"rule": "identity", "found": "met"}]},
    "stop-clock": {"procedure": "survey", "announced_days": 1, "notice_number": "告1号"},
    "resume-clock": {"result": "已完成"},
    "decide": {"outcome": "approved", **WORDS},
    "assess-fee": {"charges": [{"fee": "certificate", "quantity": 1}]},
    "issue": {},
}
ITEM: Final = "household-move"
"""Straight to the county's police."""
TOO_EARLY: Final = ("release", "stop-clock", "resume-clock", "decide", "assess-fee", "issue")
"""Of a step that nobody has claimed and no item charges for."""


async def test_strangers_and_those_who_come_too_early_or_late_leave_nothing_but_refusals(
    stack: Stack,
) -> None:
    async with office(stack) as people:
        clerk = await people.clerk("village.clerk")
        reviewer = await people.clerk("police.reviewer")
        waiting, under_way = await cases_of(people, clerk)
        step = f"/v1/steps/{under_way}.1"
        await until_so(lambda: is_there(reviewer, step), f"{step} is received")
        denied: list[Answer] = []
        for login in STRANGERS:
            stranger = await people.clerk(login)
            denied += await tried(
                stranger, "intake", f"/v1/applications/{waiting}", TO_AN_APPLICATION
            )
            denied += await tried(stranger, "review", step, TO_A_STEP)
        late = await tried(clerk, "intake", f"/v1/applications/{under_way}", TO_AN_APPLICATION)
        early = await tried(reviewer, "review", step, {act: TO_A_STEP[act] for act in TOO_EARLY})
        early.append(
            await clerk.act(
                "intake", f"/v1/applications/{waiting}/supplement", TO_AN_APPLICATION["supplement"]
            )
        )
        untouched = (await clerk.ask("intake", f"/v1/applications/{waiting}")).json()
        still = (await reviewer.ask("review", step)).json()
    assert {(answer.status, answer.code) for answer in denied} == {(403, "rights.denied")}
    assert {answer.status for answer in (*late, *early)} == {409}
    assert {answer.code for answer in late} == {"intake.already_accepted"}
    assert all(answer.code.startswith(("review.", "intake.")) for answer in early)
    assert (untouched["status"], still["status"]) == ("submitted", "waiting")
    log = await read_log(stack.bootstrap)
    left = {answer.key: log.by_cause.get(answer.key) for answer in (*denied, *late, *early)}
    assert set(map(tuple, (types or [] for types in left.values()))) == {(REFUSED,)}


async def tried(
    who: Clerk, service: str, path: str, acts: dict[str, dict[str, Any]]
) -> list[Answer]:
    """Try every act; give the answers."""
    calls = (who.act(service, f"{path}/{act}", body) for act, body in acts.items())
    return list(await asyncio.gather(*calls))


async def cases_of(people: Office, clerk: Clerk) -> tuple[str, str]:
    """Hand two cases in, and accept the second."""
    item = (await people.items())[ITEM]
    waiting, under_way = [str((await clerk.hand_in(item)).json()["case_id"]) for _ in range(2)]
    assert (await clerk.accept(under_way)).ok
    return waiting, under_way


async def is_there(who: Clerk, step: str) -> bool:
    """Say whether the step has come to its desk."""
    return (await who.ask("review", step)).ok
