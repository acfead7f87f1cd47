"""What a worker keeps of cases nobody asks for takes little room and comes back as it was."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.packed import Packed

CASES = 2_000
STATE = b'{"steps":[{"kind":"waiting","organisation":"/qingyun/d-nyncj","step_id":"%032x.1"}]}'


@given(st.dictionaries(st.binary(max_size=8), st.binary(max_size=300)))
def test_what_is_put_down_comes_back_byte_for_byte(values: dict[bytes, bytes]) -> None:
    kept = Packed()
    kept.update(values)
    assert dict(kept) == values
    assert len(kept) == len(values)


def test_the_latest_value_counts_and_what_is_gone_is_gone() -> None:
    kept = Packed()
    kept[b"case"] = b"accepted"
    kept[b"case"] = b"completed"
    assert kept[b"case"] == b"completed"
    del kept[b"case"]
    assert b"case" not in kept
    assert kept.get(b"case") is None
    with pytest.raises(KeyError):
        kept[b"case"]


def test_a_state_takes_less_than_half_its_length() -> None:
    states = [STATE % number * 12 for number in range(CASES)]
    tracemalloc.start()
    kept = Packed()
    for number, state in enumerate(states):
        kept[b"%d" % number] = state
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < sum(map(len, states)) / 2
