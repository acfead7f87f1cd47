"""A topic handed in over a real log: cut off anywhere and repeated, its cases are there once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from schemas.codec import Position, decode
from schemas.events.base import INTAKE
from schemas.events.intake import ApplicationSubmitted
from services.intake.shell.wiring import SERVICE
from services.kernel.reference_book import ReferenceBook
from services.kernel.topic_materials import merged_materials
from services.runtime.reference_files import read_county
from services.runtime.topics_admin import Layout, apply_topics
from services.runtime.verify import Verifier
from tests.intake.shell.running import Officer, intake
from tests.runtime.toy_log import read, until
from tests.support.broker import TestBroker
from tests.support.builders import officer

pytestmark = pytest.mark.kafka
VILLAGE: Final = "/qingyun/t-heping/v-dongping"
CLERK: Final = officer("village_clerk", VILLAGE, "o-000101")
BOOK: Final = ReferenceBook(read_county(Path("deploy/county")).facts)
TOPIC: Final = next(t for t in BOOK.topics() if t.code == "having-a-child")
PATH: Final = f"/v1/topics/{TOPIC.code}/applications"


@pytest.fixture
async def bootstrap(tmp_path: Path) -> AsyncIterator[str]:
    """A broker of its own, with several partitions: the members of a family lie on different
    ones."""
    broker = TestBroker(tmp_path)
    await broker.start()
    await apply_topics(broker.bootstrap, Layout(stream_partitions=3))
    try:
        yield broker.bootstrap
    finally:
        await broker.kill()


def body(number: int) -> dict[str, Any]:
    items = [item for item in BOOK.items() if item.code in TOPIC.items]
    papers = [
        {"code": m.code, "form": m.form, "count": m.count}
        for m in merged_materials(TOPIC, items)
        if m.required
    ]
    who = {"name": "张三", "phone": f"138{number:08d}"}
    return {"applicant": who, "materials": papers}


async def submissions(bootstrap: str) -> dict[str, list[tuple[str, str]]]:
    """Item and case of each submission on the log, by family."""
    found: dict[str, list[tuple[str, str]]] = {}
    for r in await read(bootstrap, INTAKE):
        told = decode(Position(INTAKE, r.partition, r.offset), r.key, r.value, r.headers)
        if isinstance(told.event, ApplicationSubmitted):
            assert told.event.family is not None
            members = found.setdefault(told.event.family.family_id, [])
            members.append((told.event.item_code, told.key))
    return found


async def cut_off(bootstrap: str, key: str, number: int, after: int) -> None:
    """Hand in, and have the whole process go as soon as `after` more members are on the log."""
    before = sum(map(len, (await submissions(bootstrap)).values()))
    async with intake(bootstrap, BOOK) as client:
        asking = asyncio.create_task(Officer(client, CLERK).post(PATH, body(number), key))

        async def begun() -> bool:
            now = sum(map(len, (await submissions(bootstrap)).values()))
            return asking.done() or now >= before + after

        await until(begun)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def test_a_topic_that_was_cut_off_anywhere_is_completed_once_by_repeats(
    bootstrap: str,
) -> None:
    keys = [str(uuid4()) for _ in range(3)]
    for number, key in enumerate(keys):
        await cut_off(bootstrap, key, number, after=number)
    answers = []
    async with intake(bootstrap, BOOK) as client:
        clerk = Officer(client, CLERK)
        for number, key in enumerate(keys):
            first, again = [await clerk.post(PATH, body(number), key) for _ in range(2)]
            assert (first.status_code, again.content) == (201, first.content)
            answers.append(first.json())
        at_once = await asyncio.gather(
            *(clerk.post(PATH, body(9), "all-at-once") for _ in range(6))
        )
        answers.append((await clerk.post(PATH, body(9), "all-at-once")).json())
        assert {answer.status_code for answer in at_once} <= {201, 207, 409}
        # The key belongs to that body: what is asked for under it otherwise begins nothing.
        other = {**body(0), "items": list(TOPIC.items[1:2]), "materials": []}
        plain = {"item_code": TOPIC.items[0], "applicant": body(0)["applicant"], "submit": True}
        for path, asked in ((PATH, other), ("/v1/applications", plain)):
            reused = await clerk.post(path, asked, keys[0])
            assert (reused.status_code, reused.json()["code"]) == (422, "idempotency.key_reused")
    found = await submissions(bootstrap)
    assert set(found) == {answer["family_id"] for answer in answers}
    for answer in answers:
        told = [(item["item_code"], item["case_id"]) for item in answer["items"]]
        assert [code for code, _ in told] == list(TOPIC.items)
        assert sorted(found[answer["family_id"]]) == sorted(told)
    verifier = Verifier(bootstrap, BOOK, lambda topic, number: None)
    await verifier.service(SERVICE)
    assert verifier.verdict.findings == []
