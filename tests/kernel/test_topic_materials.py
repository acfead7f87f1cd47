"""One thing to do, one list of papers: what several items ask for is asked once."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Item, ItemMaterial, Topic
from services.kernel.topic_materials import TopicMaterial, merged_materials
from tests.support.builders import item


def topic(*codes: str) -> Topic:
    return Topic.model_validate(
        {
            "code": "having-a-child",
            "version": 1,
            "valid_from": "2025-01-01",
            "name": "新生儿出生一件事",
            "name_en": "Having a child",
            "items": codes,
            "form": "新生儿出生一张表",
        }
    )


def paper(code: str = "id-card", **fields: Any) -> dict[str, Any]:
    return {"code": code, "name": "居民身份证", "form": "copy", **fields}


def asking(code: str, *papers: dict[str, Any]) -> Item:
    return item(code=code, materials=list(papers))


def merged(*asked: list[dict[str, Any]]) -> tuple[TopicMaterial, ...]:
    items = [asking(f"item-{n}", *papers) for n, papers in enumerate(asked)]
    return merged_materials(topic(*(i.code for i in items)), items)


def test_a_paper_that_two_items_ask_for_is_handed_in_once() -> None:
    (one,) = merged([paper()], [paper()])
    assert (one.code, one.count, one.asked_by) == ("id-card", 1, ("item-0", "item-1"))


def test_papers_come_in_the_order_in_which_the_items_of_the_topic_ask_for_them() -> None:
    register, card = paper("household-register"), paper()
    items = [asking("item-b", register, card), asking("item-a", card)]
    first = merged_materials(topic("item-a", "item-b"), items)
    assert [m.code for m in first] == ["id-card", "household-register"]
    assert merged_materials(topic("item-a", "item-b"), items[::-1]) == first


def test_an_original_is_stricter_than_a_copy_and_gives_its_name() -> None:
    (one,) = merged([paper(name="身份证复印件")], [paper(form="original", name="身份证原件")])
    assert (one.form, one.name) == ("original", "身份证原件")


def test_the_highest_count_holds() -> None:
    (one,) = merged([paper(count=3)], [paper(count=2, form="original")])
    assert (one.count, one.form) == (3, "original")


def test_a_paper_that_one_item_always_requires_is_required() -> None:
    (one,) = merged([paper(required=False, when="已婚的")], [paper()])
    assert (one.required, one.when) == (True, ())


def test_a_paper_that_no_item_always_requires_keeps_every_case() -> None:
    sometimes = [[paper(required=False, when=w)] for w in ("已婚的", "再婚的", "已婚的")]
    (one,) = merged(*sometimes)
    assert (one.required, one.when) == (False, ("已婚的", "再婚的"))


def test_an_earlier_paper_may_be_offered_only_where_every_item_takes_it() -> None:
    assert [m.reusable for m in merged([paper(reusable=True)], [paper()])] == [False]
    assert [m.reusable for m in merged([paper(reusable=True)], [paper(reusable=True)])] == [True]


def test_every_check_is_made_once() -> None:
    (one,) = merged([paper(checks=["在有效期内"])], [paper(checks=["与本人相符", "在有效期内"])])
    assert one.checks == ("在有效期内", "与本人相符")


def test_one_form_stands_in_place_of_each_items_own() -> None:
    form = paper("application-form", name="申请表", form="original", count=3)
    (one,) = merged([form], [form])
    assert (one.name, one.form, one.count) == ("新生儿出生一张表", "original", 1)


def test_an_item_that_the_topic_does_not_name_is_passed_over() -> None:
    items = [asking("item-0", paper()), asking("stranger", paper("passport"))]
    assert [m.code for m in merged_materials(topic("item-0", "item-1"), items)] == ["id-card"]


def test_no_items_ask_for_nothing() -> None:
    assert merged_materials(topic("item-0", "item-1"), []) == ()


papers_of_an_item = st.lists(
    st.builds(
        paper,
        st.sampled_from(["id-card", "bank-card", "photo"]),
        form=st.sampled_from(["original", "copy"]),
        count=st.integers(1, 5),
        required=st.booleans(),
        reusable=st.booleans(),
        checks=st.lists(st.sampled_from(["甲", "乙", "丙"]), max_size=2),
    ),
    max_size=3,
    unique_by=lambda p: str(p["code"]),
)


@given(st.lists(papers_of_an_item, min_size=2, max_size=3))
def test_whoever_brings_the_merged_papers_satisfies_every_item(
    asked: list[list[dict[str, Any]]],
) -> None:
    by_code = {m.code: m for m in merged(*asked)}
    assert len(by_code) == len(merged(*asked))
    for wanted in (ItemMaterial.model_validate(p) for papers in asked for p in papers):
        brought = by_code[wanted.code]
        assert brought.count >= wanted.count
        assert brought.form == "original" or wanted.form == "copy"
        assert brought.required or not wanted.required
        assert wanted.reusable or not brought.reusable
        assert set(wanted.checks) <= set(brought.checks)
    assert set(by_code) == {p["code"] for papers in asked for p in papers}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_items_are_given_does_not_matter(order: tuple[int, ...]) -> None:
    items = [
        asking("item-0", paper(count=2), paper("photo")),
        asking("item-1", paper(form="original")),
        asking("item-2", paper("photo", count=4)),
    ]
    named = topic("item-0", "item-1", "item-2")
    assert merged_materials(named, [items[n] for n in order]) == merged_materials(named, items)
