"""The catalogue of the demo county: 87 items, each one whole, and what bundles them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from schemas.facts import Item
from services.kernel.bundle_contradictions import newest_items
from services.kernel.reference_book import ReferenceBook
from services.kernel.route_shapes import stages_of
from services.kernel.topic_materials import merged_materials
from services.runtime.reference_files import read_county

TODAY = date(2026, 11, 21)
FAMILY_PLANNING = 13


@lru_cache(maxsize=1)
def book() -> ReferenceBook:
    return ReferenceBook(read_county(Path("deploy/county")).facts)


def items() -> list[Item]:
    return list(newest_items(book()).values())


def test_every_department_answers_for_an_item() -> None:
    departments = {o.path for o in book().organisations() if o.kind == "department"}
    assert {i.department for i in items()} == departments


def test_every_item_is_in_force_today() -> None:
    assert [i.code for i in items() if book().current_item(i.code, TODAY) is None] == []


@pytest.mark.parametrize("item", items(), ids=lambda i: i.code)
def test_an_item_says_what_to_look_at_what_comes_out_and_where_the_risk_lies(item: Item) -> None:
    assert item.materials
    assert len(item.review_rules) >= 3
    assert all(m.checks for m in item.materials)
    assert item.guide
    assert item.lists
    assert item.risk_points
    assert "《" in item.legal_basis


@pytest.mark.parametrize("item", items(), ids=lambda i: i.code)
def test_a_limit_without_an_article_of_law_is_called_the_countys_own(item: Item) -> None:
    """Every basis names its document; what the county chose itself says so."""
    bases = [*(f.basis for f in item.fees), *(p.basis for p in item.procedures)]
    assert all("《" in b or "本县自定" in b or "〔" in b for b in bases)


def test_names_are_not_used_twice() -> None:
    assert len({i.name for i in items()}) == len({i.name_en for i in items()}) == 87


def test_all_kinds_routes_and_channels_are_there() -> None:
    assert {i.kind for i in items()} == {"instant", "commitment", "report_up"}
    assert len({i.shape for i in items()}) == 5
    assert {c for i in items() for c in i.channels} == {
        "village",
        "township",
        "county",
        "online",
        "kiosk",
    }


def test_thirteen_family_planning_items_come_in_at_the_village_and_end_in_the_township() -> None:
    """000: 涉及人口计划生育的13项审批权力全部下放到村级受理、乡镇办理."""
    found = [
        i for i in items() if i.department == "/qingyun/d-health" and i.shape == "township_decides"
    ]
    assert len(found) == FAMILY_PLANNING
    assert all("village" in i.channels for i in found)


def test_the_three_visits_to_a_rural_house_are_each_required_by_an_item() -> None:
    """000: 国土部门实行“三到场”."""
    assert {s for i in items() for s in i.surveys} == {"siting", "setting_out", "completion"}


def test_whoever_is_reported_up_is_told_how_long_the_province_may_take() -> None:
    reported = [i for i in items() if i.kind == "report_up"]
    assert len(reported) >= 4
    assert all(i.external for i in reported)


def test_what_the_county_reports_up_leaves_it_within_three_working_days() -> None:
    """T12: 3日内上报; family assistance keeps the steps of its first version."""
    for i in items():
        if i.kind == "report_up" and i.version == 1:
            assert sum(max(s.limit.limit for s in stage) for stage in stages_of(i)) <= 3


def test_one_examines_and_another_decides_where_a_new_item_grants_a_power() -> None:
    """002 一审一核; the first twelve items keep the steps that they had."""
    single = [
        i.code
        for i in items()
        if i.kind != "instant" and i.version == 1 and "power" in i.lists and len(i.steps) == 1
    ]
    assert single == []


def test_those_who_are_heard_answer_within_three_working_days() -> None:
    """Rule county.opinion."""
    new = [s for i in items() if i.version == 1 for s in i.steps if s.duty == "opinion"]
    assert new
    assert {s.limit.limit for s in new} == {3}


def test_a_survey_takes_three_working_days_at_most() -> None:
    """Rule county.survey, T11."""
    caps = [p.cap for i in items() for p in i.procedures if p.procedure == "survey"]
    assert caps
    assert max(caps) == 3


def test_joint_items_have_45_days_by_law_and_all_others_what_their_law_says() -> None:
    """T2, T3."""
    days = [i for i in items() if i.kind != "instant"]
    assert all(i.legal.limit <= 45 for i in days)
    assert [i.code for i in days if i.legal.limit > 20 and "《" not in i.legal_basis] == []


def test_the_first_twelve_items_are_whole_today_and_their_first_versions_are_kept() -> None:
    """Cases accepted under a first version keep it; limits and steps are the same in both."""
    summer = date(2026, 7, 1)
    versions = [i for i in book().items() if i.version == 2 and i.valid_from == summer]
    assert len(versions) == 12
    for second in versions:
        assert book().current_item(second.code, TODAY) == second
        first = book().item(second.code, 1)
        assert first.steps == second.steps
        assert (first.legal, first.promised) == (second.legal, second.promised)


def test_a_version_that_names_what_must_come_first_says_nothing_else_new() -> None:
    versions = [i for i in book().items() if i.preconditions]
    assert len(versions) == 10
    for second in versions:
        first = book().item(second.code, second.version - 1)
        head = {"version": first.version, "valid_from": first.valid_from, "preconditions": ()}
        assert second.model_copy(update=head) == first
        assert first.valid_from < second.valid_from


def test_what_shows_a_precondition_is_asked_for_anyway() -> None:
    for each in book().items():
        required = {material.code for material in each.materials if material.required}
        assert {condition.paper for condition in each.preconditions} <= required


def test_every_item_that_is_in_force_today_says_what_to_check() -> None:
    today = [book().current_item(i.code, TODAY) for i in items()]
    assert [i.code for i in today if i is not None and len(i.review_rules) < 3] == []


def test_a_version_that_is_announced_is_not_in_force_before_its_day() -> None:
    announced = [i for i in book().items() if i.version == 3]
    assert len(announced) == 2
    for item in announced:
        today = book().current_item(item.code, TODAY)
        assert today is not None
        assert today.version == 2
        assert book().current_item(item.code, item.valid_from) == item


def test_what_is_not_on_the_negative_list_comes_in_at_the_village() -> None:
    negative = book().current_negative_list("village", TODAY)
    assert negative is not None
    away = {entry.item for entry in negative.entries}
    assert {i.code for i in items() if "village" not in i.channels} == away
    assert len(away) < 10


def test_there_is_no_negative_list_before_its_day_and_none_for_another_channel() -> None:
    assert book().current_negative_list("village", date(2024, 12, 31)) is None
    assert book().current_negative_list("online", TODAY) is None


TOPICS = (
    "opening-a-small-shop",
    "building-a-rural-house",
    "having-a-child",
    "death-in-the-family",
    "serious-illness",
)


@pytest.mark.parametrize("code", TOPICS)
def test_a_topic_asks_for_fewer_papers_than_its_items_do_one_by_one(code: str) -> None:
    topic = book().current_topic(code, TODAY)
    assert topic is not None
    bundle = [i for i in items() if i.code in topic.items]
    merged = merged_materials(topic, bundle)
    assert len(bundle) == len(topic.items) >= 4
    assert len(merged) < sum(len(i.materials) for i in bundle)
    assert {c for m in merged for c in m.asked_by} == set(topic.items)
    assert [m.name for m in merged if m.code == "application-form"] == [topic.form]


def test_a_topic_is_not_there_before_its_day() -> None:
    assert book().current_topic("having-a-child", date(2024, 12, 31)) is None
    assert {t.code for t in book().topics()} == set(TOPICS)
