"""Two clerks at one case, a thousand times: exactly one wins, the other learns who (R15)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import Any, Final, TypeAlias

import pytest

from services.runtime.simulation.desk import Answer
from tests.chaos.county_at_work import until_so
from tests.support.people import Clerk, office
from tests.support.proof import read_log, verified
from tests.support.stack import Stack

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(600),
]
CASES: Final = 334
"""Three races each: who accepts, who claims, what is decided."""
AT_A_TIME: Final = 12
ITEM: Final = "land-lease-filing"
"""Decided by the village, and at once: whoever checks may decide."""
Runner: TypeAlias = tuple[Clerk, str, dict[str, Any]]
"""Who, where, what."""
AN_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


async def test_of_two_clerks_at_one_case_exactly_one_wins_a_thousand_times(stack: Stack) -> None:
    async with office(stack) as people:
        rivals = [await people.clerk("village.clerk"), await people.clerk("dongping.clerk2")]
        item = (await people.items())[ITEM]
        room, won = asyncio.Semaphore(AT_A_TIME), Counter[str]()

        async def one(number: int) -> None:
            async with room:
                for winner in await raced(rivals, item, blind=number % 2 == 0):
                    won[winner] += 1

        await asyncio.gather(*map(one, range(CASES)))
    assert won.total() == 3 * CASES > 1000
    log = await read_log(stack.bootstrap)
    assert log.twice() == []
    assert await verified(stack) == []


async def raced(rivals: list[Clerk], item: dict[str, Any], *, blind: bool) -> list[str]:
    """Take one case from the window to its end; give who won each race of it.

    `blind` clerks do not say which version they saw.
    """
    handed_in = await rivals[0].hand_in(item)
    case_id = str(handed_in.json()["case_id"])
    accepts: list[Runner] = [(clerk, f"/v1/applications/{case_id}/accept", {}) for clerk in rivals]
    first, _ = await race("intake", accepts, None if blind else handed_in.version)
    step = f"/v1/steps/{case_id}.1"

    async def received() -> bool:
        return (await rivals[0].ask("review", step)).ok

    await until_so(received, f"{step} is received")
    claims: list[Runner] = [(clerk, f"{step}/claim", {}) for clerk in rivals]
    second, _ = await race("review", claims, None if blind else 1)
    findings = [{"rule": rule["code"], "found": "met"} for rule in item["review_rules"]]
    checked = await second.act("review", f"{step}/check", {"findings": findings})
    words = {"reasons": "符合规定", "remedy": "可在六十日内申请行政复议"}
    decisions: list[Runner] = [
        (second, f"{step}/decide", {"outcome": outcome, **words})
        for outcome in ("approved", "rejected")
    ]
    third, stands = await race("review", decisions, checked.version)
    assert stands.json()["outcome"] in {"approved", "rejected"}
    return [clerk.officer_id for clerk in (first, second, third)]


async def race(service: str, runners: list[Runner], seen: int | None) -> tuple[Clerk, Answer]:
    """Let all of them run at once; give the one who won, and the answer that he got."""
    answers = await asyncio.gather(
        *(clerk.act(service, path, body, seen=seen) for clerk, path, body in runners)
    )
    told = list(zip(runners, answers, strict=True))
    ((winner, answer),) = [(runner[0], a) for runner, a in told if a.ok]
    (lost,) = [a for _, a in told if not a.ok]
    assert lost.status in ({409, 412} if seen is None else {412}), lost.body
    detail = lost.json()["detail"]
    assert winner.officer_id in detail, detail
    assert AN_INSTANT.search(detail), detail
    return winner, answer
