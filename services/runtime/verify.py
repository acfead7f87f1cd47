"""The log against itself and against the snapshots: lost, repeated, gaps, differing states.

Read-only, read-committed, against a stack that runs or stands. What is still under way when it
begins (commands not yet carried out) is not held against anybody: only what the committed offsets
say was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

import stamina
from aiokafka import TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import ConsumerRecord

from schemas.codec import Position, Unreadable, decode
from services.kernel.decider import Reference
from services.runtime.command_record import VIEW, NotACommand, from_message
from services.runtime.ids import derived_id
from services.runtime.kafka_clients import admin_client, reading_consumer, stop_consumer
from services.runtime.reactions import Reactor
from services.runtime.recovery import read_partition, read_snapshots
from services.runtime.service import Service
from services.runtime.snapshots import KEPT_RESULTS, from_bytes
from services.runtime.verdict import EventStream, PartitionDigest, Verdict

SETTLE_SECONDS: Final = 2.0
COORDINATOR_SECONDS: Final = 15.0
Progress: TypeAlias = Callable[[str, int], None]
"""Told the topic and how many messages of it were just read."""


class Verifier:
    """Goes through topics partition by partition, so that memory stays that of one partition."""

    def __init__(self, bootstrap: str, reference: Reference, progress: Progress) -> None:
        self._bootstrap, self._reference, self._progress = bootstrap, reference, progress
        self.verdict = Verdict()

    async def topic(self, topic: str) -> None:
        """Check a topic that no service of ours folds (imports)."""
        for tp, until in (await self._ends(topic)).items():
            await self._read(tp, self._stream(tp, until).take)

    async def service(self, service: Service[Any]) -> None:
        """Check a service: its events, its snapshots against a fold, its commands done once."""
        committed = await self._committed_by(service.group)
        for tp, until in (await self._ends(service.events_topic)).items():
            # In this order: whatever lies before `until` has its snapshot, being one transaction.
            stored = await read_snapshots(self._bootstrap, service.snapshots_topic, tp.partition)
            stream = self._stream(tp, until)
            ends = {key.decode(): int(value.split(b" ", 1)[0]) for key, value in stored.items()}
            stream.fold(service.decider(self._reference), ends)
            await self._read(tp, stream.take)
            self._compare(service, stored, stream)
            commands = TopicPartition(service.commands_topic, tp.partition)
            await self._commands(service, commands, committed.get(commands, 0), stored)

    async def reactions(self, reactor: Reactor, service: Service[Any]) -> None:
        """Check that what `service` should have done about others' events, it did.

        Only for events that its reactions have acknowledged; a command that was sent a moment ago
        is looked for a second time.
        """
        acknowledged = await self._committed_by(reactor.group)
        for topic in reactor.sources:
            for tp, until in (await self._ends(topic)).items():
                expected = await self._expected(reactor, tp, min(until, acknowledged.get(tp, 0)))
                missing = expected
                for wait in (0.0, SETTLE_SECONDS):
                    if missing:
                        await asyncio.sleep(wait)
                        missing = await self._not_remembered(service, tp.partition, missing)
                for key, command_id, name in missing:
                    what = f"{name} did not follow (command {command_id})"
                    self.verdict.find("reaction", topic, key, what)

    async def _expected(
        self, reactor: Reactor, tp: TopicPartition, until: int
    ) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []

        def take(record: ConsumerRecord) -> None:
            if record.offset >= until:
                return
            position = Position(record.topic, record.partition, record.offset)
            with suppress(Unreadable):  # found when its own topic is checked
                envelope = decode(position, record.key, record.value, record.headers)
                for reaction in reactor.react(envelope, self._reference):
                    command_id = derived_id(envelope.event_id, reaction.name)
                    found.append((reaction.command.key, command_id, reaction.name))

        await self._read(tp, take)
        return found

    async def _not_remembered(
        self, service: Service[Any], partition: int, expected: list[tuple[str, str, str]]
    ) -> list[tuple[str, str, str]]:
        stored = await read_snapshots(self._bootstrap, service.snapshots_topic, partition)
        return [
            (key, command_id, name)
            for key, command_id, name in expected
            if b"\n" + command_id.encode() not in (lines := stored.get(key.encode(), b""))
            and lines.count(b"\n") - 1 < KEPT_RESULTS
        ]

    def _stream(self, tp: TopicPartition, until: int) -> EventStream:
        digest = self.verdict.digests[tp.topic, tp.partition] = PartitionDigest(until)
        return EventStream(self.verdict, tp.topic, digest)

    def _compare(
        self, service: Service[Any], stored: Mapping[bytes, bytes], stream: EventStream
    ) -> None:
        topic = service.snapshots_topic
        for key, value in stored.items():
            snapshot, name = from_bytes(value, service.state), key.decode()
            self.verdict.keys += 1
            if snapshot.sequence != stream.sequences.get(name, 0):
                found = stream.sequences.get(name, 0)
                what = f"is at sequence {snapshot.sequence}, the events end at {found}"
                self.verdict.find("snapshot", topic, name, what)
            elif snapshot.sequence and snapshot.state != stream.states[name]:
                self.verdict.find("snapshot", topic, name, "differs from a fold of the events")
        for name in stream.sequences.keys() - {key.decode() for key in stored}:
            self.verdict.find("snapshot", topic, name, "there are events, but no snapshot")

    async def _commands(
        self, service: Service[Any], tp: TopicPartition, until: int, stored: Mapping[bytes, bytes]
    ) -> None:
        dead = await self._dead_offsets(service, tp.partition)
        verdict = self.verdict

        def take(record: ConsumerRecord) -> None:
            if record.offset >= until or record.offset in dead:
                return
            try:
                command = from_message(record.key, record.value, record.headers)
            except NotACommand as broken:
                verdict.find("lost", service.commands_topic, str(record.offset), broken.reason)
                return
            if command.name == VIEW:
                return
            verdict.commands += 1
            lines = stored.get(record.key, b"").split(b"\n")[2:]
            times = sum(line.startswith(command.command_id.encode()) for line in lines)
            forgotten = len(lines) >= KEPT_RESULTS or service.remember is not None
            if times == 0 and not forgotten:
                what = f"command {command.command_id} was taken, and nothing came of it"
                verdict.find("lost", service.commands_topic, command.key, what)
            elif times > 1:
                what = f"command {command.command_id} was carried out {times} times"
                verdict.find("repeated", service.commands_topic, command.key, what)

        await self._read(tp, take)

    async def _dead_offsets(self, service: Service[Any], partition: int) -> set[int]:
        dead: set[int] = set()

        def take(record: ConsumerRecord) -> None:
            head = dict(record.headers)
            if int(head["dlq-partition"]) == partition:
                dead.add(int(head["dlq-offset"]))

        await self._read(TopicPartition(f"{service.commands_topic}.dlq", 0), take)
        return dead

    # The first question for a group of a fresh broker makes the topic that the answer stands on.
    @stamina.retry(on=GroupCoordinatorNotAvailableError, attempts=20, timeout=COORDINATOR_SECONDS)
    async def _committed_by(self, group: str) -> dict[TopicPartition, int]:
        admin = admin_client(self._bootstrap)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(group)
        finally:
            await admin.close()
        return {tp: committed.offset for tp, committed in found.items()}

    async def _ends(self, topic: str) -> dict[TopicPartition, int]:
        consumer = reading_consumer(self._bootstrap, topic)
        await consumer.start()
        try:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(
                sorted(consumer.assignment())
            )
            return ends
        finally:
            await stop_consumer(consumer)

    async def _read(self, tp: TopicPartition, take: Callable[[ConsumerRecord], None]) -> None:
        number = 0

        def counted(record: ConsumerRecord) -> None:
            nonlocal number
            number += 1
            take(record)

        await read_partition(self._bootstrap, tp, counted)
        self._progress(tp.topic, number)
