"""Two at once on one step: one wins, the other is told who was first, and when (R15)."""

import asyncio
import re
from typing import Any, Final

import pytest

from services.runtime.simulation.desk import Answer
from tests.chaos.county_at_work import times, until_so
from tests.chaos.shaken import Shaken
from tests.support.people import Clerk, Office, office

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(3600),
]
AT_A_TIME: Final = 25
ITEM: Final = "birth-registration"
"""Decided by the township, and at once."""
AN_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


async def test_of_two_clerks_who_claim_a_step_at_once_one_wins(shaken: Shaken) -> None:
    async with office(shaken.stack) as people:
        rivals = [await people.clerk("heping.clerk"), await people.clerk("heping.clerk2")]
        for _ in range(times(1, 20)):
            steps = await open_steps(people, rivals[0])
            races = [claimed_at_once(rivals, step, seen=number % 2) for number, step in steps]
            winners = await asyncio.gather(*races)
            assert len(winners) == AT_A_TIME


async def test_of_two_decisions_on_a_step_at_once_one_stands(shaken: Shaken) -> None:
    async with office(shaken.stack) as people:
        clerk = await people.clerk("heping.clerk")
        rules = (await people.items())[ITEM]["review_rules"]
        for _ in range(times(1, 20)):
            steps = await open_steps(people, clerk)
            races = [decided_at_once(clerk, step, rules) for _, step in steps]
            outcomes = await asyncio.gather(*races)
            assert len(outcomes) == AT_A_TIME


async def claimed_at_once(rivals: list[Clerk], step_id: str, *, seen: int) -> str:
    """Let both claim, with `If-Match` or without; give the winner's officer id."""
    version = 1 if seen else None
    answers = await asyncio.gather(*(rival.claim(step_id, seen=version) for rival in rivals))
    (won,) = [rival for rival, answer in zip(rivals, answers, strict=True) if answer.ok]
    (lost,) = [answer for answer in answers if not answer.ok]
    require_told(lost, won.officer_id, 412 if seen else 409)
    step = (await won.ask("review", f"/v1/steps/{step_id}")).json()
    assert (step["status"], step["claimed_by"]) == ("claimed", won.officer_id)
    return won.officer_id


async def decided_at_once(clerk: Clerk, step_id: str, rules: list[dict[str, Any]]) -> str:
    """Let one clerk decide both ways, from two windows that show the same; give what stands."""
    assert (await clerk.claim(step_id)).ok
    findings = [{"rule": rule["code"], "found": "met"} for rule in rules]
    checked = await clerk.act("review", f"/v1/steps/{step_id}/check", {"findings": findings})
    outcomes = ("approved", "rejected")
    answers = await asyncio.gather(*(decide(clerk, step_id, o, checked) for o in outcomes))
    (stands,) = [o for o, answer in zip(outcomes, answers, strict=True) if answer.ok]
    (lost,) = [answer for answer in answers if not answer.ok]
    require_told(lost, clerk.officer_id, 412)
    step = (await clerk.ask("review", f"/v1/steps/{step_id}")).json()
    assert (step["status"], step["outcome"]) == ("closed", stands)
    return stands


def require_told(lost: Answer, winner: str, status: int) -> None:
    """Pass where whoever came second was told who was first, and when."""
    assert lost.status == status
    told = lost.json()["detail"]
    assert winner in told
    assert AN_INSTANT.search(told), told


async def decide(clerk: Clerk, step_id: str, outcome: str, seen: Answer) -> Answer:
    body: dict[str, Any] = {"outcome": outcome, "reasons": "符合规定", "remedy": "可申请行政复议"}
    return await clerk.act("review", f"/v1/steps/{step_id}/decide", body, seen=seen.version)


async def open_steps(people: Office, looking: Clerk) -> list[tuple[int, str]]:
    """Bring cases up to a step that the township decides; give their numbers and steps."""
    village = await people.clerk("village.clerk")
    item = (await people.items())[ITEM]
    steps = await asyncio.gather(*(open_step(village, item, looking) for _ in range(AT_A_TIME)))
    return list(enumerate(steps))


async def open_step(village: Clerk, item: dict[str, Any], looking: Clerk) -> str:
    case_id = str((await village.hand_in(item)).json()["case_id"])
    assert (await village.accept(case_id)).ok
    step_id = f"{case_id}.1"

    async def received() -> bool:
        return (await looking.ask("review", f"/v1/steps/{step_id}")).ok

    await until_so(received, f"{step_id} is received")
    return step_id
