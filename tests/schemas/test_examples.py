"""Stored messages are read for ever."""

import json
import re
from collections import defaultdict
from itertools import chain
from pathlib import Path

import jsonschema_rs
import pytest

from schemas.codec import encode
from schemas.events.base import Event
from schemas.events.intake import DeficiencyNotifiedV1
from schemas.json_schema import schema_of
from schemas.registry import BY_TYPE, EVENTS, UPCASTS, current
from tests.schemas.examples import FOLDER, Example, all_examples, examples_of

NEWEST = [e for e in all_examples() if e.current is None]
OLD = [e for e in all_examples() if e.current is not None]


def name_of(example: Example) -> str:
    return f"{example.type}/{example.name}"


@pytest.mark.parametrize("example", NEWEST, ids=name_of)
def test_a_stored_message_of_today_s_form_is_written_again_as_the_same_bytes(
    example: Example,
) -> None:
    written = encode(example.envelope())
    assert (written.key, written.value) == (example.key, example.value)
    assert written.headers == example.headers


@pytest.mark.parametrize("example", OLD, ids=name_of)
def test_a_stored_message_of_an_old_form_is_read_as_the_stored_new_one(example: Example) -> None:
    assert example.current is not None
    written = encode(example.envelope())
    assert (dict(written.headers)["ce_type"].decode(), written.value) == example.current
    kept = [pair for pair in example.headers if pair[0] != "ce_type"]
    assert [pair for pair in written.headers if pair[0] != "ce_type"] == kept


@pytest.mark.parametrize("example", all_examples(), ids=name_of)
def test_a_stored_message_fits_the_form_that_its_type_promises(example: Example) -> None:
    form = jsonschema_rs.validator_for(schema_of(example.type), validate_formats=True)
    assert [error.message for error in form.iter_errors(json.loads(example.value))] == []


@pytest.mark.parametrize("event_type", EVENTS, ids=lambda event: event.type)
def test_every_form_has_two_stored_messages_and_old_ones_say_what_becomes_of_them(
    event_type: type[Event],
) -> None:
    found = examples_of(event_type)
    assert len({example.value for example in found}) >= 2
    assert {example.current is not None for example in found} == {event_type in UPCASTS}


def test_no_stored_message_is_an_orphan() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == set(BY_TYPE)
    assert {path.parent.parent for path in files} == {FOLDER}
    assert {path.suffix for path in files} == {".json"}
    assert len(files) == len(all_examples())
    assert all(dict(e.headers)["ce_type"].decode() == e.type for e in all_examples())


def test_the_stored_messages_are_whole_streams_without_gap_or_repeat() -> None:
    streams = defaultdict(list)
    for example in all_examples():
        streams[example.topic, example.key].append(example.sequence)
    assert all(found == list(range(1, len(found) + 1)) for found in streams.values())
    ids = [dict(e.headers)["ce_id"] for e in all_examples()]
    assert len(set(ids)) == len(ids)


def test_the_stored_messages_hold_no_identity_or_phone_number() -> None:
    # 18 characters of an identity number with its date, 11 digits of a mobile phone.
    personal = re.compile(r"\d{6}(19|20)\d{9}[\dXx]|(?<![\da-f])1[3-9]\d{9}(?![\da-f])")
    texts = {path.name: path.read_text("utf-8") for path in FOLDER.rglob("*.json")}
    assert [name for name, text in texts.items() if personal.search(text)] == []


def test_every_stored_file_is_laid_out_alike() -> None:
    def laid_out(path: Path) -> str:
        return json.dumps(json.loads(path.read_text("utf-8")), ensure_ascii=False, indent=2) + "\n"

    files = sorted(FOLDER.rglob("*.json"))
    assert [p.name for p in files if p.read_text("utf-8") != laid_out(p)] == []


def test_an_old_notice_that_names_no_paper_is_read_and_says_so() -> None:
    newest = current(DeficiencyNotifiedV1(missing=(), notice_number="B1"))
    assert [d.problem for d in getattr(newest, "defects", ())] == ["旧式告知，未列明材料"]


def test_an_upcast_takes_no_other_form_than_its_own() -> None:
    others = [e for e in chain.from_iterable(map(examples_of, EVENTS)) if e.current is None]
    for example in others:
        event = example.envelope().event
        assert current(event) is event
    for upcast in UPCASTS.values():
        with pytest.raises(TypeError):
            upcast(others[0].envelope().event)
