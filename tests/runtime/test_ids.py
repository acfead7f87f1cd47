"""Ids and the clock: what is derived is the same for ever; what is minted sorts by time."""

from __future__ import annotations

import uuid
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime import clock
from services.runtime.ids import derived_id, id_beside, is_uuid, new_case_id


@given(st.uuids(), st.text())
def test_a_derived_id_is_the_uuid5_of_its_parent_and_name(parent: uuid.UUID, name: str) -> None:
    name = name.encode("utf-8", "ignore").decode()
    assert derived_id(str(parent), name) == str(uuid.uuid5(parent, name))


def test_a_derived_id_never_changes_from_release_to_release() -> None:
    parent = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert derived_id(parent, "review.open_step") == "cbf0a8c5-bb94-5927-9911-6df879aa178a"


def test_ids_cannot_be_derived_from_what_is_no_uuid() -> None:
    with pytest.raises(ValueError, match="badly formed"):
        derived_id("case-7", "0")


def test_case_ids_are_uuid7_and_later_ones_sort_later() -> None:
    minted = [new_case_id() for _ in range(1000)]
    assert minted == sorted(set(minted))
    assert {uuid.UUID(each).version for each in minted} == {7}
    assert all(is_uuid(each) for each in minted)


@pytest.mark.parametrize(
    "text", ["", "01890A5D-AC96-774B-BCCE-B302099A8057", "01890a5dac96774bbcceb302099a8057", "x"]
)
def test_other_ways_to_write_a_uuid_are_not_ours(text: str) -> None:
    assert not is_uuid(text)


def test_the_clock_gives_utc_in_whole_milliseconds() -> None:
    instant = clock.now()
    assert instant.tzinfo is UTC
    assert instant.microsecond % 1000 == 0


@given(st.uuids(), st.text(max_size=20))
def test_an_id_beside_a_case_keeps_its_time_and_is_always_the_same(
    case: uuid.UUID, name: str
) -> None:
    name = name.encode("utf-8", "ignore").decode()
    beside = id_beside(str(case), name)
    assert is_uuid(beside)
    assert beside[:15] == str(case)[:15]
    assert beside == id_beside(str(case), name)
    assert beside != str(case)
