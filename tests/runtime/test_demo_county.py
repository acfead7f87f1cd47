"""The demo county is complete, and its README tells what is in it."""

from __future__ import annotations

import re
from datetime import date

from schemas.facts import Item, Officer, Organisation, Topic
from services.kernel.calendar import YearFile
from services.runtime.reference_files import (
    read_county,
)
from tests.runtime.test_reference_files import (
    DEPARTMENTS,
    ITEMS,
    OFFICERS,
    QINGYUN,
    TOWNSHIPS,
    VILLAGES,
)

LAST_DAY = date(2027, 12, 31)
"""Of what the README lists; later versions are announced in words."""


def test_the_demo_county_is_complete() -> None:
    facts = read_county(QINGYUN).facts
    kinds = [f.kind for f in facts if isinstance(f, Organisation)]
    assert [kinds.count(k) for k in ("county", "township", "village", "department")] == [
        1,
        TOWNSHIPS,
        VILLAGES,
        DEPARTMENTS,
    ]
    items = [f for f in facts if isinstance(f, Item)]
    assert len({i.code for i in items}) == ITEMS
    assert {i.kind for i in items} == {"instant", "commitment", "report_up"}
    assert {i.shape for i in items} == {
        "village_decides",
        "township_decides",
        "township_forwards",
        "straight_to_county",
        "joint",
    }
    assert sum(isinstance(f, Officer) for f in facts) == OFFICERS
    assert {f.year for f in facts if isinstance(f, YearFile)} >= {2024, 2025, 2026}


def test_every_officer_of_the_demo_county_can_sign_in() -> None:
    county = read_county(QINGYUN)
    officers = {f.officer_id for f in county.facts if isinstance(f, Officer)}
    assert {demo.officer_id for demo in county.demo_logins} == officers
    assert {demo.login for demo in county.demo_logins} >= {
        "inspector",
        "leader",
        "operator",
        "village.clerk",
        "town.approver",
        "county.reviewer",
    }


def test_the_readme_lists_each_demo_login_with_its_role_and_organisation() -> None:
    county = read_county(QINGYUN)
    officers = {f.officer_id: f for f in county.facts if isinstance(f, Officer)}
    rows = re.findall(
        r"^\| `(\S+)` \| (.+?) \| `(/\S+)` .*\|$", (QINGYUN / "README.md").read_text(), re.M
    )
    expected = [
        (
            demo.login,
            ", ".join(p.role for p in officers[demo.officer_id].posts),
            officers[demo.officer_id].organisation,
        )
        for demo in county.demo_logins
    ]
    assert rows == expected


def test_the_readme_lists_each_item_with_its_limits() -> None:
    items = [f for f in read_county(QINGYUN).facts if isinstance(f, Item)]
    readme = (QINGYUN / "README.md").read_text()
    for i in items:
        if i.valid_from > LAST_DAY:
            continue  # announced, told in words
        limits = f"{i.legal.limit} {i.legal.unit} | {i.promised.limit} {i.promised.unit}"
        assert f"| `{i.code}` | {i.name} {i.name_en} | {i.kind} | {i.shape} | {limits} |" in readme


def test_the_readme_lists_each_topic() -> None:
    topics = [f for f in read_county(QINGYUN).facts if isinstance(f, Topic)]
    readme = (QINGYUN / "README.md").read_text()
    assert topics
    for t in topics:
        assert f"| `{t.code}` | {t.name} {t.name_en} | {len(t.items)} |" in readme
