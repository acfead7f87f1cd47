"""What a verification finds, and the check of one partition of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any, Final, Literal, TypeAlias

from aiokafka.structs import ConsumerRecord

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope
from schemas.events.base import Event
from services.kernel.decider import Decider

Kind: TypeAlias = Literal["lost", "repeated", "gap", "unreadable", "snapshot", "reaction", "table"]
SHOWN: Final = 20
"""Findings of one kind and topic that are named one by one; the rest are counted."""


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


class EventStream:
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
