"""A topic for one test's import, and what stands on it afterwards."""

from collections import defaultdict

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import ConsumerRecord

from schemas.codec import Position, decode
from schemas.envelope import Envelope
from schemas.events.base import EXTERNAL, Event
from services.runtime.ids import new_case_id

PARTITIONS = 3


async def new_topic(bootstrap: str) -> str:
    """Make a topic with a name of its own."""
    name = f"test.import.{new_case_id()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    finally:
        await admin.close()
    return name


async def records_on(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    """Give all committed records; nobody may hold a transaction open."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    tps = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    found: list[ConsumerRecord] = []
    await consumer.start()
    try:
        consumer.assign(tps)
        ends = await consumer.end_offsets(tps)
        while any([await consumer.position(tp) < ends[tp] for tp in tps]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
    finally:
        await consumer.stop()
    return found


async def streams_on(bootstrap: str, topic: str) -> dict[str, list[Envelope[Event]]]:
    """Give every case's events in the order of the topic; each is readable and in its place."""
    streams: dict[str, list[Envelope[Event]]] = defaultdict(list)
    for record in await records_on(bootstrap, topic):
        # The codec knows the topic by its proper name.
        position = Position(EXTERNAL, record.partition, record.offset)
        envelope = decode(position, record.key, record.value, record.headers)
        streams[envelope.key].append(envelope)
    for stream in streams.values():
        assert [each.sequence for each in stream] == list(range(1, len(stream) + 1))
    ids = [each.event_id for stream in streams.values() for each in stream]
    assert len(set(ids)) == len(ids)
    return streams
