"""A check passes what the strict reader takes, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.checks import check_of
from schemas.registry import BY_TYPE, EVENTS
from tests.schemas.examples import Example, all_examples, canonical

CHECKS = {form.type: check_of(form) for form in EVENTS}
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    1.0,
    1.5,
    100,
    10**20,
    "",
    "1",
    "x" * 2001,
    "汉字\u0000",
    [],
    [{}],
    {},
    "2025-02-08",
    "2025-02-08T09:30:00",
    "2025-02-08T09:30:00.123456789Z",
    "2025-02-30T09:30:00Z",
    "0001-01-01T00:00:00+08:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-08:00",
    "9999-12-31T23:59:59.999999Z",
    1738999800,
)


def verdicts(event_type: str, value: bytes) -> tuple[bool, bool]:
    """What the check and the strict reader say."""
    said = [False, False]
    with suppress(ValidationError):
        CHECKS[event_type](value)
        said[0] = True
    with suppress(ValidationError):
        BY_TYPE[event_type].model_validate_json(value, strict=True)
        said[1] = True
    return said[0], said[1]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value where something else could stand."""
    within = value.items() if isinstance(value, dict) else enumerate(value or ())
    for name, below in within:
        yield (*path, name)
        if isinstance(below, dict | list):
            yield from places(below, (*path, name))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with `new` at `path`; without that place where `new` is `...`."""
    copy = json.loads(json.dumps(value))
    there = copy
    for name in path[:-1]:
        there = there[name]
    if new is ...:
        del there[path[-1]]
    else:
        there[path[-1]] = new
    return copy


@pytest.mark.parametrize("example", all_examples(), ids=lambda e: e.name)
def test_every_stored_example_passes(example: Example) -> None:
    CHECKS[example.type](example.value)


@pytest.mark.parametrize("example", all_examples(), ids=lambda e: e.name)
def test_whatever_stands_at_any_place_the_verdict_is_the_reader_s(example: Example) -> None:
    value = json.loads(example.value)
    differing = []
    refused = 0
    for path in places(value):
        for new in (..., *ODD):
            told = canonical(changed(value, path, new))
            check, reader = verdicts(example.type, told)
            refused += not reader
            if check is not reader:
                differing.append((path, new, check))
    assert differing == []
    assert refused


@given(st.sampled_from(all_examples()), st.binary(max_size=40))
def test_bytes_that_are_no_value_of_the_form_do_not_pass(example: Example, noise: bytes) -> None:
    for value in (noise, example.value[: len(noise)], example.value + noise):
        check, reader = verdicts(example.type, value)
        assert check is reader
