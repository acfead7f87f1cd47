"""Seals of the reference data: what contradicts itself is found."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas.facts import Organisation
from schemas.seal_facts import Seal
from services.kernel.seal_contradictions import contradictions_of_seals
from tests.support.builders import LAND, TOWNSHIP, county, organisation


def place(*seals: dict[str, Any]) -> Organisation:
    usual = {"code": "approval", "kind": "approval", "name": "自然资源局行政审批专用章"}
    days = {"keeper": "o-land", "valid_from": date(2019, 1, 1)}
    return organisation(LAND, seals=[{**usual, **days, **seal} for seal in seals])


def wrong(of: Organisation, today: date = date(2025, 3, 3)) -> list[object]:
    return [field for field, _, _ in contradictions_of_seals(of, county(), today)]


def test_two_seals_kept_there_are_well() -> None:
    assert wrong(place({}, {"code": "closing", "kind": "closing"})) == []
    assert wrong(organisation(TOWNSHIP)) == []


@pytest.mark.parametrize(
    ("seals", "field"),
    [
        ([{"valid_until": date(2018, 1, 1)}], ("seals", 0, "valid_until")),
        ([{"keeper": "o-nobody"}], ("seals", 0, "keeper")),
        ([{"keeper": "o-xu"}], ("seals", 0, "keeper")),
        ([{}, {}], ("seals", 1, "code")),
        (
            [{"valid_until": date(2025, 1, 1)}, {"valid_from": date(2025, 1, 1)}],
            ("seals", 1, "code"),
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    seals: list[dict[str, Any]], field: tuple[object, ...]
) -> None:
    assert wrong(place(*seals)) == [field]


def test_a_worn_seal_is_followed_by_another_under_its_code() -> None:
    worn, new = {"valid_until": date(2025, 1, 1)}, {"valid_from": date(2025, 1, 2)}
    assert wrong(place(worn, new)) == []
    assert wrong(place({**worn, "keeper": "o-gone"}, new)) == []
    assert Seal.model_validate(place(worn).seals[0].model_dump()).valid_until == date(2025, 1, 1)


def test_whoever_kept_the_seals_of_what_is_abolished_may_be_gone() -> None:
    closed = {"closed_on": date(2025, 3, 1), "successor": TOWNSHIP}
    kept = place({"keeper": "o-gone"}).model_copy(update=closed)
    assert wrong(kept, date(2025, 2, 28)) == [("seals", 0, "keeper")]
    assert wrong(kept, date(2025, 3, 1)) == []
