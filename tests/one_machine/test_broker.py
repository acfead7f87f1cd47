"""The embedded broker keeps what was acknowledged, whatever ends it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from services.one_machine.cannot_start import CannotStart
from services.one_machine.ports import free_ports
from services.runtime.broker_probe import broker_ready
from tests.support.broker import TestBroker

pytestmark = pytest.mark.kafka
TOPIC = "case.intake.events.v1"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[TestBroker]:
    # Letters that a properties file or a list of folders would misread.
    made = TestBroker(tmp_path / "数据 a,b")
    yield made
    await made.kill()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestBroker]:
    """A broker for the tests that do not end it."""
    made = TestBroker(tmp_path_factory.mktemp("lasting"))
    asyncio.run(made.start())
    yield made
    asyncio.run(made.kill())


async def create_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()


async def write(bootstrap: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(TOPIC, value)


async def read(bootstrap: str) -> list[bytes | None]:
    partition = TopicPartition(TOPIC, 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        return [(await consumer.getone()).value for _ in range(end)]


async def test_a_clean_restart_goes_on_with_the_same_log(
    broker: TestBroker, tmp_path: Path
) -> None:
    await broker.start()
    await create_topic(broker.bootstrap)
    await write(broker.bootstrap, b"accepted")
    await broker.stop()
    formatted = (tmp_path / "数据 a,b" / "kafka" / "meta.properties").read_bytes()
    await broker.start()
    await write(broker.bootstrap, b"completed")
    assert await read(broker.bootstrap) == [b"accepted", b"completed"]
    meta = (tmp_path / "数据 a,b" / "kafka" / "meta.properties").read_bytes()
    assert meta == formatted, "it was formatted again"


async def test_kill_9_loses_nothing_that_was_acknowledged(broker: TestBroker) -> None:
    await broker.start()
    await create_topic(broker.bootstrap)
    for number in range(2):
        await write(broker.bootstrap, b"%d" % number)
        await broker.kill()
        assert not await broker_ready(broker.bootstrap)
        await broker.start()
    assert await read(broker.bootstrap) == [b"0", b"1"]


async def test_a_formatting_broken_off_is_done_again(broker: TestBroker, tmp_path: Path) -> None:
    await broker.start()
    await broker.stop()
    folder = tmp_path / "数据 a,b" / "kafka"
    for left in folder.iterdir():
        if left.name != "bootstrap.checkpoint":
            _remove(left)
    await broker.start()
    await create_topic(broker.bootstrap)


def _remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _remove(inner)
        path.rmdir()
    else:
        path.unlink()


async def test_topics_are_not_made_by_mentioning_them(lasting: TestBroker) -> None:
    misspelt = "case.intake.event.v1"
    async with AIOKafkaProducer(
        bootstrap_servers=lasting.bootstrap, request_timeout_ms=1500
    ) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.partitions_for(misspelt)


async def test_the_broker_answers_the_probe_and_a_closed_port_does_not(lasting: TestBroker) -> None:
    assert await broker_ready(lasting.bootstrap)
    assert not await broker_ready(f"127.0.0.1:{free_ports(1)[0]}")


def test_the_broker_writes_its_log_to_a_file_and_nothing_to_the_terminal(
    lasting: TestBroker,
) -> None:
    logs = lasting.home / "logs"
    assert "Kafka Server started" in (logs / "kafka.log").read_text()
    assert (logs / "kafka.out").read_text() == ""


async def test_a_second_broker_in_the_folder_is_refused_by_name(lasting: TestBroker) -> None:
    with pytest.raises(CannotStart, match=f"kill {lasting.pid}"):
        await TestBroker(lasting.home).start()
