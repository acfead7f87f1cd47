"""Our thin encoder beside the `cloudevents` package, the public reading of the same standard."""

import json
from datetime import datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from schemas.codec import Position, decode, encode
from tests.schemas.examples import Example, all_examples

NEWEST = [e for e in all_examples() if e.current is None]


def name_of(example: Example) -> str:
    return f"{example.type}/{example.name}"


def by_the_package(example: Example) -> KafkaMessage:
    """Give the message as the package writes the same event."""
    envelope = example.envelope()
    event = CloudEvent(
        attributes={
            "specversion": "1.0",
            "type": envelope.event.type,
            "id": envelope.event_id,
            "source": envelope.source,
            "subject": envelope.key,
            "time": envelope.occurred_at,
            "sequence": envelope.sequence,
            "causationid": envelope.causation_id,
            "correlationid": envelope.correlation_id,
            "actor": envelope.actor,
            "datacontenttype": "application/json",
        },
        data=envelope.event.model_dump_json().encode(),
    )
    return to_binary(event, JSONFormat(), key_mapper=lambda e: e.get_subject())


@pytest.mark.parametrize("example", NEWEST, ids=name_of)
def test_our_message_is_the_package_s_byte_for_byte_but_for_the_digits_of_the_second(
    example: Example,
) -> None:
    ours, theirs = encode(example.envelope()), by_the_package(example)
    # The standard leaves the fraction free: we write three digits always, the package none or six.
    times = [dict(side)["ce_time"].decode() for side in (ours.headers, theirs.headers.items())]
    assert datetime.fromisoformat(times[0]) == datetime.fromisoformat(times[1])
    assert times[0][:19] == times[1][:19]
    assert ours.key.decode() == theirs.key
    assert ours.value == theirs.value
    assert {**dict(ours.headers), "ce_time": b""} == {**theirs.headers, "ce_time": b""}
    assert [name for name, _ in ours.headers] == list(theirs.headers)


@pytest.mark.parametrize("example", NEWEST, ids=name_of)
def test_a_message_that_the_package_wrote_is_read_as_the_same_event(example: Example) -> None:
    theirs = by_the_package(example)
    assert isinstance(theirs.key, str)
    read = decode(
        Position(example.topic, 0, 0), theirs.key.encode(), theirs.value, theirs.headers.items()
    )
    assert read == example.envelope()


@pytest.mark.parametrize("example", all_examples(), ids=name_of)
def test_the_package_reads_our_message(example: Example) -> None:
    envelope = example.envelope()
    ours = encode(envelope)
    read = from_kafka(KafkaMessage(dict(ours.headers), ours.key, ours.value), JSONFormat())
    assert read.get_time() == envelope.occurred_at
    assert read.get_data() == json.loads(ours.value)
    assert {
        "id": read.get_id(),
        "type": read.get_type(),
        "source": read.get_source(),
        "subject": read.get_subject(),
        "sequence": read.get_extension("sequence"),
        "key": read.get_extension("partitionkey"),
        "actor": read.get_extension("actor"),
        "causation": read.get_extension("causationid"),
        "correlation": read.get_extension("correlationid"),
        "content": read.get_datacontenttype(),
    } == {
        "id": envelope.event_id,
        "type": envelope.event.type,
        "source": envelope.source,
        "subject": envelope.key,
        "sequence": str(envelope.sequence),
        "key": envelope.key,
        "actor": envelope.actor,
        "causation": envelope.causation_id,
        "correlation": envelope.correlation_id,
        "content": "application/json",
    }
