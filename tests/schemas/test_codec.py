"""What is read, and what goes to the dead letters with which reason."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import MAX_VALUE_BYTES, Position, Unreadable, decode, encode, instant_text
from schemas.events.base import REVIEW
from schemas.registry import BY_TYPE
from tests.schemas.examples import Example, all_examples, canonical

HERE = Position("case.intake.events.v1", 3, 41)


def notice() -> Example:
    wanted = "cn.cunban.application.deficiency-notified.v2"
    return next(e for e in all_examples() if e.type == wanted)


def reason_of(
    *,
    topic: str = HERE.topic,
    key: bytes | None = notice().key,
    value: bytes | None = notice().value,
    **headers: bytes | None,
) -> str:
    """Give why a notice, changed in this way, cannot be read."""
    return reason_with(headers, topic, key, value)


def reason_with(
    headers: Mapping[str, bytes | None],
    topic: str = HERE.topic,
    key: bytes | None = notice().key,
    value: bytes | None = notice().value,
) -> str:
    changed: dict[str, bytes | None] = {**dict(notice().headers), **headers}
    with pytest.raises(Unreadable) as caught:
        decode(replace(HERE, topic=topic), key, value, changed.items())
    assert caught.value.position == replace(HERE, topic=topic)
    assert str(caught.value) == f"{topic}[3]@41: {caught.value.reason}"
    return caught.value.reason


def value_with(**fields: object) -> bytes:
    return canonical({**json.loads(notice().value), **fields})


@pytest.mark.parametrize(
    "header",
    [name for name, _ in notice().headers if name not in ("content-type", "ce_specversion")],
)
def test_a_message_without_one_of_its_headers_is_unreadable(header: str) -> None:
    for gone in (None, b""):
        assert reason_with({header: gone}) == f"envelope.missing-header.{header}"


@pytest.mark.parametrize("version", [None, b"", b"0.3", b"1.0.1", b"\xff"])
def test_a_message_that_is_no_cloudevent_of_version_1_is_unreadable(version: bytes | None) -> None:
    assert reason_of(ce_specversion=version) == "envelope.not-cloudevents-1.0"


def test_a_header_that_is_no_text_is_unreadable() -> None:
    assert reason_of(ce_actor=b"o-\xc3\x28") == "envelope.header-not-utf8"


@pytest.mark.parametrize("unknown", [b"cn.cunban.case.accepted.v99", b"com.example.order", b"\0"])
def test_a_type_that_was_never_published_is_unreadable(unknown: bytes) -> None:
    assert reason_of(ce_type=unknown) == "envelope.unknown-type"


@pytest.mark.parametrize("topic", [REVIEW, "people.facts.v1", "no.such.topic.v1"])
def test_an_event_on_the_topic_of_another_service_is_unreadable(topic: str) -> None:
    assert reason_of(topic=topic) == "envelope.type-not-of-this-topic"


@pytest.mark.parametrize("key", [None, b"", b"another-case", notice().key + b" ", b"\xff"])
def test_a_message_whose_key_is_not_its_subject_is_unreadable(key: bytes | None) -> None:
    assert reason_of(key=key) == "envelope.key-is-not-subject"


@pytest.mark.parametrize("name", [b"e-1", b"01942A3B-0000-5000-8000-0000000000E1", b"0" * 36])
def test_an_event_whose_id_is_no_uuid_is_unreadable(name: bytes) -> None:
    assert reason_of(ce_id=name) == "envelope.id-is-no-uuid"


@pytest.mark.parametrize("place", [b"0", b"-1", b"1.0", b"+1", b" 1", "１".encode(), b"9" * 19])
def test_a_sequence_that_is_no_place_in_a_stream_is_unreadable(place: bytes) -> None:
    assert reason_of(ce_sequence=place) == "envelope.sequence-not-positive"


@pytest.mark.parametrize(
    "time",
    [
        b"yesterday",
        b"2025-02-30T09:00:00Z",
        b"2025-W06-6T09:00:00Z",
        b"20250208T093000Z",
        b"2025-02-08 09:30:00Z",
        b"2025-02-08T09:30Z",
        b"2025-02-08T09:30:60Z",
        "２025-02-08T09:30:00Z".encode(),
        b"0001-01-01T00:00:00+08:00",
        b"9999-12-31T23:59:59-08:00",
    ],
)
def test_a_time_that_is_not_rfc_3339_is_unreadable(time: bytes) -> None:
    assert reason_of(ce_time=time) == "envelope.time-not-rfc3339"


def test_a_time_without_zone_is_unreadable() -> None:
    assert reason_of(ce_time=b"2025-02-08T09:30:00") == "envelope.time-without-zone"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"2025-02-08T17:30:00.123+08:00", "2025-02-08T09:30:00.123Z"),
        (b"2025-02-08t09:30:00z", "2025-02-08T09:30:00.000Z"),
        (b"2025-02-08T09:30:00.123999999Z", "2025-02-08T09:30:00.123Z"),
    ],
)
def test_a_time_of_another_writer_is_read_as_utc_cut_to_milliseconds(
    written: bytes, meant: str
) -> None:
    headers = {**dict(notice().headers), "ce_time": written}
    envelope = decode(HERE, notice().key, notice().value, headers.items())
    assert instant_text(envelope.occurred_at) == meant
    assert envelope.occurred_at.microsecond % 1000 == 0
    assert dict(encode(envelope).headers)["ce_time"] == meant.encode()


def test_a_tombstone_on_an_event_topic_is_unreadable() -> None:
    assert reason_of(value=None) == "value.null"


def test_ten_megabytes_are_unreadable_before_they_are_parsed() -> None:
    assert reason_of(value=b"[" * 10_000_000) == "value.too-large"
    padded = notice().value + b" " * (MAX_VALUE_BYTES - len(notice().value))
    decode(HERE, notice().key, padded, notice().headers)
    assert reason_of(value=padded + b" ") == "value.too-large"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xfe",
        notice().value[:-1],
        notice().value + b"x",
        notice().value.replace(b"B1", b"\xc3\x28"),
        b'{"notice_number":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    ],
    ids=["empty", "no text", "cut", "tail", "bad UTF-8", "half a pair", "deep", "nested"],
)
def test_a_value_that_is_not_json_is_unreadable(value: bytes) -> None:
    assert reason_of(value=value) == "value.not-json"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"null", "value.model_type"),
        (b"[]", "value.model_type"),
        (b"{}", "value.missing"),
        (value_with(ordinal=0), "value.greater_than_equal"),
        (value_with(ordinal=100), "value.less_than_equal"),
        (value_with(ordinal="1"), "value.int_type"),
        (value_with(ordinal=1.5), "value.int_type"),
        (value_with(ordinal=True), "value.int_type"),
        (value_with(ordinal=int("9" * 4000)), "value.less_than_equal"),
        (value_with(defects=[]), "value.too_short"),
        (
            value_with(defects=[{"material": "x y", "problem": "缺"}]),
            "value.string_pattern_mismatch",
        ),
        (value_with(notice_number=""), "value.string_too_short"),
        (value_with(notice_number="号" * 201), "value.string_too_long"),
    ],
)
def test_a_value_that_does_not_fit_its_form_is_unreadable_and_says_in_what(
    value: bytes, reason: str
) -> None:
    assert reason_of(value=value) == reason


@pytest.mark.parametrize(
    ("instant", "reason"),
    [
        ("2025-02-08T09:30:00", "value.timezone_aware"),
        ("0001-01-01T00:00:00+08:00", "value.value_error"),
        ("9999-12-31T23:59:59-08:00", "value.value_error"),
        (1738000000, "value.datetime_type"),
    ],
)
def test_a_moment_that_has_no_utc_form_is_unreadable(instant: object, reason: str) -> None:
    idle = next(e for e in all_examples() if e.type == "cn.cunban.officer.went-idle.v1")
    value = canonical({**json.loads(idle.value), "since": instant})
    with pytest.raises(Unreadable) as caught:
        decode(Position(idle.topic, 0, 0), idle.key, value, idle.headers)
    assert caught.value.reason == reason


def test_fields_and_headers_of_a_later_writer_are_passed_over() -> None:
    headers = [*notice().headers, ("traceparent", b"00-\xff"), ("ce_later", None)]
    later = value_with(urgent=True, defects_seen_by=["o-000001"])
    assert decode(HERE, notice().key, later, headers) == notice().envelope()


def test_the_same_moment_in_another_zone_is_written_as_the_same_bytes() -> None:
    envelope = notice().envelope()
    elsewhere = envelope.occurred_at.astimezone(timezone(timedelta(hours=8)))
    assert encode(envelope._replace(occurred_at=elsewhere)) == encode(envelope)
    assert instant_text(datetime(2025, 2, 8, 9, 30, tzinfo=UTC)) == "2025-02-08T09:30:00.000Z"


# --- whatever comes: read or Unreadable, nothing else ---

header_names = st.sampled_from([name for name, _ in notice().headers]) | st.text(max_size=12)
wild_headers = st.lists(st.tuples(header_names, st.none() | st.binary(max_size=60)), max_size=14)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([*sorted({e.topic for e in all_examples()}), "", "x"]),
    st.none() | st.binary(max_size=50),
    st.none() | st.binary(max_size=300),
    wild_headers,
)
def test_noise_is_unreadable_and_nothing_worse(
    topic: str, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    with pytest.raises(Unreadable):
        decode(Position(topic, 0, 0), key, value, headers)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(all_examples()),
    st.data(),
)
def test_a_message_with_one_part_exchanged_is_read_or_unreadable(
    example: Example, data: st.DataObject
) -> None:
    headers: dict[str, bytes | None] = dict(example.headers)
    value = json.loads(example.value)
    if data.draw(st.booleans(), label="in the value"):
        value[data.draw(st.sampled_from(sorted(value)))] = data.draw(json_values)
    else:
        header = data.draw(st.sampled_from(sorted(headers)))
        headers[header] = data.draw(st.none() | st.binary() | st.text().map(str.encode))
    try:
        envelope = decode(
            Position(example.topic, 0, 0), example.key, canonical(value), headers.items()
        )
    except Unreadable:
        return
    again = encode(envelope)
    assert decode(Position(example.topic, 0, 0), again.key, again.value, again.headers) == envelope
    assert encode(envelope) == again


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(all_examples()), st.integers(min_value=0), st.integers(0, 255))
def test_a_message_with_one_byte_exchanged_is_read_or_unreadable(
    example: Example, place: int, byte: int
) -> None:
    value = bytearray(example.value)
    value[place % len(value)] = byte
    try:
        envelope = decode(Position(example.topic, 0, 0), example.key, bytes(value), example.headers)
    except Unreadable:
        return
    assert BY_TYPE[envelope.event.type] is type(envelope.event)


def test_every_reason_is_explained_in_the_readme() -> None:
    folder = Path(__file__).resolve().parents[2] / "schemas"
    code = (folder / "codec.py").read_text("utf-8")
    readme = (folder / "README.md").read_text("utf-8")
    reasons = set(re.findall(r'"((?:envelope|value)\.[a-z0-9.-]+)', code))
    assert len(reasons) >= 13
    assert [reason for reason in sorted(reasons) if f"`{reason}" not in readme] == []
