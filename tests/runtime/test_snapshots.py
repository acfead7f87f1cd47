"""What is kept of a case between its commands: state, and the results of the latest ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.runtime.results import Result, from_message, to_record
from services.runtime.snapshots import (
    KEPT_BYTES,
    KEPT_RESULTS,
    Snapshot,
    find_remembered,
    from_bytes,
    keep,
    remembered_line,
    to_bytes,
)

ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
HOUR_MS = 3_600_000

texts = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
ids = st.uuids().map(str)
fingerprints = st.text(st.sampled_from("0123456789abcdef"), max_size=16)
results = st.builds(
    Result,
    st.sampled_from((200, 403, 404, 409, 412, 422)),
    json_values.map(orjson.dumps),
    st.integers(0, 10**9),
)
instants = st.integers(0, 2**45)
remembered = st.lists(
    st.tuples(ids, fingerprints, instants, results), max_size=5, unique_by=lambda line: line[0]
)


def line(number: int, at: int = 0, body: bytes = b"{}") -> bytes:
    return remembered_line(str(UUID(int=number)), "f1", at, Result(200, body, number))


def numbers(lines: tuple[bytes, ...]) -> list[int]:
    return [UUID(one.split(b" ")[0].decode()).int for one in lines]


@given(
    numbers_=st.tuples(instants, instants, instants),
    actor=st.from_regex(r"^[a-z][a-z0-9-]{1,38}$", fullmatch=True),
    state=json_values,
    told=remembered,
)
def test_a_snapshot_is_read_back_as_it_was_written(
    numbers_: tuple[int, int, int],
    actor: str,
    state: Any,
    told: list[tuple[str, str, int, Result]],
) -> None:
    sequence, changes, at = numbers_
    lines = tuple(remembered_line(*one) for one in told)
    snapshot = Snapshot(sequence, changes, actor, at, state, lines)
    assert from_bytes(to_bytes(snapshot, ANYTHING), ANYTHING) == snapshot
    for command_id, fingerprint, _, result in told:
        assert find_remembered(lines, command_id.encode()) == (fingerprint, result)


@given(told=remembered, stranger=ids)
def test_a_command_never_seen_is_not_remembered(
    told: list[tuple[str, str, int, Result]], stranger: str
) -> None:
    lines = tuple(remembered_line(*one) for one in told)
    if stranger not in {one[0] for one in told}:
        assert find_remembered(lines, stranger.encode()) is None


def test_the_beginning_of_a_command_id_is_not_that_command() -> None:
    assert find_remembered((line(1),), str(UUID(int=1)).encode()[:-1]) is None
    assert find_remembered((line(1),), b"") is None


@given(command_id=ids, result=results)
def test_a_result_is_read_back_from_its_message(command_id: str, result: Result) -> None:
    message = to_record(b"key", command_id, result)
    assert from_message(message.value, message.headers) == (command_id, result)


def test_the_last_two_hundred_results_are_kept() -> None:
    lines: tuple[bytes, ...] = ()
    for number in range(KEPT_RESULTS + 50):
        lines = keep((*lines, line(number)), now=0, keep_ms=None)
    assert numbers(lines) == list(range(50, KEPT_RESULTS + 50))


def test_where_a_time_is_set_results_are_kept_for_so_long() -> None:
    day = timedelta(hours=24) // timedelta(milliseconds=1)
    lines = tuple(line(hour, at=hour * HOUR_MS) for hour in range(30))
    assert numbers(keep(lines, now=29 * HOUR_MS, keep_ms=day)) == list(range(6, 30))
    many = tuple(line(number, at=29 * HOUR_MS) for number in range(KEPT_RESULTS + 1))
    assert len(keep(many, now=29 * HOUR_MS, keep_ms=day)) == KEPT_RESULTS


def test_long_results_do_not_let_a_snapshot_outgrow_a_message() -> None:
    long = b'"' + b"x" * (KEPT_BYTES // 4) + b'"'
    kept = keep(tuple(line(n, body=long) for n in range(10)), now=0, keep_ms=None)
    assert numbers(kept) == [7, 8, 9]
    huge = b'"' + b"x" * (2 * KEPT_BYTES) + b'"'
    assert numbers(keep((line(1), line(2, body=huge)), now=0, keep_ms=None)) == [2]
