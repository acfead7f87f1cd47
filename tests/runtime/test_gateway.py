"""From a call to a command on Kafka and back, by whichever instance."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiokafka.errors import OutOfOrderSequenceNumber

from schemas.envelope import Record
from services.runtime import metrics
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.ids import new_case_id
from services.runtime.problems import Problem
from services.runtime.results import Result
from tests.runtime.toy_log import envelopes, folded, snapshots, until, working, write
from tests.runtime.toy_service import claim, make_topics_of, record, swap, toy
from tests.support.builders import LAND, officer

pytestmark = pytest.mark.kafka


@asynccontextmanager
async def gateway_of(
    kafka: str, service: str, wait: float = 5.0, in_flight_limit: int = 100
) -> AsyncIterator[Gateway]:
    health = Health()
    gateway = Gateway(service, kafka, health, wait=wait, in_flight_limit=in_flight_limit)
    await gateway.start()
    try:
        await until(lambda: health.ready)
        yield gateway
    finally:
        await gateway.stop()


async def refused(gateway: Gateway, command: CommandRecord) -> tuple[str, int, bool]:
    with pytest.raises(Problem) as raised:
        await gateway.ask(command)
    problem = raised.value
    return problem.code, problem.status, "Retry-After" in problem.headers


async def test_any_instance_tells_the_result_of_any_case(kafka: str) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(working(kafka, service))
        one, other = [
            await stack.enter_async_context(gateway_of(kafka, service.name)) for _ in range(2)
        ]
        commands = [record(swap(new_case_id())) for _ in range(30)]
        told: list[Result | None] = []
        for instance, half in ((one, commands[:15]), (other, commands[15:])):
            told += await asyncio.gather(*(instance.ask(command) for command in half))
        assert [r and (r.status, r.version) for r in told] == [(200, 2)] * 30
        seen = CommandRecord(VIEW, new_case_id(), commands[0].key, b"{}")
        answer = await other.ask(seen)
        assert answer is not None
        assert (answer.status, answer.version) == (200, 2)
        assert await other.ask(commands[0]) == told[0]

        def everywhere(instance: Gateway) -> bool:
            return [instance.recent(c.command_id) for c in commands] == told

        await until(lambda: everywhere(one) and everywhere(other))
        # One that starts later reads back what was told lately.
        late = await stack.enter_async_context(gateway_of(kafka, service.name))
        await until(lambda: everywhere(late))
    assert len(await envelopes(kafka, service)) == 60


async def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who_and_when(
    kafka: str,
) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    clerks = [officer("department_clerk", LAND, name) for name in ("o-li", "o-wang")]
    async with (
        working(kafka, service),
        gateway_of(kafka, service.name) as one,
        gateway_of(kafka, service.name) as other,
    ):

        async def race(key: str) -> tuple[Result | None, Result | None]:
            mine, theirs = [record(claim(1, key, clerk), expected=0) for clerk in clerks]
            return await asyncio.gather(one.ask(mine), other.ask(theirs))

        races = await asyncio.gather(*(race(new_case_id()) for _ in range(50)))
        for answers in races:
            (won,) = [a for a in answers if a and a.status == 200]
            (lost,) = [a for a in answers if a and a.status == 412]
            winner = clerks[answers.index(won)].officer_id.encode()
            assert winner in lost.body
            assert b"2025-03-03T01:00:00.000Z" in lost.body
        # The same command at once through both: one effect, the same bytes.
        same = [record(swap(new_case_id())) for _ in range(50)]
        told = [await asyncio.gather(one.ask(c), other.ask(c)) for c in same]
        assert all(first == second is not None for first, second in told)
    log = await envelopes(kafka, service)
    assert len(log) == 50 * 2 + 50 * 2
    assert await snapshots(kafka, service) == folded(log)


async def test_while_nobody_carries_commands_out_calls_are_limited_and_told_later(
    kafka: str,
) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    first = record(claim(1))
    in_flight = metrics.gauge("commands_in_flight", service=service.name)
    async with gateway_of(kafka, service.name, wait=1.5, in_flight_limit=1) as gateway:
        asked = asyncio.create_task(gateway.ask(first))
        await until(lambda: in_flight._value.get() == 1)
        assert await refused(gateway, first) == ("idempotency.still_running", 409, True)
        another_body = record(claim(2), first.command_id, fingerprint="f2")
        assert (await refused(gateway, another_body))[:2] == ("idempotency.key_reused", 422)
        assert await refused(gateway, record(claim(2))) == ("gateway.busy", 503, True)
        assert await asked is None  # told 202
        assert in_flight._value.get() == 0
        async with working(kafka, service):
            await until(lambda: gateway.recent(first.command_id) is not None)
            # Asked again meanwhile or not: the first result.
            assert await gateway.ask(first) == gateway.recent(first.command_id)
    assert len(await envelopes(kafka, service)) == 1


async def test_a_key_once_used_on_one_case_is_refused_on_another_by_every_instance(
    kafka: str,
) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    first = record(claim(1))
    elsewhere = first._replace(key=new_case_id())
    async with (
        working(kafka, service),
        gateway_of(kafka, service.name) as one,
        gateway_of(kafka, service.name) as other,
    ):
        told = await one.ask(first)
        await until(lambda: other.recent(first.command_id) == told)
        for instance in (one, other):
            assert (await refused(instance, elsewhere))[:2] == ("idempotency.key_reused", 422)
            assert await instance.ask(first) == told
    assert len(await envelopes(kafka, service)) == 1


async def test_what_is_no_result_is_passed_over(kafka: str) -> None:
    service = toy()
    await make_topics_of(kafka, service)
    async with gateway_of(kafka, service.name) as gateway, working(kafka, service):
        for headers in ((), (("id", b"\xff"), ("result", b"x"))):
            await write(kafka, service.results_topic, Record(b"k", b"?", headers), partition=0)
        result = await gateway.ask(record(claim(1)))
        assert result is not None
        assert result.status == 200


async def test_a_producer_that_can_send_no_more_is_replaced(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pitfall A1: an idempotent producer whose sequence is broken stays so until it is renewed."""
    service = toy()
    await make_topics_of(kafka, service)

    async def out_of_order(*_: object, **__: object) -> None:
        raise OutOfOrderSequenceNumber

    async with gateway_of(kafka, service.name) as gateway, working(kafka, service):
        worn_out = gateway._producer
        assert worn_out is not None
        monkeypatch.setattr(worn_out, "send", out_of_order)
        assert await refused(gateway, record(claim(1))) == ("log.unavailable", 503, True)
        await until(lambda: gateway._producer not in (None, worn_out))
        result = await gateway.ask(record(claim(1)))
        assert result is not None
        assert result.status == 200
