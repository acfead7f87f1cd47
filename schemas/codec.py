"""Between envelopes and Kafka messages: CloudEvents 1.0 Kafka binding, binary mode.

Ours is thin because the loop is hot; the tests compare it with the `cloudevents` package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationError

from schemas.envelope import Envelope, Record
from schemas.events.base import Event
from schemas.registry import BY_TYPE, current

MAX_VALUE_BYTES: Final = 1 << 20
_CONTENT_TYPE: Final = ("content-type", b"application/json")
_SPEC: Final = ("ce_specversion", b"1.0")
_TYPES: Final = {cls: ("ce_type", cls.type.encode()) for cls in BY_TYPE.values()}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


class Unreadable(Exception):
    """A message that no published form fits; goes to the dead letters with its position."""

    def __init__(self, position: Position, reason: str) -> None:
        super().__init__(f"{position.topic}[{position.partition}]@{position.offset}: {reason}")
        self.position = position
        self.reason = reason
        """Stable word, dotted: `envelope.missing-header`, `value.not-json` …"""


def instant_text(value: datetime) -> str:
    """Give RFC 3339 in UTC with milliseconds, `2025-02-08T09:30:00.000Z`."""
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return there.isoformat("T", "milliseconds")[:-6] + "Z"


def encode(envelope: Envelope[Event]) -> Record:
    """Give the canonical bytes: the same envelope is the same message, always."""
    event = envelope.event
    return Record(
        key=envelope.key.encode(),
        value=event.__pydantic_serializer__.to_json(event),
        headers=(
            _SPEC,
            _TYPES[type(event)],
            ("ce_id", envelope.event_id.encode()),
            ("ce_source", envelope.source.encode()),
            ("ce_subject", envelope.key.encode()),
            ("ce_time", instant_text(envelope.occurred_at).encode()),
            ("ce_sequence", b"%d" % envelope.sequence),
            ("ce_causationid", envelope.causation_id.encode()),
            ("ce_correlationid", envelope.correlation_id.encode()),
            ("ce_actor", envelope.actor.encode()),
            _CONTENT_TYPE,
        ),
    )


def decode(
    position: Position,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes | None]],
) -> Envelope[Event]:
    """Give the envelope, its event in the newest form.

    Raises:
        Unreadable: a header is missing or broken, the type is unknown or does not belong on
            the topic, or the value does not fit its form.
    """
    ce = headers_of(position, headers)
    event_type = BY_TYPE.get(ce["ce_type"])
    if event_type is None:
        raise Unreadable(position, "envelope.unknown-type")
    if position.topic not in event_type.topics:
        raise Unreadable(position, "envelope.type-not-of-this-topic")
    if key is None or key != ce["ce_subject"].encode():
        raise Unreadable(position, "envelope.key-is-not-subject")
    if _UUID.fullmatch(ce["ce_id"]) is None:
        # Reactions derive their command ids from it.
        raise Unreadable(position, "envelope.id-is-no-uuid")
    return Envelope(
        event_id=ce["ce_id"],
        key=ce["ce_subject"],
        sequence=_sequence(position, ce["ce_sequence"]),
        occurred_at=_time(position, ce["ce_time"]),
        source=ce["ce_source"],
        actor=ce["ce_actor"],
        causation_id=ce["ce_causationid"],
        correlation_id=ce["ce_correlationid"],
        event=current(_event(position, event_type, value)),
    )


_REQUIRED: Final[Sequence[str]] = (
    "ce_type",
    "ce_id",
    "ce_source",
    "ce_subject",
    "ce_time",
    "ce_sequence",
    "ce_causationid",
    "ce_correlationid",
    "ce_actor",
)


def headers_of(position: Position, headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Give the CloudEvents headers as text, all required ones there.

    Raises:
        Unreadable: one is missing or empty or is not UTF-8, or the spec version is not 1.0.
    """
    # A Kafka header may be null: as good as absent.
    raw = {name: value for name, value in headers if value}
    if raw.get("ce_specversion") != b"1.0":
        raise Unreadable(position, "envelope.not-cloudevents-1.0")
    try:
        return {name: raw[name].decode() for name in _REQUIRED}
    except KeyError as missing:
        raise Unreadable(position, f"envelope.missing-header.{missing.args[0]}") from missing
    except UnicodeDecodeError as broken:
        raise Unreadable(position, "envelope.header-not-utf8") from broken


def _event(position: Position, event_type: type[Event], value: bytes | None) -> Event:
    if value is None:
        raise Unreadable(position, "value.null")
    if len(value) > MAX_VALUE_BYTES:
        raise Unreadable(position, "value.too-large")
    try:
        # Strict: what the published form does not allow ("count": "1") would mean one thing to a
        # core and another to the store, which keeps the text as it came.
        return event_type.model_validate_json(value, strict=True)
    except ValidationError as invalid:
        kind = invalid.errors(include_input=False, include_url=False)[0]["type"]
        reason = "value.not-json" if kind == "json_invalid" else f"value.{kind}"
        raise Unreadable(position, reason) from invalid


def _sequence(position: Position, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        raise Unreadable(position, "envelope.sequence-not-positive")
    return int(text)


_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


def _time(position: Position, text: str) -> datetime:
    form = _RFC3339.fullmatch(text)
    if form is None:
        raise Unreadable(position, "envelope.time-not-rfc3339")
    if form[2] is None:
        raise Unreadable(position, "envelope.time-without-zone")
    try:
        found = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise Unreadable(position, "envelope.time-not-rfc3339") from broken
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
