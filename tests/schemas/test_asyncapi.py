"""The AsyncAPI document: official, true to the contract, and the one that is checked in."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from schemas.asyncapi import document
from schemas.json_schema import FORMS
from schemas.registry import EVENTS
from schemas.topics import topics
from services.cli.schemas import asyncapi_text
from tests.schemas.examples import Example, all_examples

HERE = Path(__file__).resolve().parent
CHECKED_IN = HERE.parents[1] / "docs" / "asyncapi.yaml"
OFFICIAL = json.loads((HERE / "asyncapi-3.0.0.json").read_text("utf-8"))


def test_the_checked_in_document_is_what_the_contract_says_today() -> None:
    drifted = "docs/asyncapi.yaml drifted: cunban schemas asyncapi > docs/asyncapi.yaml"
    assert CHECKED_IN.read_text("utf-8") == asyncapi_text(), drifted


def test_the_document_is_valid_by_the_official_schema_of_asyncapi_3() -> None:
    official = jsonschema_rs.validator_for(OFFICIAL)
    read = yaml.safe_load(asyncapi_text())
    assert [(e.instance_path, e.message) for e in official.iter_errors(read)] == []
    read["operations"]["intake.send.case.intake.events.v1"]["action"] = "shout"
    assert not official.is_valid(read)


def test_every_reference_in_the_document_leads_somewhere() -> None:
    whole = document()

    def references(part: Any) -> list[str]:
        if isinstance(part, list):
            return [ref for below in part for ref in references(below)]
        if not isinstance(part, dict):
            return []
        own = [part["$ref"]] if "$ref" in part else []
        return own + [ref for below in part.values() for ref in references(below)]

    found = references(whole)
    assert found
    for ref in found:
        part: Any = whole
        for key in ref.removeprefix("#/").split("/"):
            part = part[key]
        assert part


def test_every_public_topic_is_a_channel_with_exactly_its_messages() -> None:
    channels = document()["channels"]
    assert set(channels) == {t.name for t in topics() if t.kind in ("events", "facts")}
    for name, channel in channels.items():
        assert channel["address"] == name
        if ".events." in name:
            expected = {event.type for event in EVENTS if name in event.topics}
            assert set(channel["messages"]) == expected
    placed = {message for channel in channels.values() for message in channel["messages"]}
    assert placed == set(FORMS)


def test_every_writer_sends_and_every_reader_of_ours_receives() -> None:
    operations = document()["operations"]
    for topic in topics():
        if topic.kind not in ("events", "facts"):
            continue
        own = {n: o for n, o in operations.items() if n.endswith(f".{topic.name}")}
        sent = {n.partition(".")[0] for n, o in own.items() if o["action"] == "send"}
        received = {n.partition(".")[0] for n, o in own.items() if o["action"] == "receive"}
        assert (sent, received) == (set(topic.writers), set(topic.readers) - {"*"})


@pytest.mark.parametrize("example", all_examples(), ids=lambda e: f"{e.type}/{e.name}")
def test_a_stored_message_fits_what_the_document_says_of_it(example: Example) -> None:
    whole = document()
    message = whole["components"]["messages"][example.type]
    headers = {name: text.decode() for name, text in example.headers}
    for schema, instance in ((message["headers"], headers), (message["payload"], example.value)):
        # With the components beside it, so that its references resolve.
        form = jsonschema_rs.Draft7Validator({**schema, "components": whole["components"]})
        read = json.loads(instance) if isinstance(instance, bytes) else instance
        assert [error.message for error in form.iter_errors(read)] == []


def test_an_old_form_says_that_it_is_only_read() -> None:
    messages = document()["components"]["messages"]
    old = {name for name, message in messages.items() if "an old form" in message["summary"]}
    assert old == {
        "cn.cunban.application.deficiency-notified.v1",
        "cn.cunban.due-date.corrected.v1",
    }
