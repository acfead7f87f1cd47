"""Every endpoint of a county at work, with requests drawn from its document: whatever comes, the
answer is one that the document names, and nothing that was refused has left more than that."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from services.runtime.ids import new_case_id
from services.runtime.problem_codes import PROBLEMS
from services.runtime.simulation.desk import Desk
from tests.chaos.county_at_work import until_so
from tests.support.fuzzing import Endpoint, Pool, command_id, endpoints, requests_to, send
from tests.support.people import Clerk, Office, office
from tests.support.proof import REFUSED, read_log
from tests.support.stack import PROJECT, Stack

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    # Bodies of several long texts are what is wanted; hypothesis finds them dear to print.
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]
EXAMPLES: Final = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
DEAR: Final = {"/v1/sessions": 12, "/v1/operate/rebuild": 8, "/v1/operate/verify": 8}
"""A password costs a tenth of a second to check, a rebuild more."""
ITEM: Final = "village-records"
LOGINS: Final = (
    *("village.clerk", "heping.clerk", "town.approver", "county.reviewer"),
    *("inspector", "leader", "operator", "agri.reviewer", "qingshi.clerk"),
)
ENDPOINTS: Final = tuple(endpoints())
load_all_checks()
CHECKED: Final = [
    not_a_server_error,
    *CHECKS.get_by_names(
        [
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
        ]
    ),
]
_DRAWN: Final = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def pool(stack: Stack) -> Pool:
    """Cases in every state, and officers of every post."""
    return asyncio.run(_filled(stack))


@pytest.fixture(scope="module")
def line() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
def test_whatever_comes_is_answered_as_the_document_says(
    endpoint: Endpoint, pool: Pool, stack: Stack, line: requests.Session
) -> None:
    documented = _codes()
    tokens = pool.tokens
    if endpoint.method == "DELETE":  # signing out would end what the others need
        tokens = {"o-gone": asyncio.run(_token(stack, "qingshi.clerk"))}
    drawn_from = Pool(tokens, pool)

    @settings(_DRAWN, max_examples=DEAR.get(endpoint.path, EXAMPLES))
    @given(case=requests_to(endpoint, drawn_from))
    def answered(case: Any) -> None:
        answer = send(case, stack.url(endpoint.service), line)
        case.validate_response(answer, checks=CHECKED)
        if answer.status_code >= 400:
            assert answer.json()["code"] in documented, answer.text
        if (known := command_id(case)) is not None:
            pool.sent.append((known, answer.status_code))

    answered()


async def test_what_was_refused_has_left_a_refusal_on_the_log_or_nothing(
    stack: Stack, pool: Pool
) -> None:
    log = await read_log(stack.bootstrap)
    assert len(pool.sent) > 10 * EXAMPLES
    wrong = []
    for command, status in pool.sent:
        types = log.by_cause.get(command, [])
        allowed = {REFUSED} if status in {403, 409, 412} else set()
        if status >= 400 and not set(types) <= allowed:
            wrong.append((command, status, types))
        if status < 300 and REFUSED in types:
            wrong.append((command, status, types))
    assert wrong == []
    refused = sum(log.by_cause.get(command) == [REFUSED] for command, _ in pool.sent)
    assert refused > EXAMPLES
    assert [place for place, times in log.places.items() if times > 1] == []


ODD: Final = {
    "as deep as a well": b"[" * 100_000 + b"]" * 100_000,
    "deep": b"[" * 900 + b"]" * 900,
    "half a character": rb'{"reason": "\ud800"}',
    "no number": b'{"reason": NaN}',
    "too great a number": b'{"reason": 1e999}',
    "bytes": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
async def test_a_body_that_is_hardly_json_is_no_fault(stack: Stack, content: bytes) -> None:
    async with office(stack) as people:
        clerk = await people.clerk("village.clerk")
        case_id = str((await clerk.hand_in((await people.items())[ITEM])).json()["case_id"])
        answer = await people.http.post(
            stack.url("intake") + f"/v1/applications/{case_id}/withdraw",
            content=content,
            headers={
                "Authorization": f"Bearer {clerk.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": new_case_id(),
            },
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def _codes() -> set[str]:
    """Give every code that is written down: of the runtime, and in the README of a service."""
    named = re.compile(r"`([a-z]+\.[a-z_]+)`")
    pages = [path.read_text() for path in Path(PROJECT / "services").glob("*/README.md")]
    return set(PROBLEMS) | {code for page in pages for code in named.findall(page)}


async def _token(stack: Stack, login: str) -> str:
    async with office(stack) as people:
        return (await people.clerk(login)).token


async def _filled(stack: Stack) -> Pool:
    async with office(stack) as people:
        desks = {login: await people.clerk(login) for login in LOGINS}
        pool = Pool({desk.officer_id: desk.token for desk in desks.values()})
        items, clerk = await people.items(), desks["village.clerk"]
        for code in (ITEM, "birth-registration", "rural-house"):
            await _cases_of(people, clerk, items[code], pool)
    return pool


async def _cases_of(people: Office, clerk: Clerk, item: dict[str, Any], pool: Pool) -> None:
    """One just handed in, one that lacks papers, one withdrawn, three accepted, one claimed."""
    answers = [await clerk.hand_in(item) for _ in range(5)]
    lacking = await clerk.hand_in(item, lacking=len(item["materials"]) - 1)
    ids = [str(answer.json()["case_id"]) for answer in (*answers, lacking)]
    pool.case_ids += ids
    pool.numbers += [str(answer.json()["case_number"]) for answer in answers]
    notice = {"defects": [{"material": item["materials"][-1]["code"], "problem": "缺"}]}
    await clerk.act("intake", f"/v1/applications/{ids[5]}/notify-deficiency", notice)
    await clerk.act("intake", f"/v1/applications/{ids[4]}/withdraw", {"reason": "不办了"})
    for case_id in ids[:3]:
        assert (await clerk.accept(case_id)).ok
        await _received(people, clerk, f"{case_id}.1")
        pool.step_ids += [f"{case_id}.{number}" for number in range(1, len(item["steps"]) + 1)]
    await clerk.claim(f"{ids[0]}.1")


async def _received(people: Office, clerk: Desk, step_id: str) -> None:
    async def there() -> bool:
        return (await clerk.ask("review", f"/v1/steps/{step_id}")).status != 404

    await until_so(there, f"{step_id} is received")
