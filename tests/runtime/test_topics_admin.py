"""Topics on the real broker: made once, kept as declared, never repartitioned."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from schemas.topics import Topic, topics
from services.cli import topics as command
from services.runtime.kafka_clients import admin_client
from services.runtime.topics_admin import (
    Change,
    Layout,
    Setting,
    TopicsRefused,
    TopicsUnavailable,
    apply_topics,
    plan_topics,
    settings_of,
)

SMALL = Layout(stream_partitions=2)
DAY_MS = 86_400_000


def declared(*names: str) -> list[Topic]:
    """Some of the real table, or all of it, under names of this test alone."""
    prefix = f"test-{uuid4()}."
    return [
        t.model_copy(update={"name": prefix + t.name})
        for t in topics()
        if not names or t.name in names
    ]


async def altered(bootstrap: str, topic: str, settings: dict[str, str]) -> None:
    """Somebody sets exactly `settings` on a topic."""
    admin = admin_client(bootstrap)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, settings)])
    finally:
        await admin.close()


async def settings_on(bootstrap: str, topic: str) -> dict[str, str]:
    admin = admin_client(bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {entry[0]: entry[1] for entry in answer.resources[0][4]}
    finally:
        await admin.close()


def the(name: str) -> Topic:
    return next(t for t in topics() if t.name == name)


def test_the_streams_of_a_case_are_kept_for_ever() -> None:
    settings = settings_of(the("case.intake.events.v1"), Layout())
    assert settings["cleanup.policy"] == "delete"
    assert settings["retention.ms"] == settings["retention.bytes"] == "-1"


def test_commands_are_kept_as_long_as_the_table_says() -> None:
    assert settings_of(the("intake.commands.v1"), Layout())["retention.ms"] == str(7 * DAY_MS)


def test_compacted_topics_are_compacted_within_a_day_so_that_a_person_can_be_erased() -> None:
    for name in ("people.facts.v1", "intake.snapshots.v1"):
        settings = settings_of(the(name), Layout())
        assert settings["cleanup.policy"] == "compact"
        assert int(settings["segment.ms"]) < int(settings["max.compaction.lag.ms"]) <= DAY_MS


def test_times_are_the_brokers_and_writes_are_acknowledged_by_the_replicas_asked_for() -> None:
    for topic in topics():
        settings = settings_of(topic, Layout(24, 3, 2))
        assert settings["message.timestamp.type"] == "LogAppendTime"
        assert settings["min.insync.replicas"] == "2"


@pytest.mark.kafka
async def test_all_topics_are_made_at_once_and_made_again_nothing_happens(kafka: str) -> None:
    table = declared()
    planned = await plan_topics(kafka, Layout(), table)
    assert [c.kind for c in planned] == ["create"] * len(table)
    assert await apply_topics(kafka, Layout(), table) == planned
    assert await plan_topics(kafka, Layout(), table) == []
    assert await apply_topics(kafka, Layout(), table) == []


@pytest.mark.kafka
async def test_a_topic_gets_the_partitions_and_settings_of_the_table(kafka: str) -> None:
    stream, facts = table = declared("case.intake.events.v1", "reference.facts.v1")
    changes = await apply_topics(kafka, SMALL, table)
    assert [(c.topic, c.partitions) for c in changes] == [(stream.name, 2), (facts.name, 1)]
    on = await settings_on(kafka, facts.name)
    assert on.items() >= settings_of(facts, SMALL).items()


@pytest.mark.kafka
async def test_a_setting_that_somebody_changed_is_put_back_and_one_of_their_own_stays(
    kafka: str,
) -> None:
    (topic,) = table = declared("intake.snapshots.v1")
    await apply_topics(kafka, SMALL, table)
    theirs = {**settings_of(topic, SMALL), "retention.ms": "1000", "compression.type": "lz4"}
    del theirs["segment.ms"]
    await altered(kafka, topic.name, theirs)
    mended = await apply_topics(kafka, SMALL, table)
    assert mended == [
        Change(
            topic.name,
            "configure",
            2,
            (Setting("retention.ms", "1000", "-1"), Setting("segment.ms", None, "600000")),
        )
    ]
    assert (await settings_on(kafka, topic.name))["compression.type"] == "lz4"
    assert await plan_topics(kafka, SMALL, table) == []


@pytest.mark.kafka
async def test_another_partition_count_is_refused_and_then_nothing_else_is_done(
    kafka: str,
) -> None:
    table = declared("case.intake.events.v1", "case.review.events.v1", "people.facts.v1")
    await apply_topics(kafka, SMALL, table[:1])
    with pytest.raises(TopicsRefused, match="2 partitions, not 3") as refused:
        await apply_topics(kafka, Layout(stream_partitions=3), table)
    assert [c.topic for c in refused.value.refused] == [table[0].name]
    assert [c.kind for c in await plan_topics(kafka, SMALL, table)] == ["create", "create"]


@pytest.mark.kafka
async def test_two_who_make_the_topics_at_the_same_time_both_succeed(kafka: str) -> None:
    table = declared()
    await asyncio.gather(*(apply_topics(kafka, SMALL, table) for _ in range(3)))
    assert await plan_topics(kafka, SMALL, table) == []


@pytest.mark.kafka
async def test_more_replicas_than_brokers_is_told(kafka: str) -> None:
    with pytest.raises(TopicsUnavailable, match="InvalidReplicationFactor"):
        await apply_topics(kafka, Layout(2, replication=3), declared("people.facts.v1"))


async def test_a_broker_that_is_away_is_told() -> None:
    with pytest.raises(TopicsUnavailable, match=r"127\.0\.0\.1:1"):
        await plan_topics("127.0.0.1:1", Layout())


def test_the_command_says_that_the_broker_is_away_and_ends_with_1() -> None:
    told = CliRunner().invoke(command.app, ["apply", "--bootstrap", "127.0.0.1:1"])
    assert told.exit_code == 1
    assert "Kafka" in told.output


def test_the_command_names_an_address_that_is_none_and_ends_with_2() -> None:
    told = CliRunner().invoke(command.app, ["plan", "--bootstrap", "nowhere"])
    assert told.exit_code == 2
    assert "CUNBAN_KAFKA__BOOTSTRAP" in told.output
