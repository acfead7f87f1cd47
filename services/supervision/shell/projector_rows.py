"""From messages to columns of `events`: headers become columns, the JSON text stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Protocol

from pydantic import ValidationError

from schemas.checks import check_of
from schemas.codec import MAX_VALUE_BYTES, Position, Unreadable, decode
from schemas.registry import EVENTS

_KINDS: Final = {
    "topic": "LowCardinality(String)",
    "partition": "UInt16",
    "offset": "UInt64",
    "type": "LowCardinality(String)",
    "sequence": "UInt64",
    "occurred_at": "DateTime64(3, 'UTC')",
    "appended_at": "DateTime64(3, 'UTC')",
    "event_id": "String",
    "key": "String",
    "source": "LowCardinality(String)",
    "actor": "LowCardinality(String)",
    "causation_id": "String",
    "correlation_id": "String",
    "value": "String",
}
_BATCH: Final = "batch"


class Message(Protocol):
    """A committed message as the log reader gives it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """When the broker appended it, in milliseconds since 1970, UTC."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(slots=True)
class Rows:
    """Messages that were read, column by column, and those that could not be."""

    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in _KINDS})
    unreadable: list[tuple[Message, str]] = field(default_factory=list)
    """With the reason, a stable word."""
    bytes: int = 0
    """Of the values."""

    def __len__(self) -> int:
        return len(self.columns["offset"])

    def marked(self, batch: int) -> dict[str, tuple[str, Sequence[Any]]]:
        """Give what `Store.insert` takes, all rows with the mark of one insert."""
        found: dict[str, tuple[str, Sequence[Any]]] = {
            name: (_KINDS[name], values) for name, values in self.columns.items()
        }
        found[_BATCH] = ("UInt64", [batch] * len(self))
        return found


def add_messages(rows: Rows, messages: Iterable[Message]) -> None:
    """Read `messages` into `rows`; each value is held against its published form.

    What fits no form goes to `rows.unreadable`, and the next is read.
    """
    for topic, of_topic in groupby(messages, key=lambda message: message.topic):
        _add(rows, of_topic, _FORMS.get(topic, {}))


_FORMS: Final[dict[str, dict[bytes, Any]]] = {
    topic: {
        form.type.encode(): (form.type, check_of(form)) for form in EVENTS if topic in form.topics
    }
    for topic in {topic for form in EVENTS for topic in form.topics}
}
"""Topic → type as it stands in the header → name and check."""


def _add(rows: Rows, messages: Iterable[Message], forms: dict[bytes, Any]) -> None:
    lines = []
    for message in messages:
        try:
            line = _line(message, forms)
        except (KeyError, TypeError, ValueError, ValidationError):
            rows.unreadable.append((message, _reason(message)))
            continue
        lines.append(line)
        rows.bytes += len(line[-1])
    for values, more in zip(rows.columns.values(), zip(*lines, strict=True), strict=False):
        values.extend(more)


def _line(message: Message, forms: dict[bytes, Any]) -> tuple[Any, ...]:
    """Give one line in the order of `_KINDS`; what raises here is shown to the strict reader."""
    ce, key, value = dict(message.headers), message.key, message.value
    name, check = forms[ce["ce_type"]]
    occurred_at = datetime.fromisoformat(ce["ce_time"].decode())
    sequence = int(ce["ce_sequence"])
    if (
        ce["ce_specversion"] != b"1.0"
        or key != ce["ce_subject"]
        or value is None
        or len(value) > MAX_VALUE_BYTES
        or occurred_at.tzinfo is None
        or not 0 < sequence < 1 << 63
    ):
        raise ValueError(name)
    check(value)
    texts = (
        ce["ce_id"],
        key,
        ce["ce_source"],
        ce["ce_actor"],
        ce["ce_causationid"],
        ce["ce_correlationid"],
    )
    b"\0".join(texts).decode()  # is UTF-8; the bytes go in as they are, at half the cost
    return (
        message.topic,
        message.partition,
        message.offset,
        name,
        sequence,
        round(occurred_at.timestamp() * 1000),
        message.timestamp,
        *texts,
        value,
    )


def _reason(message: Message) -> str:
    position = Position(message.topic, message.partition, message.offset)
    try:
        decode(position, message.key, message.value, message.headers)
    except Unreadable as unreadable:
        return unreadable.reason
    # The strict reader takes it, the columns do not: a number or time out of the table's range.
    return "envelope.out-of-range"
