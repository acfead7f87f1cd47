"""One line of the log: an event and what is known about its writing.

Named tuples: frozen, and made in half the time of a frozen dataclass, several of them a command.
"""

from __future__ import annotations

from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from schemas.events.base import Event

EventT_co = TypeVar("EventT_co", bound=Event, covariant=True)


class Envelope(NamedTuple, Generic[EventT_co]):
    """An event with its place on the log. `(key, sequence)` is unique within a topic."""

    event_id: str
    """`uuid5(command_id, index)`: a second writing after a crash is the same."""
    key: str
    """CloudEvents `subject` and Kafka key: the case id, on presence topics the officer id."""
    sequence: int
    """Position in the stream of this key on this topic: 1, 2, 3, with no gap."""
    occurred_at: datetime
    """When it was done, UTC, milliseconds. Deadlines are reckoned from this."""
    source: str
    """Path of the organisation that acted."""
    actor: str
    """Officer id, `applicant`, or `system` where a reaction or a timer acted."""
    causation_id: str
    """The command that it follows from."""
    correlation_id: str
    """The first command of the chain; the same from the village window to the last event."""
    event: EventT_co


class Record(NamedTuple):
    """A message as Kafka keeps it."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
