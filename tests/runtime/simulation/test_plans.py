"""What comes in a simulated day is decided by its seed, in the proportions of its mix."""

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import ric, uscc

from services.runtime.simulation.mix import Mix, MixWrong, Shares, read_mix
from services.runtime.simulation.plan import CasePlan, PlanWrong, plans

COUNTY = Path(__file__).resolve().parents[3] / "deploy" / "county"
CLERKS = ("datian.clerk", "liulin.clerk", "village.clerk")


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, Any]]:
    return [yaml.safe_load(file.read_text()) for file in sorted(COUNTY.glob("items/*.yaml"))]


def first(number: int, seed: int, mix: Mix, catalogue: list[dict[str, Any]]) -> list[CasePlan]:
    return list(islice(plans(seed, mix, catalogue, CLERKS), number))


def test_the_same_seed_gives_the_same_cases(catalogue: list[dict[str, Any]]) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    assert first(200, 7, mix, catalogue) == first(200, 7, mix, catalogue)
    assert first(200, 7, mix, catalogue) != first(200, 8, mix, catalogue)


def test_items_come_in_proportion_in_every_round(catalogue: list[dict[str, Any]]) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    round_ = sum(mix.items.values())
    cases = first(2 * round_, 1, mix, catalogue)
    for part in (cases[:round_], cases[round_:]):
        assert Counter(str(case.item["code"]) for case in part) == mix.items


def test_a_round_of_the_county_goes_all_five_routes(catalogue: list[dict[str, Any]]) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    shapes = {case.item["shape"] for case in first(sum(mix.items.values()), 1, mix, catalogue)}
    assert len(shapes) == 5


def test_shares_are_kept_about(catalogue: list[dict[str, Any]]) -> None:
    mix = Mix(items={"rural-house": 1}, shares=Shares(rejected=0.25, withdrawn=0.25, disagreed=0.5))
    cases = first(2000, 1, mix, catalogue)
    ways = Counter(case.way for case in cases)
    against = sum(sum(case.disagreeing) for case in cases)
    assert 400 < ways["rejected"] < 600
    assert 400 < ways["withdrawn"] < 600
    assert 2700 < against < 3300
    assert all(len(case.disagreeing) == 3 for case in cases)


def test_a_case_that_never_reaches_a_step_is_not_trespassed_on_there(
    catalogue: list[dict[str, Any]],
) -> None:
    mix = Mix(
        items={"village-records": 1}, shares=Shares(withdrawn=0.5, not_accepted=0.5, trespass=1.0)
    )
    assert {case.trespass for case in first(100, 1, mix, catalogue)} == {"foreign_accept"}


def test_an_item_that_is_not_in_the_catalogue_is_named(catalogue: list[dict[str, Any]]) -> None:
    with pytest.raises(PlanWrong, match="moon-landing"):
        next(plans(1, Mix(items={"moon-landing": 1}), catalogue, CLERKS))


def test_a_mix_without_any_item_is_refused(catalogue: list[dict[str, Any]]) -> None:
    with pytest.raises(PlanWrong, match="no items"):
        next(plans(1, Mix(items={"village-records": 0}), catalogue, CLERKS))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("items: {village-records: 1}\nshares: {rejected: 4}", "shares.rejected"),
        ("items: {village-records: 1}\nshare: {}", "share"),
        ("items: {}", "items"),
        ("items: [", "mix.yaml"),
    ],
)
def test_a_wrong_mix_names_file_and_place(tmp_path: Path, written: str, place: str) -> None:
    file = tmp_path / "mix.yaml"
    file.write_text(written)
    with pytest.raises(MixWrong, match=r"mix\.yaml") as wrong:
        read_mix(file)
    assert place in str(wrong.value)


def test_everybody_has_a_number_that_is_right_and_one_name(
    catalogue: list[dict[str, Any]],
) -> None:
    names: dict[str, str] = {}
    for case in first(600, 3, read_mix(COUNTY / "simulation.yaml"), catalogue):
        for who in (case.applicant, case.agent or case.applicant):
            number = who["id_number"]
            assert (ric if who["kind"] == "person" else uscc).is_valid(number)
            assert names.setdefault(number, who["name"]) == who["name"]
        assert (case.applicant["kind"] == "person") == (case.item["subject"] == "person")


def test_some_are_handed_in_by_an_agent_and_some_were_captured_offline(
    catalogue: list[dict[str, Any]],
) -> None:
    mix = Mix(items={"rural-house": 1}, shares=Shares(by_agent=0.5, offline=0.5))
    cases = first(1000, 1, mix, catalogue)
    assert 400 < sum(case.agent is not None for case in cases) < 600
    assert 400 < sum(case.offline for case in cases) < 600
    personal = [{**item, "in_person": True} for item in catalogue]
    assert {case.agent for case in first(100, 1, mix, personal)} == {None}
