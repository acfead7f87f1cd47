"""`kill -9` of one process after another while the county works: nothing is lost, nothing is done
twice, no gap, and snapshots and tables are what the log says (R1 to R4 of the bars)."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.runtime.ids import new_case_id
from tests.chaos.county_at_work import CountyAtWork, county_at_work, moments, times, until
from tests.chaos.extra_worker import ExtraWorker
from tests.chaos.shaken import Shaken
from tests.support.people import CONFIRMED, Clerk, papers
from tests.support.proof import read_log

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(3600),
]
SUBMITTED = "cn.cunban.application.submitted.v1"


async def test_two_workers_of_one_service_killed_in_turns(shaken: Shaken, tmp_path: Path) -> None:
    stack, wait = shaken.stack, moments(2)
    async with ExtraWorker(stack, "review") as extra:
        async with county_at_work(stack, tmp_path / "ledger.jsonl", seed=2) as county:
            for blow in range(times(4, 20)):
                await county.acknowledged_more(wait())
                if blow % 2:
                    stack.kill("review")
                    await stack.wait_ready("review")
                else:
                    await extra.kill()
                    await extra.wait_ready()
        county.tell("R2 workers killed", longest_stall=20)
    await shaken.prove(county)


async def test_the_gateway_killed_while_clients_repeat_under_the_same_keys(
    shaken: Shaken, tmp_path: Path
) -> None:
    stack, wait = shaken.stack, moments(1)
    async with county_at_work(stack, tmp_path / "ledger.jsonl", seed=1) as county:
        clerk = await county.people.clerk("village.clerk")
        blows = asyncio.create_task(_blows(shaken, county, "intake", times(3, 20), wait))
        keys = await _hand_in_until(blows, county, clerk)
    county.tell("R1 gateway killed", longest_stall=10)
    await shaken.prove(county)
    log = await read_log(stack.bootstrap)
    assert {log.by_cause[key].count(SUBMITTED) for key in keys} == {1}


async def test_reactions_killed_answer_every_event_and_none_twice(
    shaken: Shaken, tmp_path: Path
) -> None:
    stack, wait = shaken.stack, moments(4)
    async with county_at_work(stack, tmp_path / "ledger.jsonl", seed=4) as county:
        for _ in range(times(1, 7)):
            for name in (
                "intake-reactions",
                "routing-reactions",
                "review-reactions",
                "supervision-reactions",
            ):
                await county.acknowledged_more(wait())
                stack.kill(name)
                await stack.wait_ready(name)
    county.tell("R4 reactions killed", longest_stall=30)
    await shaken.prove(county)


async def test_the_projector_killed_at_any_moment_and_inside_an_insert(
    shaken: Shaken, tmp_path: Path
) -> None:
    stack, wait = shaken.stack, moments(3)
    async with county_at_work(stack, tmp_path / "ledger.jsonl", seed=3) as county:
        for blow in range(times(3, 20)):
            await county.acknowledged_more(wait())
            if blow % 2:
                await until(lambda: _inserting(stack.machine.folder.store), "an insert")
            stack.kill("supervision")
            await stack.wait_ready("supervision")
    county.tell("R3 projector killed", longest_stall=20)
    await shaken.prove(county)


def _inserting(store: Path) -> bool:
    """Whether the engine is writing a part at this moment."""
    # `walk` passes over folders that are gone by the time it looks; merging makes many such.
    return any(name.startswith("tmp_insert_") for _, names, _ in os.walk(store) for name in names)


async def _blows(
    shaken: Shaken, county: CountyAtWork, name: str, number: int, wait: Callable[[], int]
) -> None:
    for _ in range(number):
        await county.acknowledged_more(wait())
        shaken.stack.kill(name)
        await shaken.stack.wait_ready(name)


async def _hand_in_until(
    done: asyncio.Task[None], county: CountyAtWork, clerk: Clerk, clients: int = 8
) -> list[str]:
    """Have clients hand in one application after the other; give their keys."""
    item = (await county.people.items())["village-records"]
    body = {
        "item_code": item["code"],
        "applicant": {"name": "李四", "phone": "13900000000"},
        "materials": papers(item),
        "submit": True,
        **CONFIRMED,
    }
    keys: list[str] = []

    async def client() -> None:
        while not done.done():
            keys.append(key := new_case_id())
            answer = await county.act(clerk, "intake", "/v1/applications", body, key)
            assert answer.status == 201, answer

    await asyncio.gather(*(client() for _ in range(clients)))
    await done
    return keys
