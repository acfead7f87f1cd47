"""Poison on topics of commands and events: each piece put aside, everything else flows (R9)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from aiokafka import TopicPartition

from schemas.codec import MAX_VALUE_BYTES
from schemas.topics import commands_topic, dead_letter_topic
from services.runtime.ids import new_case_id
from services.runtime.kafka_clients import plain_producer, reading_consumer
from tests.chaos.county_at_work import county_at_work, times, until_so
from tests.chaos.shaken import Shaken

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(3600),
]
EVENTS: Final = ("case.intake.events.v1", "case.routing.events.v1", "case.review.events.v1")
COMMANDS: Final = tuple(commands_topic(name) for name in ("intake", "routing", "review"))
_HEAD: Final = (
    ("ce_specversion", b"1.0"),
    ("ce_type", b"cn.cunban.case.accepted.v1"),
    ("ce_source", b"/qingyun/t-heping"),
    ("ce_time", b"2026-11-20T08:00:00.000Z"),
    ("ce_sequence", b"1"),
    ("ce_causationid", b"6f2b7a52-8a0f-5b4e-9a53-2b1a4f2f6d11"),
    ("ce_correlationid", b"6f2b7a52-8a0f-5b4e-9a53-2b1a4f2f6d11"),
    ("ce_actor", b"o-001"),
    ("content-type", b"application/json"),
    ("name", b"Accept"),
    ("id", b"6f2b7a52-8a0f-5b4e-9a53-2b1a4f2f6d12"),
    ("correlation", b"6f2b7a52-8a0f-5b4e-9a53-2b1a4f2f6d12"),
    ("fingerprint", b"0123456789abcdef"),
)
POISON: Final = {
    "not JSON": b"<case/>",
    "cut": b'{"case_number": "4228',
    "bad UTF-8": b'{"case_number": "\xff\xfe\xfa"}',
    "of another form": b'{"case_number": 7}',
    "nothing": b"",
    "over the limit": b'{"pad": "' + b"x" * (MAX_VALUE_BYTES + 1) + b'"}',
}
Place = tuple[str, int, int]
"""Topic, partition, offset."""


async def test_each_piece_of_poison_is_put_aside_and_all_cases_go_on(
    shaken: Shaken, tmp_path: Path
) -> None:
    bootstrap = shaken.stack.bootstrap
    async with county_at_work(shaken.stack, tmp_path / "ledger.jsonl", seed=9) as county:
        injected: set[Place] = set()
        for _ in range(times(1, 3)):
            injected |= await inject(bootstrap, (*EVENTS, *COMMANDS), POISON.values())
            await county.acknowledged_more(40)
        shaken.unreadable += sum(topic in EVENTS for topic, _, _ in injected)

        async def all_put_aside() -> bool:
            return await dead_letters(bootstrap) >= injected

        await until_so(all_put_aside, "dead letters of all that was injected")
    county.tell("R9 poison", longest_stall=30)
    assert await dead_letters(bootstrap) == injected
    await shaken.prove(county)


async def inject(bootstrap: str, topics: Iterable[str], poison: Iterable[bytes]) -> set[Place]:
    """Put each piece once on each topic, on the partitions in turn; give where they lie."""
    producer = plain_producer(bootstrap)
    await producer.start()
    found: set[Place] = set()
    try:
        for topic in topics:
            for number, piece in enumerate(poison):
                id_ = new_case_id().encode()
                head = [*_HEAD, ("ce_id", id_), ("ce_subject", id_)]
                sent = await producer.send_and_wait(topic, piece, id_, number % 6, headers=head)
                found.add((topic, sent.partition, sent.offset))
    finally:
        await producer.stop()
    return found


async def dead_letters(bootstrap: str) -> set[Place]:
    """Give the places of all messages that were put aside; each reader of one writes a letter."""
    consumer = reading_consumer(bootstrap)
    await consumer.start()
    found: set[Place] = set()
    try:
        tps = [TopicPartition(dead_letter_topic(topic), 0) for topic in (*EVENTS, *COMMANDS)]
        consumer.assign(tps)
        ends = await consumer.end_offsets(tps)
        while any([await consumer.position(tp) < ends[tp] for tp in tps]):
            for messages in (await consumer.getmany(timeout_ms=200)).values():
                heads = [dict(message.headers) for message in messages]
                found |= {
                    (
                        head["dlq-topic"].decode(),
                        int(head["dlq-partition"]),
                        int(head["dlq-offset"]),
                    )
                    for head in heads
                }
    finally:
        await consumer.stop()
    return found
