"""The broker that hangs, is killed, is asked to stop while the county works (R6; R8 in short)."""

import asyncio
import signal
from pathlib import Path

import httpx2
import pytest

from services.runtime.ids import new_case_id
from tests.chaos.county_at_work import CountyAtWork, county_at_work, moments, times
from tests.chaos.shaken import Shaken
from tests.support.people import Clerk
from tests.support.stack import Stack

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(3600),
]
ANSWERED_WITHIN = 5.0
"""Three seconds are promised; two more for a machine that runs other tests beside."""
PROBES = 4


async def test_a_broker_that_hangs_is_killed_or_stops_loses_nothing_and_nobody_is_told_success(
    shaken: Shaken, tmp_path: Path
) -> None:
    stack, wait = shaken.stack, moments(6)
    async with county_at_work(stack, tmp_path / "ledger.jsonl", seed=6) as county:
        clerk = await county.people.clerk("village.clerk")
        for _ in range(times(1, 5)):
            await county.acknowledged_more(wait())
            await _hang_and_kill(stack, county, clerk)
            await county.acknowledged_more(wait())
            stack.kill("kafka", signal.SIGTERM)
            await stack.wait_ready("kafka")
        await county.acknowledged_more(wait())
    county.tell("R6 broker killed", longest_stall=30)
    await shaken.prove(county)


async def _hang_and_kill(stack: Stack, county: CountyAtWork, clerk: Clerk) -> None:
    """Let the broker hang, see that calls are told 503 meanwhile, and kill it."""
    stack.kill("kafka", signal.SIGSTOP)
    try:
        told = await asyncio.gather(*(_hand_in_once(stack, county, clerk) for _ in range(PROBES)))
    finally:
        stack.kill("kafka", signal.SIGKILL)
    assert [answer.status_code for answer in told] == [503] * PROBES
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in told)
    await stack.wait_ready("kafka")


async def _hand_in_once(stack: Stack, county: CountyAtWork, clerk: Clerk) -> httpx2.Response:
    item = (await county.people.items())["village-records"]
    async with httpx2.AsyncClient(timeout=ANSWERED_WITHIN) as impatient:
        return await impatient.post(
            stack.url("intake") + "/v1/applications",
            json={"item_code": item["code"], "applicant": {"name": "王五", "phone": "13700000000"}},
            headers={"Authorization": f"Bearer {clerk.token}", "Idempotency-Key": new_case_id()},
        )
