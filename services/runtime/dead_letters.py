"""Messages that cannot be read or carried out: kept with their position, counted, limited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from schemas.codec import MAX_VALUE_BYTES
from schemas.envelope import Record


class Undelivered(Protocol):
    """What is kept of the message itself."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


MAX_LETTER_BYTES: Final = MAX_VALUE_BYTES + (MAX_VALUE_BYTES >> 1)


@dataclass(frozen=True, slots=True)
class UndeliveredMessage:
    """The same, where the client's own message has another form."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class TooManyDeadLetters(RuntimeError):
    """More than the limit: something is misconfigured, and going on would bury good messages."""


def dead_letter(position: tuple[str, int, int], message: Undelivered, reason: str) -> Record:
    """Give the message for the dead-letter topic: bytes untouched, position and reason beside.

    A value that would not fit any more is cut, and `dlq-cut-from` says how long it was.
    """
    topic, partition, offset = position
    place: tuple[tuple[str, bytes], ...] = (
        ("dlq-topic", topic.encode()),
        ("dlq-partition", b"%d" % partition),
        ("dlq-offset", b"%d" % offset),
        ("dlq-reason", reason.encode()),
    )
    kept = tuple((n, v) for n, v in message.headers if not n.startswith("dlq-"))
    value = message.value or b""
    if len(value) > MAX_LETTER_BYTES:
        value, place = value[:MAX_LETTER_BYTES], (*place, ("dlq-cut-from", b"%d" % len(value)))
    return Record(message.key or b"", value, kept + place)


_LIMIT_COUNT: Final = 100
_LIMIT_SHARE: Final = 0.2
_WINDOW: Final = 2000


class DeadLetterLimit:
    """Stops a worker that buries more than a fifth of its last 2,000 messages (pitfall A16)."""

    def __init__(self, count: int = _LIMIT_COUNT, share: float = _LIMIT_SHARE) -> None:
        self._count, self._share = count, share
        self._seen = self._dead = 0

    def note(self, seen: int, dead: int) -> None:
        """Count a batch.

        Raises:
            TooManyDeadLetters: above count and share.
        """
        self._seen += seen
        self._dead += dead
        if self._dead > self._count and self._dead > self._share * self._seen:
            raise TooManyDeadLetters(f"{self._dead} of the last {self._seen} messages")
        if self._seen > _WINDOW:
            self._seen //= 2
            self._dead //= 2
