"""Kafka away: refused at once and truthfully, and back again without a restart (R8, R6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest

from services.runtime import metrics
from services.runtime.ids import new_case_id
from tests.runtime.toy_api import api
from tests.runtime.toy_log import envelopes, folded, until, working
from tests.runtime.toy_service import make_topics_of, toy
from tests.support.broker import TestBroker

pytestmark = pytest.mark.kafka
PROMISED_SECONDS = 3.0


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[TestBroker]:
    made = TestBroker(tmp_path)
    await made.start()
    yield made
    await made.kill()


async def post(client: httpx2.AsyncClient, key: str) -> httpx2.Response:
    return await client.post("/v1/desks", json={"step": 1}, headers={"Idempotency-Key": key})


async def test_kafka_away_is_told_503_within_three_seconds_and_nothing_false(
    broker: TestBroker,
) -> None:
    service, loop = toy(), asyncio.get_running_loop()
    await make_topics_of(broker.bootstrap, service)
    before, during = [new_case_id() for _ in range(5)], [new_case_id() for _ in range(20)]
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(working(broker.bootstrap, service))
        client = await stack.enter_async_context(api(broker.bootstrap, service))
        await until(lambda: client.health.ready)  # type: ignore[attr-defined]
        told = {key: (await post(client, key)) for key in before}
        assert {answer.status_code for answer in told.values()} == {201}

        await broker.kill()
        began = loop.time()
        refused = await asyncio.gather(*(post(client, key) for key in during))
        refused += [await post(client, during[0])]
        assert (loop.time() - began) / 2 < PROMISED_SECONDS  # two calls, one after another
        for answer in refused:
            assert (answer.status_code, answer.json()["code"]) == (503, "log.unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert (await client.get("/readyz")).json()["missing"][0]["name"] == "kafka"

        await broker.start()
        answers: dict[str, httpx2.Response] = {}

        async def comes_through(key: str) -> bool:
            answers[key] = await post(client, key)
            return answers[key].status_code == 201

        for key in during:
            await until(partial(comes_through, key), every=0.2)
        for key in before:
            again = await post(client, key)
            assert (again.status_code, again.content) == (201, told[key].content)
        cases = {a.json()["key"] for a in (*told.values(), *answers.values())}
        log = await envelopes(broker.bootstrap, service)
        assert set(folded(log)) == cases
        assert len(log) == len(before) + len(during)

        # Also to end: nobody waits for a broker that does not come back.
        await broker.kill()
        unanswered = asyncio.create_task(post(client, new_case_id()))
        in_flight = metrics.gauge("commands_in_flight", service=service.name)
        await until(lambda: in_flight._value.get() == 1)
        worker.stop()
        async with asyncio.timeout(15):
            await stack.aclose()
        assert (await unanswered).status_code == 503
