"""Topics among the cases of a day: decided by the seed, each the county's own, none left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from services.intake.core.families import planned
from services.intake.core.topics import offered_topics, topic_in_force
from services.intake.shell.bodies import TopicApplication
from services.runtime.simulation.at_the_window import topic_submission
from services.runtime.simulation.counters import Counters
from services.runtime.simulation.families import Coming, FamilyPlan, members_of
from services.runtime.simulation.mix import Mix, Shares, read_mix
from services.runtime.simulation.plan import PlanWrong
from tests.runtime.simulation.test_plans import CLERKS, COUNTY, catalogue, county_book

__all__ = ["catalogue"]
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def topics() -> list[dict[str, Any]]:
    """As `GET /v1/topics` gives them."""
    return [asdict(topic) for topic in offered_topics(county_book(), TODAY)]


def mix_of(share: float, **shares: float) -> Mix:
    mix = read_mix(COUNTY / "simulation.yaml")
    return mix.model_copy(update={"shares": Shares(topics=share, **shares)})


def families(coming: Coming, cases: int) -> list[FamilyPlan]:
    return [each for each in coming.of_a_day(cases) if isinstance(each, FamilyPlan)]


def test_the_mix_of_the_county_has_every_topic(topics: list[dict[str, Any]]) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    assert mix.topics.keys() == {topic["code"] for topic in topics}
    assert mix.shares.topics > 0
    assert all(mix.topics.values())


def test_the_same_seed_gives_the_same_families(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    first, again, other = (
        Coming(seed, mix_of(0.3), catalogue, topics, CLERKS).of_a_day(200) for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_a_month_has_every_topic_with_all_and_with_some_of_its_items(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    found = families(Coming(4, mix, catalogue, topics, CLERKS), 22 * 150)
    sizes = {topic["code"]: len(topic["items"]) for topic in topics}
    assert {family.topic for family in found} == sizes.keys()
    assert any(len(family.members) == sizes[family.topic] for family in found)
    assert any(len(family.members) < sizes[family.topic] for family in found)
    assert any(family.repeats for family in found)


@pytest.mark.parametrize("cases", [1, 2, 7, 60])
def test_a_day_has_as_many_cases_as_it_is_to_have(
    cases: int, catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    coming = Coming(1, mix_of(0.9), catalogue, topics, CLERKS)
    numbers = []
    for _ in range(5):
        day = [plan for each in coming.of_a_day(cases) for plan in members_of(each)]
        assert len(day) == cases
        numbers += [plan.number for plan in day]
    assert numbers == sorted(set(numbers)), "each has its own"


def test_the_single_cases_between_them_keep_their_proportions(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    mix = mix_of(0.2)
    coming, round_ = Coming(1, mix, catalogue, topics, CLERKS), sum(mix.items.values())
    single: list[str] = []
    while len(single) < round_:
        day = coming.of_a_day(1)
        single += [str(each.item["code"]) for each in day if not isinstance(each, FamilyPlan)]
    assert Counter(single) == mix.items


def test_what_is_handed_in_is_what_intake_takes_for_the_chosen_items(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    mix = mix_of(1.0, deficient=0.0)
    for family in families(Coming(3, mix, catalogue, topics, CLERKS), 300):
        found = topic_in_force(county_book(), family.topic, TODAY)
        assert found is not None
        lead, codes = family.members[0], [str(m.item["code"]) for m in family.members]
        told = topic_submission(codes, lead.applicant, lead.channel, family.materials)
        body = TopicApplication.model_validate(told)
        members = planned(*found, body.items, body.materials)
        assert [member.item.code for member in members] == codes
        for member, plan in zip(members, family.members, strict=True):
            required = {m.code for m in member.item.materials if m.required}
            assert required <= {paper.code for paper in member.materials}
            assert family.missing(plan) == []
            assert (plan.applicant, plan.clerk) == (lead.applicant, lead.clerk)


def test_papers_that_a_family_lacks_are_missing_of_whichever_item_asks_for_them(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    mix = mix_of(1.0, deficient=1.0)
    for family in families(Coming(3, mix, catalogue, topics, CLERKS), 100):
        there = {paper["code"] for paper in family.materials}
        missing = [family.missing(plan) for plan in family.members]
        assert any(missing)
        for plan, lacking in zip(family.members, missing, strict=True):
            required = {m["code"] for m in plan.item["materials"] if m["required"]}
            assert {paper["code"] for paper in lacking} == required - there


def test_a_family_is_to_be_collected_together_or_not_at_all(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    together = {"issue", "ready", "deliver"}
    for family in families(Coming(5, mix_of(1.0), catalogue, topics, CLERKS), 300):
        assert len({frozenset(plan.acts & together) for plan in family.members}) == 1
        assert not any("draft_first" in plan.acts for plan in family.members)


def test_a_topic_that_is_not_there_or_that_nobody_takes_in_is_named(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> None:
    mix = mix_of(0.1).model_copy(update={"topics": {"winning-the-lottery": 1}})
    with pytest.raises(PlanWrong, match="winning-the-lottery"):
        Coming(1, mix, catalogue, topics, CLERKS)
    online = mix_of(0.1).model_copy(
        update={"channels": {"online": 1}, "items": {"identity-card": 1}}
    )
    with pytest.raises(PlanWrong, match="having-a-child"):
        Coming(1, online, catalogue, topics, Counters(village=("village.clerk",)))
