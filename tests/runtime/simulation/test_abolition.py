"""A village is abolished on one day of a run: what lies there, and what else comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.runtime.simulation.abolition import before, clerk_at, handover
from services.runtime.simulation.acts import ACTS
from services.runtime.simulation.families import Coming, HandedIn, members_of
from services.runtime.simulation.mix import Abolished, MixWrong, read_mix
from services.runtime.simulation.plan import PlanWrong
from services.runtime.simulation.staff import Staff
from tests.runtime.simulation.test_a_month import staff
from tests.runtime.simulation.test_families import mix_of, topics
from tests.runtime.simulation.test_plans import COUNTY, catalogue

__all__ = ["catalogue", "staff", "topics"]
TOLD = read_mix(COUNTY / "simulation.yaml").abolished or Abolished(
    organisation="/nowhere", successor="/nowhere/else", day=2
)


@pytest.fixture(scope="module")
def day(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]], staff: Staff
) -> list[HandedIn]:
    """What comes on a busy day; nothing of it at the village that will be abolished."""
    counters = staff.counters(TOLD.organisation)
    return Coming(4, mix_of(0.05), catalogue, topics, counters).of_a_day(150)


def test_nobody_else_hands_anything_in_at_a_village_that_will_be_abolished(
    day: list[HandedIn], staff: Staff
) -> None:
    clerk = clerk_at(TOLD.organisation, staff).login
    assert clerk in staff.counters().village
    assert clerk not in {plan.clerk for case in day for plan in members_of(case)}


def test_some_cases_of_villages_lie_there_and_the_rest_comes_as_it_would(
    day: list[HandedIn], staff: Staff
) -> None:
    last = handover(TOLD, day, staff)
    assert len(last.plans) == TOLD.cases
    numbers = [plan.number for plan in last.plans]
    assert {plan.item["shape"] for plan in last.plans} == {"village_decides"}
    assert {plan.clerk for plan in last.plans} == {clerk_at(TOLD.organisation, staff).login}
    assert {plan.way for plan in last.plans} <= {"approved", "rejected"}
    left = [p.number for case in day for p in members_of(case) if p.number not in numbers]
    assert [p.number for case in last.rest for p in members_of(case)] == left


def test_until_then_a_case_is_taken_in_and_claimed_and_no_more(
    day: list[HandedIn], staff: Staff
) -> None:
    plan = replace(handover(TOLD, day, staff).plans[0], acts=frozenset({*ACTS, "attach"}))
    assert before(plan) == replace(plan, way="left_open", acts=frozenset({"attach"}))


def test_a_day_without_such_cases_has_none_to_hand_over(staff: Staff) -> None:
    assert handover(TOLD, [], staff).plans == ()


@pytest.mark.parametrize("where", ["organisation", "successor"])
def test_a_place_where_nobody_takes_anything_in_is_named(where: str, staff: Staff) -> None:
    told = TOLD.model_copy(update={where: "/qingyun/t-yunfeng/v-atlantis"})
    with pytest.raises(PlanWrong, match="v-atlantis"):
        handover(told, [], staff)


def test_the_first_day_is_too_early(tmp_path: Path) -> None:
    mix = tmp_path / "mix.yaml"
    mix.write_text(
        "items: {village-records: 1}\nabolished:\n  organisation: /a/b\n  successor: /a/c\n  day: 1"
    )
    with pytest.raises(MixWrong, match=r"mix.yaml:5: abolished.day"):
        read_mix(mix)
