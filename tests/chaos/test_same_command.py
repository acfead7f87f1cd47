"""The same command again and again has one effect and one answer (R14)."""

import asyncio
from typing import Any

import httpx2
import pytest

from services.runtime.ids import new_case_id
from tests.chaos.shaken import Shaken
from tests.support.people import CONFIRMED, Clerk, Office, office, papers
from tests.support.proof import read_log
from tests.support.stack import Stack

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.xdist_group("stack")]
SUBMITTED = "cn.cunban.application.submitted.v1"
AT_ONCE = 5


async def test_five_times_at_once_and_later_it_is_one_case_and_one_answer(shaken: Shaken) -> None:
    stack, key = shaken.stack, new_case_id()
    async with office(stack) as people:
        clerk = await people.clerk("village.clerk")
        body = await application(people)
        at_once = await asyncio.gather(
            *(post(people, stack, clerk, body, key) for _ in range(AT_ONCE))
        )
        carried_out = {answer.content for answer in at_once if answer.status_code == 201}
        running = [answer.json()["code"] for answer in at_once if answer.status_code != 201]
        assert set(running) <= {"idempotency.still_running"}
        later = await clerk.act("intake", "/v1/applications", body, key=key)
        # From the snapshot that its successor reads, when nobody remembers any more.
        stack.kill("intake")
        await stack.wait_ready("intake")
        much_later = await clerk.act("intake", "/v1/applications", body, key=key)
        assert carried_out | {later.body, much_later.body} == {later.body}
        assert (later.status, much_later.status) == (201, 201)
    log = await read_log(stack.bootstrap)
    assert log.by_cause[key] == [SUBMITTED]


async def test_another_body_under_the_same_key_is_422_and_changes_nothing(shaken: Shaken) -> None:
    stack, key = shaken.stack, new_case_id()
    async with office(stack) as people:
        clerk = await people.clerk("village.clerk")
        body = await application(people)
        first = await clerk.act("intake", "/v1/applications", body, key=key)
        other = {**body, "applicant": {"name": "赵六", "phone": "13600000000"}}
        refused = await clerk.act("intake", "/v1/applications", other, key=key)
        again = await clerk.act("intake", "/v1/applications", body, key=key)
    assert (first.status, refused.status, again.status) == (201, 422, 201)
    assert refused.code == "idempotency.key_reused"
    assert again.body == first.body
    log = await read_log(stack.bootstrap)
    assert log.by_cause[key] == [SUBMITTED]


async def application(people: Office) -> dict[str, Any]:
    """Give the body of an application."""
    item = (await people.items())["village-records"]
    return {
        "item_code": item["code"],
        "applicant": {"name": "钱七", "phone": "13500000000"},
        "materials": papers(item),
        "submit": True,
        **CONFIRMED,
    }


async def post(
    people: Office, stack: Stack, clerk: Clerk, body: dict[str, Any], key: str
) -> httpx2.Response:
    """Send it once, whatever comes of it."""
    return await people.http.post(
        stack.url("intake") + "/v1/applications",
        json=body,
        headers={"Authorization": f"Bearer {clerk.token}", "Idempotency-Key": key},
    )
