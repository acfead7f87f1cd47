"""What contradicts what in a county's reference data; the demo county with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from schemas.facts import Item, Officer, Organisation, Post
from services.kernel.calendar import YearFile
from services.kernel.catalogue_check import Contradiction, check_catalogue
from services.kernel.reference_book import Fact, fact_key
from services.runtime.reference_files import read_county

Change: TypeAlias = Callable[[list[Fact]], list[Fact]]


@lru_cache(maxsize=1)
def county() -> tuple[Fact, ...]:
    return tuple(read_county(Path("deploy/county")).with_demo_accounts("$argon2id$x"))


def changed(key: str, **fields: Any) -> Change:
    """Change fields of one fact, validated."""

    def change(facts: list[Fact]) -> list[Fact]:
        found = {fact_key(f): f for f in facts}
        former = found[key]
        new = type(former).model_validate({**former.model_dump(), **fields})
        return [new if fact is former else fact for fact in facts]

    return change


def step(key: str, place: int, **fields: Any) -> Change:
    """Change one step of an item."""

    def change(facts: list[Fact]) -> list[Fact]:
        item = next(f for f in facts if fact_key(f) == key)
        assert isinstance(item, Item)
        steps = [s.model_dump() for s in item.steps]
        steps[place] |= fields
        return changed(key, steps=steps)(facts)

    return change


def without(key: str) -> Change:
    return lambda facts: [f for f in facts if fact_key(f) != key]


def without_posts(role: str, organisation: str) -> Change:
    """Everybody who holds `role` there gets another post."""

    def change(facts: list[Fact]) -> list[Fact]:
        subscriber = Post(organisation=organisation, role="subscriber")
        out: list[Fact] = []
        for fact in facts:
            if isinstance(fact, Officer):
                posts = tuple(
                    subscriber if (p.role, p.organisation) == (role, organisation) else p
                    for p in fact.posts
                )
                out.append(fact.model_copy(update={"posts": posts}))
            else:
                out.append(fact)
        return out

    return change


def found(*changes: Change, year: int | None = 2026) -> list[Contradiction]:
    facts = list(county())
    for change in changes:
        facts = change(facts)
    return check_catalogue(facts, year)


def test_the_demo_county_holds_together() -> None:
    assert found() == []


DAYS = {"limit": 8, "unit": "working_days"}
MINUTES = {"limit": 8, "unit": "working_minutes"}
FELLING, HOUSE, LEASE = "item/felling-permit/1", "item/rural-house/1", "item/land-lease-filing/1"
PLANNING, ALLOWANCE = "item/rural-planning-permit/1", "item/elderly-allowance/1"
VILLAGE = "organisation/qingyun/t-heping/v-dongping/1"

CASES: list[tuple[str, Change, str, tuple[str | int, ...], str]] = [
    (
        "the promise is longer than the law allows",
        changed(FELLING, legal={"limit": 7, "unit": "working_days"}),
        FELLING,
        ("promised", "limit"),
        "法定期限",
    ),
    (
        "a promise in minutes beside a limit in days",
        changed(FELLING, promised=MINUTES),
        FELLING,
        ("promised", "unit"),
        "working_days",
    ),
    (
        "an instant item timed in days",
        changed(LEASE, legal=DAYS),
        LEASE,
        ("legal", "unit"),
        "working_minutes",
    ),
    (
        "a step timed in minutes in an item of days",
        step(FELLING, 0, limit=MINUTES),
        FELLING,
        ("steps", 0, "limit"),
        "working_days",
    ),
    (
        "steps that take longer than the promise",
        step(FELLING, 1, limit=DAYS),
        FELLING,
        ("steps",),
        "11",
    ),
    ("a stage is left out", step(HOUSE, 3, stage=3), HOUSE, ("steps",), "阶段"),
    ("nobody decides", step(FELLING, 1, duty="forward"), FELLING, ("steps",), "决定环节"),
    ("two decide", step(FELLING, 0, duty="decide"), FELLING, ("steps",), "决定环节"),
    ("the deciding step is not last", step(HOUSE, 3, stage=1), HOUSE, ("steps",), "决定环节"),
    (
        "a step at a department that does not exist",
        step(FELLING, 1, at="/qingyun/d-forest"),
        FELLING,
        ("steps", 1, "at"),
        "/qingyun/d-forest",
    ),
    (
        "an item of a department that does not exist",
        changed(FELLING, department="/qingyun/d-forest"),
        FELLING,
        ("department",),
        "/qingyun/d-forest",
    ),
    (
        "nobody at the department may close the step",
        without_posts("chief_representative", "/qingyun/d-land"),
        FELLING,
        ("steps", 1, "role"),
        "chief_representative",
    ),
    (
        "nobody in one of the townships may close the step",
        without_posts("township_approver", "/qingyun/t-yunfeng"),
        PLANNING,
        ("steps", 0, "role"),
        "/qingyun/t-yunfeng",
    ),
    (
        "a joint item that hears one department only",
        changed(
            HOUSE,
            steps=[
                {
                    "stage": stage,
                    "title": "意见",
                    "at": at,
                    "duty": duty,
                    "role": role,
                    "limit": DAYS,
                }
                for stage, at, duty, role in (
                    (1, "/qingyun/d-agri", "opinion", "department_reviewer"),
                    (2, "/qingyun/d-land", "decide", "joint_convener"),
                )
            ],
        ),
        HOUSE,
        ("shape",),
        "joint",
    ),
    (
        "a convener who is heard too",
        step(HOUSE, 0, at="/qingyun/d-land"),
        HOUSE,
        ("shape",),
        "joint",
    ),
    (
        "the village decides in the township",
        changed(LEASE, shape="township_decides"),
        LEASE,
        ("shape",),
        "township_decides",
    ),
    (
        "straight to the county by way of the township",
        changed(PLANNING, shape="straight_to_county"),
        PLANNING,
        ("shape",),
        "straight_to_county",
    ),
    (
        "a township that forwards to nobody",
        changed(ALLOWANCE, shape="township_forwards"),
        ALLOWANCE,
        ("shape",),
        "township_forwards",
    ),
    (
        "handed in at the township, decided in the village",
        changed(LEASE, channels=["village", "township"]),
        LEASE,
        ("channels", 1),
        "/qingyun/t-heping",
    ),
    (
        "handed in at a department without a clerk",
        without_posts("department_clerk", "/qingyun/d-market"),
        "item/individual-business/1",
        ("channels", 2),
        "/qingyun/d-market",
    ),
    (
        "a channel named twice",
        changed(LEASE, channels=["village", "village"]),
        LEASE,
        ("channels",),
        "渠道",
    ),
    (
        "two materials with one code",
        changed(
            FELLING,
            materials=[{"code": "id-card", "name": name, "form": "copy"} for name in "甲乙"],
        ),
        FELLING,
        ("materials", 1, "code"),
        "id-card",
    ),
    (
        "a village without a clerk",
        without_posts("village_clerk", "/qingyun/t-heping/v-dongping"),
        VILLAGE,
        (),
        "village_clerk",
    ),
    (
        "a department without a reviewer",
        without_posts("department_reviewer", "/qingyun/d-agri"),
        "organisation/qingyun/d-agri/1",
        (),
        "department_reviewer",
    ),
    (
        "a supervision office without an inspector",
        without_posts("inspector", "/qingyun"),
        "organisation/qingyun/s-supervision/1",
        (),
        "inspector",
    ),
    (
        "a village with the division code of another township",
        changed(VILLAGE, division="422899200209"),
        VILLAGE,
        ("division",),
        "422899200209",
    ),
    (
        "a village with the code of its township",
        changed(VILLAGE, division="422899100000"),
        VILLAGE,
        ("division",),
        "422899100000",
    ),
    (
        "a township with a village's code",
        changed("organisation/qingyun/t-heping/1", division="422899100201"),
        "organisation/qingyun/t-heping/1",
        ("division",),
        "422899100201",
    ),
    (
        "a department with a code of its own",
        changed("organisation/qingyun/d-land/1", division="422899100000"),
        "organisation/qingyun/d-land/1",
        ("division",),
        "422899100000",
    ),
    (
        "two villages with one code",
        changed(VILLAGE, division="422899100202"),
        VILLAGE,
        ("division",),
        "422899100202",
    ),
    (
        "a village that lies below a department",
        changed(VILLAGE, path="/qingyun/d-land/v-dongping"),
        "organisation/qingyun/d-land/v-dongping/1",
        ("path",),
        "township",
    ),
    (
        "a village whose township is not there",
        without("organisation/qingyun/t-heping/1"),
        VILLAGE,
        ("path",),
        "township",
    ),
    (
        "an office that closes before it opens",
        changed(VILLAGE, office_hours=[{"opens": "12:00", "closes": "08:30"}]),
        VILLAGE,
        ("office_hours",),
        "12:00",
    ),
    (
        "shifts that overlap",
        changed(
            VILLAGE,
            office_hours=[
                {"opens": "08:30", "closes": "14:00"},
                {"opens": "13:00", "closes": "17:30"},
            ],
        ),
        VILLAGE,
        ("office_hours",),
        "13:00",
    ),
    (
        "an officer of nowhere",
        changed("officer/o-001/1", organisation="/qingyun/t-heping/v-nowhere"),
        "officer/o-001/1",
        ("organisation",),
        "v-nowhere",
    ),
    (
        "a post at nowhere",
        changed("officer/o-040/1", posts=[{"organisation": "/qingyun/d-moon", "role": "operator"}]),
        "officer/o-040/1",
        ("posts", 0),
        "/qingyun/d-moon",
    ),
    (
        "an account without its officer",
        without("officer/o-040/1"),
        "account/operator/1",
        ("officer_id",),
        "o-040",
    ),
    (
        "a password written where its hash belongs",
        changed("account/operator/1", password_hash="secret"),
        "account/operator/1",
        ("password_hash",),
        "Argon2id",
    ),
    ("a fact given twice", lambda facts: [*facts, facts[0]], "organisation/qingyun/1", (), "2"),
    (
        "a later version valid no later",
        lambda facts: [*facts, *(_second_version(f) for f in facts if fact_key(f) == FELLING)],
        "item/felling-permit/2",
        ("valid_from",),
        "1",
    ),
    ("a year between is missing", without("calendar/2025/1"), "calendar", (), "2025"),
    (
        "no calendar at all",
        lambda facts: [f for f in facts if not isinstance(f, YearFile)],
        "calendar",
        (),
        "日历",
    ),
]


def _second_version(fact: Fact) -> Fact:
    return fact.model_copy(update={"version": 2})


@pytest.mark.parametrize(
    ("change", "where", "field", "named"),
    [case[1:] for case in CASES],
    ids=[case[0].replace(" ", "_") for case in CASES],
)
def test_a_contradiction_is_named_with_its_place_and_its_cure(
    change: Change, where: str, field: tuple[str | int, ...], named: str
) -> None:
    said = [c for c in found(change) if (c.where, c.field) == (where, field)]
    assert any(named in c.what for c in said), found(change)
    assert all(c.cure and c.blocking for c in said)


def test_a_year_without_its_notice_does_not_keep_the_county_from_working() -> None:
    (said,) = found(year=2027)
    assert "2027" in said.what
    assert not said.blocking


def test_a_later_version_valid_later_is_right() -> None:
    def second(facts: list[Fact]) -> list[Fact]:
        return [
            *facts,
            *(
                f.model_copy(update={"version": 2, "valid_from": date(2026, 7, 1)})
                for f in facts
                if fact_key(f) == FELLING
            ),
        ]

    assert found(second) == []


def test_the_order_of_steps_in_the_file_does_not_matter() -> None:
    def reversed_steps(facts: list[Fact]) -> list[Fact]:
        return [
            f.model_copy(update={"steps": f.steps[::-1]}) if isinstance(f, Item) else f
            for f in facts
        ]

    assert found(reversed_steps) == []


def test_nothing_at_all_is_no_county_yet_and_no_crash() -> None:
    assert [c.where for c in check_catalogue([])] == ["calendar"]


def test_every_organisation_is_missed_where_it_is_not_there() -> None:
    organisations = [fact_key(f) for f in county() if isinstance(f, Organisation)]
    assert [key for key in organisations if not found(without(key))] == []


def test_an_item_less_leaves_a_county_that_holds_together() -> None:
    items = [fact_key(f) for f in county() if isinstance(f, Item)]
    assert [key for key in items if found(without(key))] == []
