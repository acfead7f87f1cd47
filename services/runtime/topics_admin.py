"""The topics of an installation: made and kept as `schemas/topics.toml` declares them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from schemas.topics import Topic, topics
from services.runtime.kafka_clients import MAX_MESSAGE_BYTES, admin_client

VISIBLE_SECONDS: Final = 30.0
_DAY_MS: Final = int(timedelta(days=1).total_seconds() * 1000)
_SEGMENT_MS: Final = int(timedelta(minutes=10).total_seconds() * 1000)
_SET_ON_THE_TOPIC: Final = 1
"""`config_source` DYNAMIC_TOPIC_CONFIG in DescribeConfigs."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How large an installation is: one machine, as it stands; a county's cluster 24, 3, 2."""

    stream_partitions: int = 6
    replication: int = 1
    min_insync: int = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a topic that differs; `old` is None where the topic does not set it."""

    name: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """What has to be done to one topic. `refuse` is never done: see `reason`."""

    topic: str
    kind: Literal["create", "configure", "refuse"]
    partitions: int
    settings: tuple[Setting, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is: how many partitions, and which settings it has of its own."""

    partitions: int
    settings: Mapping[str, str]


class TopicsRefused(Exception):
    """Topics differ in a way that may not be mended in place; nothing was changed."""

    def __init__(self, refused: Sequence[Change]) -> None:
        super().__init__("; ".join(f"{c.topic}: {c.reason}" for c in refused))
        self.refused = tuple(refused)


class TopicsUnavailable(Exception):
    """The broker was not there, or did not do as asked. Safe to try again."""


async def plan_topics(
    bootstrap: str, layout: Layout, declared: Sequence[Topic] | None = None
) -> list[Change]:
    """Give what `apply_topics` would do, in the table's order; empty where all is in place.

    Raises:
        TopicsUnavailable: the broker does not answer.
    """
    async with _admin(bootstrap) as admin:
        return changes_between(declared or topics(), await _found(admin), layout)


async def apply_topics(
    bootstrap: str, layout: Layout, declared: Sequence[Topic] | None = None
) -> list[Change]:
    """Create what is missing and set what differs; give the changes made.

    All topics are there for every broker client when it returns. Topics that are not declared
    are left alone, and so are settings that the table does not name.

    Raises:
        TopicsRefused: a partition count differs; then nothing at all is changed.
        TopicsUnavailable: the broker does not answer, or refuses. A repeat goes on from there.
    """
    wanted = declared or topics()
    async with _admin(bootstrap) as admin:
        found = await _found(admin)
        changes = changes_between(wanted, found, layout)
        if refused := [c for c in changes if c.kind == "refuse"]:
            raise TopicsRefused(refused)
        await _create(admin, [c for c in changes if c.kind == "create"], layout)
        await _configure(admin, [c for c in changes if c.kind == "configure"], found)
        await _until_visible(admin, {c.topic: c.partitions for c in changes})
        return changes


def changes_between(
    declared: Sequence[Topic], found: Mapping[str, Found], layout: Layout
) -> list[Change]:
    """Compare the table with what is there; pure."""
    changes = []
    for topic in declared:
        partitions = layout.stream_partitions if topic.partitions == "stream" else 1
        there = found.get(topic.name)
        settings = _differing(settings_of(topic, layout), there.settings if there else {})
        if there is None:
            changes.append(Change(topic.name, "create", partitions, settings))
        elif there.partitions != partitions:
            reason = _why_never(there.partitions, partitions)
            changes.append(Change(topic.name, "refuse", there.partitions, reason=reason))
        elif settings:
            changes.append(Change(topic.name, "configure", partitions, settings))
    return changes


