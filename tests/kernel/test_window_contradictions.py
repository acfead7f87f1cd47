"""Schedules of windows and credit rules against organisations, items and topics."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from schemas.credit_facts import CreditRule
from schemas.window_facts import WindowSchedule
from services.kernel.catalogue_check import check_catalogue
from services.kernel.reference_book import Fact, ReferenceBook, fact_key
from services.kernel.rules_in_force import credit_rules_in_force, schedule_in_force
from services.runtime.reference_files import check_county, read_county
from tests.support.builders import credit_rule, schedule

VILLAGE = "/qingyun/t-heping/v-dongping"
COUNTY = Path("deploy/county")


def wrong_with(*facts: Fact) -> list[tuple[tuple[str | int, ...], str]]:
    """Check the demo county with `facts` in it; those of its own with their keys make way."""
    own = read_county(COUNTY).with_demo_accounts("$argon2id$x")
    keys = {fact_key(fact) for fact in facts}
    kept = [fact for fact in own if fact_key(fact) not in keys]
    return [(found.field, found.what) for found in check_catalogue([*kept, *facts], 2026)]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"organisation": "/qingyun/t-nowhere"}, ("organisation",), "unknown organisation"),
        ({"organisation": "/qingyun"}, ("organisation",), "nobody sits"),
        ({"slot_minutes": 240}, ("slot_minutes",), "longer than any shift"),
        ({"items": ["no-such"]}, ("items", 0), "unknown item"),
        ({"items": ["birth-registration"] * 2}, ("items", 0), "named twice"),
        (
            {"organisation": "/qingyun/c-service", "items": ["birth-registration"]},
            ("items", 0),
            "cannot be handled",
        ),
    ],
)
def test_a_schedule_that_keeps_people_from_being_served_is_found(
    changes: dict[str, Any], field: tuple[str | int, ...], said: str
) -> None:
    ((at, what),) = wrong_with(schedule(**{"organisation": VILLAGE, **changes}))
    assert at == field
    assert said in what


@pytest.mark.parametrize(
    ("effects", "field", "said"),
    [
        ([{"of": "agent", "items": ["no-such"], "restraint": "warn"}], "items", "unknown item"),
        ([{"of": "agent", "topics": ["no-such"], "restraint": "warn"}], "topics", "unknown topic"),
    ],
)
def test_a_credit_rule_that_names_what_is_not_there_is_found(
    effects: list[dict[str, Any]], field: str, said: str
) -> None:
    ((at, what),) = wrong_with(credit_rule(effects=effects))
    assert at == ("effects", 0, field, 0)
    assert said in what


def test_a_credit_rule_that_says_two_things_of_one_is_found() -> None:
    two = [{"of": "agent", "restraint": "warn"}, {"of": "agent", "restraint": "block"}]
    ((at, what),) = wrong_with(credit_rule(effects=two))
    assert at == ("effects", 1)
    assert "two measures" in what


def test_a_later_version_is_valid_later() -> None:
    for later in (schedule(version=2, organisation=VILLAGE), credit_rule(version=2)):
        ((at, what),) = wrong_with(later)
        assert at == ("valid_from",)
        assert "valid later" in what


def test_a_fault_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    folder = shutil.copytree(COUNTY, tmp_path / "county")
    for name, old, new in (
        ("windows.yaml", f"organisation: {VILLAGE}}}", f"organisation: {VILLAGE}x}}"),
        ("credit-rules.yaml", "minimum-living", "minimum-lifing"),
    ):
        path = folder / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new, 1), "utf-8")
        line = text[: text.index(old)].count("\n") + 1
        (found,) = [f for f in check_county(read_county(folder), 2026) if f.file == path]
        assert found.line == line
        path.write_text(text, "utf-8")
    windows = folder / "windows.yaml"
    windows.write_text(windows.read_text("utf-8").replace("slot_minutes: 30", "slot_minutes: x"))
    assert any(f.file == windows for f in read_county(folder).findings)
    windows.write_text("defaults: 3\nwindows: []\n")
    assert read_county(folder).findings == []


def test_the_highest_version_valid_that_day_is_in_force() -> None:
    book = ReferenceBook(
        [
            schedule(),
            schedule(version=2, valid_from="2025-06-01", capacity=4),
            credit_rule(),
            credit_rule(version=2, valid_from="2025-06-01"),
        ]
    )
    first, second = (book.window_schedule("/qingyun/t-heping/v-dongping", n) for n in (1, 2))
    before, after = (first.valid_from.replace(month=m) for m in (5, 6))
    assert schedule_in_force(book, VILLAGE, before) == first
    assert schedule_in_force(book, VILLAGE, after) == second
    assert schedule_in_force(book, VILLAGE, before.replace(year=2024)) is None
    assert schedule_in_force(book, "/qingyun", after) is None
    assert credit_rules_in_force(book, before)["false-papers"].version == 1
    assert credit_rules_in_force(book, after)["false-papers"].version == 2


def test_rules_are_taken_out_with_their_key() -> None:
    book = ReferenceBook([schedule(), credit_rule()])
    assert [len(book.all_of(WindowSchedule)), len(book.all_of(CreditRule))] == [1, 1]
    book.replace({})
    assert [len(book.all_of(WindowSchedule)), len(book.all_of(CreditRule))] == [0, 0]
