"""Who was here on an earlier day comes again, and only papers that may be reused stay at home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.runtime.simulation.coming_again import OnFile, coming_again
from services.runtime.simulation.families import Coming, FamilyPlan
from services.runtime.simulation.mix import REUSE_PAPERS, Mix
from services.runtime.simulation.plan import CasePlan
from tests.runtime.simulation.test_families import mix_of, topics
from tests.runtime.simulation.test_plans import CLERKS, catalogue, first

__all__ = ["catalogue", "topics"]
WANTED = {REUSE_PAPERS: 1.0}


@pytest.fixture(scope="module")
def people(catalogue: list[dict[str, Any]]) -> list[CasePlan]:
    """Who came for something by itself on one day and the next."""
    codes = ("village-records", "minimum-living", "household-move", "cooperative-registration")
    return first(40, 3, Mix(items=dict.fromkeys(codes, 1), acts=WANTED), catalogue)


def on_file(plans: list[CasePlan]) -> list[OnFile]:
    return [OnFile(plan, f"case-{plan.number}") for plan in plans if plan.is_accepted]


def test_somebody_comes_again_with_papers_that_both_ask_for_and_that_may_be_reused(
    people: list[CasePlan],
) -> None:
    earlier, later = on_file(people[:20]), people[20:]
    by_id = {case.case_id: case.plan for case in earlier}
    again = [case for case in coming_again(later, earlier) if isinstance(case, CasePlan)]
    assert any(case.reused for case in again)
    for case in again:
        for code, case_id in case.reused.items():
            wanted = {m["code"]: m for m in case.item["materials"]}
            assert wanted[code]["reusable"]
            assert code in {m["code"] for m in by_id[case_id].item["materials"] if m["required"]}
            assert case.applicant == by_id[case_id].applicant


def test_whichever_cases_were_done_first_the_same_people_come_again(
    people: list[CasePlan],
) -> None:
    earlier, later = on_file(people[:20]), people[20:]
    assert coming_again(later, earlier) == coming_again(later, earlier[::-1])


def test_on_the_first_day_nobody_has_been_here(people: list[CasePlan]) -> None:
    assert coming_again(people, []) == people


def test_who_does_not_want_it_brings_all_papers(people: list[CasePlan]) -> None:
    later = [replace(case, acts=frozenset()) for case in people[20:]]
    assert coming_again(later, on_file(people[:20])) == later


def test_a_family_brings_its_own(
    catalogue: list[dict[str, Any]], topics: list[dict[str, Any]], people: list[CasePlan]
) -> None:
    coming = Coming(1, mix_of(1.0), catalogue, topics, CLERKS).of_a_day(20)
    assert all(isinstance(each, FamilyPlan) for each in coming)
    assert coming_again(coming, on_file(people)) == coming
