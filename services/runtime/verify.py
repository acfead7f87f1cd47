"""The log against itself and against the snapshots: lost, repeated, gaps, differing states.

Read-only, read-committed, against a stack that runs or stands. What is still under way when it
begins (commands not yet carried out) is not held against anybody: only what the committed offsets
say was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any, Final, Literal, TypeAlias

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope
from schemas.events.base import Event
from services.kernel.decider import Decider, Reference
from services.runtime.command_record import VIEW, NotACommand, from_message
from services.runtime.kafka_clients import admin_client, reading_consumer
from services.runtime.recovery import read_partition, read_snapshots
from services.runtime.service import Service
from services.runtime.snapshots import KEPT_RESULTS, from_bytes

Kind: TypeAlias = Literal["lost", "repeated", "gap", "unreadable", "snapshot", "reaction", "table"]
SHOWN: Final = 20
"""Findings of one kind and topic that are named one by one; the rest are counted."""
Progress: TypeAlias = Callable[[str, int], None]
"""Told the topic and how many messages of it were just read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be."""

    kind: Kind
    where: str
    """Topic or table, and key."""
    what: str


@dataclass(slots=True)
class PartitionDigest:
    """One partition of events as the log holds it; the projection must come to the same."""

    until: int
    """Offset below which it is meant."""
    events: int = 0
    digest: int = 0
    """XOR over all events of the first eight bytes of MD5(event id, value): order is no matter."""

    def add(self, event_id: bytes, value: bytes) -> None:
        """Take an event in."""
        self.events += 1
        # A check sum, not a seal: MD5 because the engine has it, too.
        self.digest ^= int.from_bytes(md5(event_id + value, usedforsecurity=False).digest()[:8])


@dataclass(slots=True)
class Verdict:
    """What was found, and what the projection is to be compared with."""

    findings: list[Finding] = field(default_factory=list)
    digests: dict[tuple[str, int], PartitionDigest] = field(default_factory=dict)
    commands: int = 0
    keys: int = 0
    _shown: dict[tuple[str, str], int] = field(default_factory=dict)

    def find(self, kind: Kind, topic: str, key: str, what: str) -> None:
        """Note a finding; beyond the first twenty of a kind on a topic they are only counted."""
        number = self._shown[kind, topic] = self._shown.get((kind, topic), 0) + 1
        if number <= SHOWN:
            self.findings.append(Finding(kind, f"{topic} {key}", what))

    def more(self) -> Iterable[str]:
        """Give a line for each kind of which not all are shown."""
        for (kind, topic), number in self._shown.items():
            if number > SHOWN:
                yield f"{kind} {topic}: {number - SHOWN} more"


class _Stream:
    """Checks one partition of events, and folds it where there is a service to fold it with."""

    def __init__(self, verdict: Verdict, topic: str, digest: PartitionDigest) -> None:
        self._verdict, self._topic, self._digest = verdict, topic, digest
        self._decider: Decider[Any, Any] | None = None
        self._ends: dict[str, int] = {}
        self.sequences: dict[str, int] = {}
        self.states: dict[str, Any] = {}

    def fold(self, decider: Decider[Any, Any], ends: dict[str, int]) -> None:
        """Fold each key up to the sequence of its snapshot."""
        self._decider, self._ends = decider, ends

    def take(self, record: ConsumerRecord) -> None:
        """Take one message; what came after the verifier began only so far as a snapshot is."""
        position = Position(record.topic, record.partition, record.offset)
        try:
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable as unreadable:
            self._verdict.find("unreadable", self._topic, "", str(unreadable))
            return
        late = record.offset >= self._digest.until
        if late and envelope.sequence > self._ends.get(envelope.key, 0):
            return
        if self._in_order(envelope, record.offset):
            if not late:
                self._digest.add(envelope.event_id.encode(), record.value)
            self._evolve(envelope)

    def _in_order(self, envelope: Envelope[Event], offset: int) -> bool:
        expected = self.sequences.get(envelope.key, 0) + 1
        if envelope.sequence < expected:
            what = f"sequence {envelope.sequence} comes again at offset {offset}"
            self._verdict.find("repeated", self._topic, envelope.key, what)
            return False
        if envelope.sequence > expected:
            what = f"sequence {expected} is missing before offset {offset}"
            self._verdict.find("gap", self._topic, envelope.key, what)
        self.sequences[envelope.key] = envelope.sequence
        return True

    def _evolve(self, envelope: Envelope[Event]) -> None:
        within = envelope.sequence <= self._ends.get(envelope.key, 0)
        if self._decider is not None and within:
            before = self.states.get(envelope.key, self._decider.start)
            self.states[envelope.key] = self._decider.evolve(before, envelope.event)


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
        committed = await self._committed(service)
        for tp, until in (await self._ends(service.events_topic)).items():
            # In this order: whatever lies before `until` has its snapshot, being one transaction.
            stored = await read_snapshots(self._bootstrap, service.snapshots_topic, tp.partition)
            stream = self._stream(tp, until)
            ends = {key.decode(): int(value.split(b" ", 1)[0]) for key, value in stored.items()}
            stream.fold(service.decider(self._reference), ends)
            await self._read(tp, stream.take)
            self._compare(service, stored, stream)
            await self._commands(service, tp.partition, committed.get(tp.partition, 0), stored)

    def _stream(self, tp: TopicPartition, until: int) -> _Stream:
        digest = self.verdict.digests[tp.topic, tp.partition] = PartitionDigest(until)
        return _Stream(self.verdict, tp.topic, digest)

    def _compare(self, service: Service[Any], stored: dict[bytes, bytes], stream: _Stream) -> None:
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
        self, service: Service[Any], partition: int, until: int, stored: dict[bytes, bytes]
    ) -> None:
        dead = await self._dead_offsets(service, partition)
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

        await self._read(TopicPartition(service.commands_topic, partition), take)

    async def _dead_offsets(self, service: Service[Any], partition: int) -> set[int]:
        dead: set[int] = set()

        def take(record: ConsumerRecord) -> None:
            head = dict(record.headers)
            if int(head["dlq-partition"]) == partition:
                dead.add(int(head["dlq-offset"]))

        await self._read(TopicPartition(f"{service.commands_topic}.dlq", 0), take)
        return dead

    async def _committed(self, service: Service[Any]) -> dict[int, int]:
        admin = admin_client(self._bootstrap)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(service.group)
        finally:
            await admin.close()
        return {
            tp.partition: committed.offset
            for tp, committed in found.items()
            if tp.topic == service.commands_topic
        }

    async def _ends(self, topic: str) -> dict[TopicPartition, int]:
        consumer = reading_consumer(self._bootstrap, topic)
        await consumer.start()
        try:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(
                sorted(consumer.assignment())
            )
            return ends
        finally:
            await consumer.stop()

    async def _read(self, tp: TopicPartition, take: Callable[[ConsumerRecord], None]) -> None:
        number = 0

        def counted(record: ConsumerRecord) -> None:
            nonlocal number
            number += 1
            take(record)

        await read_partition(self._bootstrap, tp, counted)
        self._progress(tp.topic, number)
