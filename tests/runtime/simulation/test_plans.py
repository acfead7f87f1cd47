"""What comes in a simulated day is decided by its seed, in the proportions of its mix."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from services.kernel.reference_book import ReferenceBook
from services.runtime.reference_files import read_county
from services.runtime.simulation.acts import ACTS
from services.runtime.simulation.at_the_window import AT_THE_WINDOW
from services.runtime.simulation.counters import Counters
from services.runtime.simulation.mix import BESIDES, Mix, MixWrong, Shares, read_mix
from services.runtime.simulation.plan import CasePlan, PlanWrong, arrivals, plans
from services.runtime.simulation.visits import VISITS

COUNTY = Path(__file__).resolve().parents[3] / "deploy" / "county"
CLERKS = Counters(
    village=("datian.clerk", "liulin.clerk", "village.clerk"),
    township=("heping.clerk",),
    county=("centre.clerk",),
)


@cache
def county_book() -> ReferenceBook:
    """Give the county's facts, read once."""
    return ReferenceBook(read_county(COUNTY).facts)


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, Any]]:
    """As `GET /v1/items` gives it."""
    book = county_book()
    codes = sorted({item.code for item in book.items()})
    found = [book.current_item(code, date(2026, 11, 21)) for code in codes]
    return [item.model_dump(mode="json") for item in found if item is not None]


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
    trespasses = {case.trespass for case in first(100, 1, mix, catalogue)}
    assert trespasses == {"foreign_accept", "foreign_attach"}


def test_the_mix_of_the_county_has_every_item_and_every_act(
    catalogue: list[dict[str, Any]],
) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    assert mix.items.keys() == {item["code"] for item in catalogue}
    assert len(mix.items) == 87
    acts = ACTS.keys() | AT_THE_WINDOW.keys() | VISITS.keys()
    assert mix.acts.keys() == acts | set(BESIDES)


def test_a_case_comes_in_where_its_item_does(catalogue: list[dict[str, Any]]) -> None:
    mix = read_mix(COUNTY / "simulation.yaml")
    cases = first(3 * sum(mix.items.values()), 4, mix, catalogue)
    assert all(case.channel in case.item["channels"] for case in cases)
    assert {case.channel for case in cases} == {"village", "township", "county", "online", "kiosk"}
    away = [case for case in cases if "village" not in case.item["channels"]]
    assert {case.clerk for case in away} == {"centre.clerk"}


def test_all_that_is_missing_is_known_beforehand_and_some_think_better_of_it(
    catalogue: list[dict[str, Any]],
) -> None:
    mix = Mix(
        items={"rural-house": 1},
        shares=Shares(deficient=0.5, given_up=0.5, not_accepted=0, withdrawn=0),
    )
    cases = first(1000, 1, mix, catalogue)
    lacking = [case for case in cases if case.lacking]
    assert 430 < len(lacking) < 570
    assert {case.lacking for case in lacking} == {1, 2, 3, 4, 5}
    assert 180 < sum(case.way == "withdrawn" for case in lacking) < 320
    assert all(case.lacking for case in cases if case.way == "withdrawn")


@pytest.mark.parametrize(
    ("days", "a_day", "week", "expected"),
    [
        (1, 60, (1.3, 1.0), [60]),
        (5, 100, (1.5, 1.0, 1.0, 1.0, 0.5), [150, 100, 100, 100, 50]),
        (3, 10, (), [10, 10, 10]),
        (4, 10, (3.0, 1.0), [15, 5, 15, 5]),
    ],
)
def test_a_week_shares_the_cases_out_and_loses_none(
    days: int, a_day: int, week: tuple[float, ...], expected: list[int]
) -> None:
    assert arrivals(days, a_day, week) == expected
    assert sum(arrivals(22, a_day, (1.3, 1.0, 0.9, 0.9, 0.9))) == 22 * a_day


def test_an_item_that_is_not_in_the_catalogue_is_named(catalogue: list[dict[str, Any]]) -> None:
    with pytest.raises(PlanWrong, match="moon-landing"):
        next(plans(1, Mix(items={"moon-landing": 1}), catalogue, CLERKS))


def test_a_mix_without_any_item_is_refused(catalogue: list[dict[str, Any]]) -> None:
    with pytest.raises(PlanWrong, match="no items"):
        next(plans(1, Mix(items={"village-records": 0}), catalogue, CLERKS))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("items: {village-records: 1}\nshares:\n  deficient: 0\n  rejected: 4", ":4: shares.rej"),
        ("items: {village-records: 1}\nshare: {}", ":2: share"),
        ("items: {}", ":1: items"),
        ("items: {village-records: 1}\nacts: {fly: 0.5}", ":2: acts.fly"),
        ("items: {village-records: 1}\nchannels: {pigeon: 1}", ":2: channels.pigeon"),
        ("items: {village-records: 1}\nweek:\n  - 1\n  - 0", ":4: week.1"),
        ("\nitems: [", "mix.yaml:2: "),
    ],
)
def test_a_wrong_mix_names_file_and_place(tmp_path: Path, written: str, place: str) -> None:
    file = tmp_path / "mix.yaml"
    file.write_text(written)
    with pytest.raises(MixWrong, match=r"mix\.yaml") as wrong:
        read_mix(file)
    assert place in str(wrong.value)