def settings_of(topic: Topic, layout: Layout) -> dict[str, str]:
    """Give the settings that we hold `topic` to, as Kafka names them; times in milliseconds."""
    retention = topic.retention_days * _DAY_MS if topic.retention_days else -1
    settings = {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(retention),
        "retention.bytes": "-1",
        "min.insync.replicas": str(layout.min_insync),
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
    }
    if topic.cleanup == "compact":
        # The active segment is never compacted: without small ones a recovery would read every
        # snapshot ever written, and a person's tombstone would erase nothing.
        settings["segment.ms"] = str(_SEGMENT_MS)
        settings["min.cleanable.dirty.ratio"] = "0.1"
        settings["max.compaction.lag.ms"] = str(_DAY_MS)
        settings["delete.retention.ms"] = str(_DAY_MS)
    return settings


def _differing(wanted: Mapping[str, str], found: Mapping[str, str]) -> tuple[Setting, ...]:
    return tuple(
        Setting(name, found.get(name), value)
        for name, value in wanted.items()
        if found.get(name) != value
    )


def _why_never(found: int, wanted: int) -> str:
    return (
        f"现有 {found} 个分区，应为 {wanted} 个；分区数一经建立不得更改，否则同一办件的事件会失序。"
        "请按原分区数启动，或新建安装后迁移。"
        f" It has {found} partitions, not {wanted}; the number is fixed for the life of a topic, "
        "or keys move and the order of a case is lost. Start with the former number, or migrate "
        "to a new installation."
    )


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = admin_client(bootstrap)
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError, TimeoutError) as fault:
        raise TopicsUnavailable(f"{bootstrap}: {type(fault).__name__}: {fault}") from fault
    finally:
        await admin.close()


async def _found(admin: AIOKafkaAdminClient) -> dict[str, Found]:
    """Give every topic of the cluster with the settings of its own."""
    partitions = await _partitions(admin)
    settings: dict[str, dict[str, str]] = {}
    if partitions:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in partitions]
        for answer in await admin.describe_configs(asked):
            for code, message, _kind, name, entries in answer.resources:
                _raise_for(code, f"{name}: {message}")
                settings[name] = {e[0]: e[1] for e in entries if e[3] == _SET_ON_THE_TOPIC}
    return {name: Found(count, settings[name]) for name, count in partitions.items()}


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    described = await admin.describe_topics()
    return {t["topic"]: len(t["partitions"]) for t in described if not t["is_internal"]}


async def _create(admin: AIOKafkaAdminClient, changes: Sequence[Change], layout: Layout) -> None:
    """One request for all: the controller makes a hundred partitions about as fast as one."""
    if not changes:
        return
    new = [
        NewTopic(
            c.topic,
            c.partitions,
            layout.replication,
            topic_configs={s.name: s.new for s in c.settings},
        )
        for c in changes
    ]
    answer = await admin.create_topics(new)
    for name, code, message in answer.topic_errors:
        # Somebody else made it just now; the next plan looks at how.
        if code != TopicAlreadyExistsError.errno:
            _raise_for(code, f"{name}: {message}")


async def _configure(
    admin: AIOKafkaAdminClient, changes: Sequence[Change], found: Mapping[str, Found]
) -> None:
    if not changes:
        return
    resources = []
    for change in changes:
        # AlterConfigs replaces all settings of the topic: those not ours must come along.
        settings = {**found[change.topic].settings, **{s.name: s.new for s in change.settings}}
        resources.append(ConfigResource(ConfigResourceType.TOPIC, change.topic, settings))
    for answer in await admin.alter_configs(resources):
        for code, message, _kind, name in answer.resources:
            _raise_for(code, f"{name}: {message}")


async def _until_visible(admin: AIOKafkaAdminClient, expected: Mapping[str, int]) -> None:
    """The controller answers before every broker has heard of a new topic."""
    async with asyncio.timeout(VISIBLE_SECONDS):
        while True:
            if await _all_led(admin, expected):
                return
            await asyncio.sleep(0.05)


async def _all_led(admin: AIOKafkaAdminClient, expected: Mapping[str, int]) -> bool:
    if not expected:
        return True
    described = {t["topic"]: t["partitions"] for t in await admin.describe_topics()}
    return all(
        len(described.get(name, ())) == count
        and all(partition["leader"] >= 0 for partition in described[name])
        for name, count in expected.items()
    )


def _raise_for(code: int, told: str) -> None:
    if code:
        raise for_code(code)(told)
