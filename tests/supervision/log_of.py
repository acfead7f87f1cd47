"""A log in memory: events appended as the services do it, messages as a reader gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from schemas.codec import encode
from schemas.envelope import Envelope
from schemas.events.base import PRESENCE, Event
from tests.support.builders import MONDAY, VILLAGE

PARTITIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the log reader gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass
class Log:
    """Sequences are gapless by topic and key, offsets by topic and partition."""

    messages: list[Kept] = field(default_factory=list)
    _sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    _offsets: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(
        self,
        key: str,
        event: Event,
        at: datetime = MONDAY,
        *,
        by: str = "o-li",
        source: str = VILLAGE,
        topic: str | None = None,
    ) -> Kept:
        """Append `event`; `topic` where its form may stand on several."""
        on = topic or event.topics[0]
        sequence = self._sequences[on, key] = self._sequences.get((on, key), 0) + 1
        event_id = str(uuid5(NAMESPACE_OID, f"{on}{key}{sequence}"))
        written = Envelope(event_id, key, sequence, at, source, by, event_id, event_id, event)
        record = encode(written)
        partition = sum(key.encode()) % PARTITIONS
        offset = self._offsets.get((on, partition), 0)
        # Every third offset is the marker of a transaction.
        self._offsets[on, partition] = offset + (2 if offset % 3 == 1 else 1)
        appended = round((at + timedelta(milliseconds=20)).timestamp() * 1000)
        kept = Kept(on, partition, offset, appended, record.key, record.value, record.headers)
        self.messages.append(kept)
        return kept

    def presence(self, officer_id: str, event: Event, at: datetime) -> Kept:
        """Append to the officer's stream."""
        return self.add(officer_id, event, at, by=officer_id, topic=PRESENCE)
