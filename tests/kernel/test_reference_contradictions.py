"""What contradicts what in a county's reference data; the demo county with one thing changed."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.facts import Item, NegativeList, Organisation, Topic
from services.kernel.catalogue_check import check_catalogue
from services.kernel.reference_book import Fact, fact_key
from tests.kernel.changed_county import (
    NEGATIVE,
    Change,
    changed,
    county,
    found,
    without,
)
from tests.kernel.contradictions_of_catalogue import CATALOGUE
from tests.kernel.contradictions_of_places import PLACES
from tests.kernel.contradictions_of_routes import ROUTES


def test_the_demo_county_holds_together() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("change", "where", "field", "named"),
    [case[1:] for case in (*ROUTES, *PLACES, *CATALOGUE)],
    ids=[case[0].replace(" ", "_") for case in (*ROUTES, *PLACES, *CATALOGUE)],
)
def test_a_contradiction_is_named_with_its_place_and_its_cure(
    change: Change, where: str, field: tuple[str | int, ...], named: str
) -> None:
    said = [c for c in found(change) if (c.where, c.field) == (where, field)]
    assert any(named in c.what for c in said), found(change)
    assert all(c.cure and c.blocking for c in said)


def test_a_year_without_its_notice_does_not_keep_the_county_from_working() -> None:
    (said,) = found(year=2027)
    assert "2027" in said.what
    assert not said.blocking


def test_a_warrant_that_has_run_out_is_said_and_keeps_nothing_from_being_applied() -> None:
    chief = {"organisation": "/qingyun/d-land", "role": "chief_representative"}
    warrant = {"number": "授1", "valid_from": "2025-03-01", "valid_until": "2026-02-28"}
    facts = changed("officer/o-019/1", posts=[{**chief, "warrant": warrant}])(list(county()))
    where = ("officer/o-019/1", ("posts", 0, "warrant"), False)
    said = [
        [(c.where, c.field, c.blocking) for c in check_catalogue(facts, 2026, today)]
        for today in (date(2026, 2, 28), date(2026, 3, 1))
    ]
    assert (where in said[0], where in said[1]) == (False, True)


def test_a_later_version_valid_later_is_right() -> None:
    def second(facts: list[Fact]) -> list[Fact]:
        return [
            *facts,
            *(
                f.model_copy(update={"version": 3, "valid_from": date(2027, 7, 1)})
                for f in facts
                if fact_key(f) == "item/felling-permit/2"
            ),
        ]

    assert found(second) == []


def test_the_order_of_steps_in_the_file_does_not_matter() -> None:
    def reversed_steps(facts: list[Fact]) -> list[Fact]:
        return [
            f.model_copy(update={"steps": f.steps[::-1]}) if isinstance(f, Item) else f
            for f in facts
        ]

    assert found(reversed_steps) == []


def test_nothing_at_all_is_no_county_yet_and_no_crash() -> None:
    assert [c.where for c in check_catalogue([])] == ["calendar"]


def test_every_organisation_is_missed_where_it_is_not_there() -> None:
    organisations = [f for f in county() if isinstance(f, Organisation)]
    villages = [f for f in organisations if f.kind == "village"]
    some = [fact_key(f) for f in organisations if f not in villages[1:]]
    assert [key for key in some if not found(without(key))] == []


def test_an_item_that_nobody_names_may_go() -> None:
    items = [f for f in county() if isinstance(f, Item)]
    named = {code for f in county() if isinstance(f, Topic) for code in f.items}
    named |= {e.item for f in county() if isinstance(f, NegativeList) for e in f.entries}
    named |= {code for i in items for p in i.preconditions for code in p.items}
    once = [i for i in items if [j.code for j in items].count(i.code) == 1]
    free = [fact_key(i) for i in once if i.code not in named]
    assert len(free) > 35
    assert [key for key in free[::6] if found(without(key))] == []


@pytest.mark.parametrize("key", ["item/passport/1", "item/food-operation-licence/1"])
def test_an_item_that_a_list_or_a_topic_names_is_missed(key: str) -> None:
    assert found(without(key))


def test_a_fault_of_a_former_version_is_mended_by_the_later_one() -> None:
    """Published versions never change: family assistance 1 had no limit above."""
    assert found() == []
    (said,) = found(without("item/family-assistance/2"))
    assert (said.where, said.field) == ("item/family-assistance/1", ("kind",))


def test_a_former_negative_list_is_not_asked_again() -> None:
    def with_a_later_one(facts: list[Fact]) -> list[Fact]:
        later = {"version": 2, "valid_from": date(2026, 7, 1)}
        return [*facts, *(f.model_copy(update=later) for f in facts if fact_key(f) == NEGATIVE)]

    def without_passports(facts: list[Fact]) -> list[Fact]:
        entries = [{"item": "marriage-registration", "reason": "本人到场"}]
        return changed(NEGATIVE, entries=entries)(facts)

    assert found(with_a_later_one, without_passports) == []
    assert found(without_passports) != []


def test_a_county_without_a_negative_list_decides_by_channels_alone() -> None:
    assert found(without(NEGATIVE)) == []
