"""下放、承接、上收、取消: whatever moves a decision to another level names its document."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import pytest

from schemas.facts import Item
from services.kernel.authority_contradictions import contradictions_of_authority, is_cancelled
from services.kernel.reference_book import Fact, fact_key
from tests.kernel.changed_county import Change, changed, found
from tests.support.builders import item

DEPARTMENT: Final = "/qingyun/d-civil"
PLACES: Final = ("village", "township", DEPARTMENT, "above")
CHANGES: Final = (
    *(None, "devolved", "taken_back", "assumed", "handed_up", "cancelled", "restored"),
)


def decided_at(place: str, change: str | None = None) -> Item:
    at = DEPARTMENT if place == "above" else place
    step = item().steps[0].model_copy(update={"at": at, "duty": "decide"})
    told: dict[str, Any] = {"steps": (step,)}
    if place == "above":
        told |= {"kind": "report_up"}
    if change is not None:
        told["authority_change"] = {"change": change, "document": "青云政发〔2026〕12号"}
    return item(**told)


def wrong(now: Item, former: Item | None) -> list[str]:
    return [what for _, what, _ in contradictions_of_authority(now, former)]


def fitting(before: str, now: str) -> str | None:
    was, will_be = PLACES.index(before), PLACES.index(now)
    if was == will_be:
        return None
    if "above" in {before, now}:
        return "assumed" if before == "above" else "handed_up"
    return "devolved" if will_be < was else "taken_back"


@pytest.mark.parametrize(("before", "now"), tuple(product(PLACES, PLACES)))
def test_of_each_shift_one_word_is_right_and_none_where_nothing_shifted(
    before: str, now: str
) -> None:
    right = fitting(before, now)
    for change in CHANGES:
        said = wrong(decided_at(now, change), decided_at(before))
        goes = change == right or (change == "cancelled" and right is None)
        assert (said == []) == goes, (change, said)


def test_what_was_cancelled_comes_back_by_a_document_only() -> None:
    cancelled = decided_at("township", "cancelled")
    assert is_cancelled(cancelled)
    assert not is_cancelled(decided_at("township"))
    for change in CHANGES:
        again = decided_at("village", change)
        assert (wrong(again, cancelled) == []) == (change == "restored")


def test_a_first_version_may_come_from_above_and_from_nowhere_else() -> None:
    for change in CHANGES:
        assert (wrong(decided_at("township", change), None) == []) == (change in {None, "assumed"})


def test_the_demo_county_devolves_nothing_without_its_document() -> None:
    key = "item/minimum-living/3"
    (said,) = found(changed(key, authority_change=None))
    assert (said.where, said.field) == (key, ("authority_change",))
    assert "devolved" in said.what


def cancel(code: str) -> Change:
    """Add a version by which an item is cancelled."""

    def change(facts: list[Fact]) -> list[Fact]:
        last = max(f.version for f in facts if isinstance(f, Item) and f.code == code)
        former = next(f for f in facts if fact_key(f) == f"item/{code}/{last}")
        by = {"change": "cancelled", "document": "青云政发〔2026〕3号"}
        told = {**former.model_dump(), "version": last + 1, "valid_from": "2027-05-01"}
        told["authority_change"] = by
        return [*facts, Item.model_validate(told)]

    return change


def test_a_topic_does_not_go_on_offering_what_is_cancelled() -> None:
    (said,) = found(cancel("funeral-subsidy"))
    assert (said.where, said.field) == ("topic/death-in-the-family/1", ("items", 1))
    items = ["death-deregistration", "pension-funeral-grant"]

    def next_version(facts: list[Fact]) -> list[Fact]:
        topic = next(f for f in facts if fact_key(f) == "topic/death-in-the-family/1")
        told = {**topic.model_dump(), "version": 2, "valid_from": "2027-05-01", "items": items}
        return [*facts, type(topic).model_validate(told)]

    assert found(cancel("funeral-subsidy"), next_version) == []
