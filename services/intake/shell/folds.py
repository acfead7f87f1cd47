"""Streams folded in an API process: from records of Kafka to the events that a fold takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope
from schemas.events.base import Event


def events_to(take: Callable[[Envelope[Event]], None]) -> Callable[[Any], None]:
    """Give what a `TopicFollower` calls: each record that can be read, once and in its order."""
    sequences: dict[str, int] = {}

    def taken(record: Any) -> None:
        position = Position(record.topic, record.partition, record.offset)
        try:
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable:
            return  # the projector puts it aside
        if envelope.sequence > sequences.get(envelope.key, 0):
            sequences[envelope.key] = envelope.sequence
            take(envelope)

    return taken
