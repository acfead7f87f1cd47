"""Commands of review as the county's day brings them: the real core works on them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from schemas.values import Term
from services.kernel.actor import SYSTEM, Actor, Held
from services.review.core.commands import Claim, Command, Decide, ReceiveStep, Release
from services.review.shell.wiring import SERVICE
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import plain_producer
from services.runtime.service import Service

ORGANISATION: Final = "/qingyun/t-heping"
OFFICER: Final = Actor("o-000001", ORGANISATION, (Held(ORGANISATION, "township_approver"),))
_ROUTING: Final = Actor(SYSTEM, ORGANISATION)
_AT: Final = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
_TERM: Final = Term(
    limit=5,
    unit="working_days",
    started_at=_AT,
    due_at=datetime(2025, 3, 10, 9, 30, tzinfo=UTC),
    provisional=False,
    calendar_version="2025.1",
)


def review_under(name: str) -> Service[Any]:
    """Give review with topics of its own, so that each round begins with nothing."""
    return replace(SERVICE, name=name, events_topic=f"{name}.events.v1")


def topics_under(name: str) -> tuple[str, ...]:
    """Give the topics that `review_under` needs."""
    service = review_under(name)
    return (
        service.commands_topic,
        service.results_topic,
        service.snapshots_topic,
        service.events_topic,
    )


def received(case_id: str) -> ReceiveStep:
    """Give the first command of a case, as the reaction to routing sends it."""
    return ReceiveStep(
        key=case_id,
        actor=_ROUTING,
        at=_AT,
        step_id=f"{case_id}.1",
        organisation=ORGANISATION,
        duty="decide",
        role="township_approver",
        term=_TERM,
    )


def lives(cases: Sequence[str]) -> Iterator[Command]:
    """Give five commands a case, each of which takes effect; the cases go on side by side."""
    for case_id in cases:
        yield received(case_id)
    for claimed_again in (False, True):
        for case_id in cases:
            acting: dict[str, Any] = {
                "key": case_id,
                "actor": OFFICER,
                "at": _AT,
                "step_id": f"{case_id}.1",
            }
            yield Claim(**acting)
            if claimed_again:
                yield Decide(**acting, outcome="approved", reasons="材料齐全，符合规定，同意。")
            else:
                yield Release(**acting, reason="需由另一位同志办理。")


async def put(bootstrap: str, topic: str, commands: Iterator[Command]) -> int:
    """Write the commands; give how many, all acknowledged."""
    producer = plain_producer(bootstrap)
    await producer.start()
    sent: list[asyncio.Future[object]] = []
    try:
        for command in commands:
            name = type(command).__name__
            body = SERVICE.commands[name].dump_json(command)
            message = to_record(
                CommandRecord(name, str(uuid4()), command.key, body, "0123456789abcdef")
            )
            sent.append(
                await producer.send(
                    topic, message.value, message.key, headers=list(message.headers)
                )
            )
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return len(sent)


def new_cases(number: int) -> list[str]:
    """Give case ids."""
    return [new_case_id() for _ in range(number)]
