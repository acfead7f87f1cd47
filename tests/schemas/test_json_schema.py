"""The published form of a message: closed, of the form alone, and the same text every time."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import credit_facts, facts, window_facts
from schemas.events.base import Event
from schemas.json_schema import DIALECT, FORMS, JsonSchema, opened, schema_of, text_of
from schemas.registry import BY_TYPE, EVENTS, FACTS
from schemas.values import Value
from tests.schemas.examples import Example, all_examples, canonical


def objects_in(part: Any) -> Iterator[JsonSchema]:
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield part
        for below in part.values():
            yield from objects_in(below)
    elif isinstance(part, list):
        for below in part:
            yield from objects_in(below)


@pytest.mark.parametrize("name", FORMS)
def test_no_object_of_a_published_form_holds_more_than_it_names(name: str) -> None:
    schema = schema_of(name)
    objects = list(objects_in(schema))
    assert objects
    assert {part["additionalProperties"] for part in objects} == {False}
    assert (schema["$schema"], schema["title"]) == (DIALECT, name)
    assert jsonschema_rs.meta.is_valid(schema)


@pytest.mark.parametrize("name", FORMS)
def test_the_published_text_is_the_same_every_time_and_holds_no_wording(name: str) -> None:
    text = text_of(schema_of(name))
    assert text == text_of(schema_of(name))
    assert text == text_of(json.loads(text))
    assert '"description"' not in text


def test_moving_a_field_or_a_value_in_a_class_is_not_another_revision() -> None:
    item = schema_of("reference.facts.v1.item")
    assert item["required"] == sorted(item["required"])
    for part in objects_in(item):
        for field in part["properties"].values():
            assert field.get("enum", []) == sorted(field.get("enum", []))


def test_every_event_class_is_registered_and_its_type_says_its_version() -> None:
    def below(form: type[Event]) -> Iterator[type[Event]]:
        for child in form.__subclasses__():
            yield child
            yield from below(child)

    ours = {c for c in below(Event) if c.__module__.startswith("schemas.") and "type" in vars(c)}
    assert ours == set(EVENTS)
    assert len(BY_TYPE) == len(EVENTS)
    assert all(name.rpartition(".v")[2].isdecimal() for name in BY_TYPE)
    assert all(name.startswith("cn.cunban.") for name in BY_TYPE)


def test_every_fact_is_published_under_the_topic_that_it_stands_on() -> None:
    with_kind = {
        c
        for module in (facts, window_facts, credit_facts)
        for _, c in inspect.getmembers(module, inspect.isclass)
        if hasattr(c, "kind_of_fact")
    }
    assert with_kind | {facts.Person} == set(FACTS.values())
    for name, form in FACTS.items():
        kind = getattr(form, "kind_of_fact", "person")
        assert name.rpartition(".")[2] == kind


# --- what the form says and what the reader does are the same ---

VALIDATORS = {
    name: jsonschema_rs.validator_for(opened(schema_of(name)), validate_formats=True)
    for name in FORMS
}
parts: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda n: not n.is_integer())
    | st.text(max_size=6)
    | st.sampled_from(["2025-02-08T09:30:00Z", "2025-02-08T09:30:00", "approved", "village"])
    | st.sampled_from(["/qingyun/t-heping", "/Qingyun", "p-" + "0" * 24, "x" * 2001, "ab-1"]),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(all_examples()), st.data())
def test_a_reader_takes_what_the_published_form_allows_and_nothing_else(
    example: Example, data: st.DataObject
) -> None:
    value = json.loads(example.value)
    *above, last = data.draw(st.sampled_from(list(places(value))))
    inside = value
    for key in above:
        inside = inside[key]
    if data.draw(st.booleans(), label="taken out"):
        del inside[last]
    else:
        inside[last] = data.draw(parts)
    assert _is_read(FORMS[example.type], value) == VALIDATORS[example.type].is_valid(value)


def _is_read(form: type[Value], value: Any) -> bool:
    try:
        form.model_validate_json(canonical(value), strict=True)
    except ValidationError:
        return False
    return True
