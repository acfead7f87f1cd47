"""A topic handed in once: who gets which papers, and what the cases know of each other."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.facts import Item, Topic
from schemas.values import Family, Material
from services.intake.core.families import Member, as_one_family, planned
from services.intake.core.papers import require_complete
from services.intake.core.state import Paper
from services.intake.core.view import view
from services.kernel.decider import Refused
from services.kernel.topic_materials import merged_materials
from tests.intake.core.situations import accept, accepted, deem, intake, submit, submitted
from tests.support.builders import CASE, item, term
from tests.support.given import Outcome, given

FAMILY_ID: Final = "01942a3b-0000-5000-8000-0000000000fa"
FAMILY: Final = Family(family_id=FAMILY_ID, topic="having-a-child", topic_version=3, members=2)


def topic(*codes: str) -> Topic:
    return Topic.model_validate(
        {
            "code": "having-a-child",
            "version": 3,
            "valid_from": "2025-01-01",
            "name": "新生儿出生一件事",
            "name_en": "Having a child",
            "items": codes,
            "form": "新生儿出生一张表",
        }
    )


def paper(code: str, **fields: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "form": "copy", **fields}


def asking(code: str, *papers: dict[str, Any]) -> Item:
    return item(code=code, materials=list(papers))


def codes_of(member: Member) -> list[str]:
    return [material.code for material in member.materials]


THREE: Final = (
    asking("item-0", paper("id-card"), paper("photo")),
    asking("item-1", paper("id-card"), paper("bank-card")),
    asking("item-2", paper("photo", form="original", count=2)),
)
NAMED: Final = topic("item-0", "item-1", "item-2")
BROUGHT: Final = (
    Material(code="id-card"),
    Material(code="photo", form="original", count=2),
    Material(code="bank-card"),
)


def test_every_item_becomes_a_member_with_the_papers_that_it_asks_for() -> None:
    members = planned(NAMED, THREE, (), BROUGHT)
    assert [m.item.code for m in members] == ["item-0", "item-1", "item-2"]
    assert [codes_of(m) for m in members] == [
        ["id-card", "photo"],
        ["id-card", "bank-card"],
        ["photo"],
    ]


def test_only_the_chosen_items_become_members_each_once_and_in_the_topics_order() -> None:
    members = planned(NAMED, THREE, ("item-2", "item-0", "item-2"), BROUGHT[:2])
    assert [m.item.code for m in members] == ["item-0", "item-2"]


def planning(*chosen: str) -> Outcome:
    try:
        planned(NAMED, THREE, chosen, BROUGHT)
    except Refused as refused:
        return Outcome((), refused)
    return Outcome((), None)


def test_an_item_of_another_topic_is_named() -> None:
    planning("item-0", "passport").then_refused("intake.not_of_topic", naming="passport")


def test_a_paper_that_no_chosen_item_asks_for_is_not_taken() -> None:
    planning("item-0").then_refused("intake.material_not_listed", naming="bank-card")
    planning("item-0", "item-1").then()


def test_the_topics_one_form_stands_for_as_many_as_an_item_asks_for() -> None:
    form = paper("application-form", form="original", count=3)
    items = (asking("item-0", form), asking("item-1", paper("application-form")))
    one = (Material(code="application-form", form="original"),)
    counts = [m.materials[0].count for m in planned(topic("item-0", "item-1"), items, (), one)]
    assert counts == [3, 1]


papers_of_an_item = st.lists(
    st.builds(
        paper,
        st.sampled_from(["id-card", "bank-card", "photo", "application-form"]),
        form=st.sampled_from(["original", "copy"]),
        count=st.integers(1, 5),
        required=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda p: str(p["code"]),
)


@for_all(st.lists(papers_of_an_item, min_size=2, max_size=4), st.data())
def test_whoever_brings_the_merged_list_completes_every_chosen_case_and_no_more(
    asked: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    items = [asking(f"item-{n}", *papers) for n, papers in enumerate(asked)]
    named = topic(*(i.code for i in items))
    chosen = data.draw(st.sets(st.sampled_from(named.items), min_size=1))
    wanted = [i for i in items if i.code in chosen]
    brought = [
        Material(code=m.code, form=m.form, count=m.count) for m in merged_materials(named, wanted)
    ]
    members = planned(named, items, chosen, brought)
    assert [m.item for m in members] == wanted
    for member in members:
        require_complete(member.item, [Paper(m.code, m.form, m.count) for m in member.materials])
        assert sorted(codes_of(member)) == sorted(m.code for m in member.item.materials)


def test_members_of_a_family_know_it_and_nothing_else_of_them_changes() -> None:
    submits = [submit(), submit(key=FAMILY_ID)]
    first, second = as_one_family(submits, NAMED, FAMILY_ID)
    assert first.family == second.family == FAMILY
    assert (first.key, second.key) == (CASE, FAMILY_ID)
    given(intake).when(first).then(submitted(family=FAMILY))


def test_what_is_accepted_still_knows_its_family() -> None:
    given(intake, submitted(family=FAMILY)).when(accept()).then(accepted(family=FAMILY))
    silent = accepted(
        family=FAMILY,
        deemed=True,
        legal=term(20, "2025-03-31 17:30"),
        promised=term(10, "2025-03-17 17:30"),
    )
    given(intake, submitted(family=FAMILY)).when(deem()).then(silent)


def test_an_application_tells_its_family() -> None:
    for events in ([submitted(family=FAMILY)], [submitted(family=FAMILY), accepted(family=FAMILY)]):
        told = view(CASE, given(intake, *events).state, None)
        assert told["family"] == FAMILY.model_dump(mode="json")
    assert "family" not in view(CASE, given(intake, submitted()).state, None)
