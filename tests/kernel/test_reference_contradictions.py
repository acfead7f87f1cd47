"""What contradicts what in a county's reference data; the demo county with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from schemas.facts import Item, NegativeList, Officer, Organisation, Post, Topic
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
REBUILD, CARD, PASSPORT = "item/rural-house-rebuild/1", "item/identity-card/1", "item/passport/1"
ENROLMENT, SHOP = "item/medical-enrolment/1", "topic/opening-a-small-shop/1"
NEGATIVE = "negative-list/village/1"
SURVEY = {"procedure": "survey", "cap": 3, "basis": "本县自定"}
EXTERNAL = {"limit": 10, "unit": "working_days"}
FEE = {"code": "copies", "name": "复印费", "amount_fen": 50, "unit": "页", "basis": "本县自定"}
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
        lambda facts: [*facts, *(_third_version(f) for f in facts if fact_key(f) == FELLING)],
        "item/felling-permit/3",
        ("valid_from",),
        "2",
    ),
    (
        "a survey that is required and may not take place",
        changed(REBUILD, procedures=[]),
        REBUILD,
        ("surveys",),
        "survey",
    ),
    (
        "an instant item whose clock may stop",
        changed(ENROLMENT, procedures=[SURVEY]),
        ENROLMENT,
        ("procedures",),
        "即办件",
    ),
    (
        "an instant item with a survey",
        changed(ENROLMENT, procedures=[SURVEY], surveys=["siting"]),
        ENROLMENT,
        ("surveys",),
        "即办件",
    ),
    (
        "a report-up item without a limit above",
        changed(PASSPORT, external=None),
        PASSPORT,
        ("kind",),
        "上级期限",
    ),
    (
        "a limit above where nothing is reported up",
        changed(CARD, external=EXTERNAL),
        CARD,
        ("external",),
        "commitment",
    ),
    (
        "a limit above in minutes",
        changed(PASSPORT, external=MINUTES),
        PASSPORT,
        ("external", "unit"),
        "工作日",
    ),
    (
        "a fee that is not on the fee list",
        changed(REBUILD, fees=[FEE]),
        REBUILD,
        ("lists",),
        "收费清单",
    ),
    (
        "on the fee list without a fee",
        changed(CARD, fees=[]),
        CARD,
        ("lists",),
        "收费清单",
    ),
    (
        "a fee of nothing",
        changed(CARD, fees=[{**FEE, "amount_fen": 0}]),
        CARD,
        ("fees", 0, "amount_fen"),
        "copies",
    ),
    (
        "two fees with one code",
        changed(CARD, fees=[FEE, FEE]),
        CARD,
        ("fees", 0),
        "copies",
    ),
    (
        "two review rules with one code",
        changed(CARD, review_rules=[{"code": "identity", "text": t} for t in "甲乙"]),
        CARD,
        ("review_rules", 0),
        "identity",
    ),
    (
        "a procedure with two caps",
        changed(REBUILD, procedures=[SURVEY, {**SURVEY, "cap": 5}]),
        REBUILD,
        ("procedures", 0),
        "survey",
    ),
    (
        "a survey named twice",
        changed(REBUILD, surveys=["siting", "siting"]),
        REBUILD,
        ("surveys", 0),
        "siting",
    ),
    (
        "a way of delivery named twice",
        changed(CARD, deliveries=["window", "window"]),
        CARD,
        ("deliveries", 0),
        "window",
    ),
    (
        "a published list named twice",
        changed(ENROLMENT, lists=["public_service", "public_service"]),
        ENROLMENT,
        ("lists", 0),
        "public_service",
    ),
    (
        "a power and a public service at once",
        changed(ENROLMENT, lists=["power", "responsibility", "public_service"]),
        ENROLMENT,
        ("lists",),
        "公共服务",
    ),
    (
        "a power without its responsibility",
        changed(REBUILD, lists=["power"]),
        REBUILD,
        ("lists",),
        "责任清单",
    ),
    (
        "a responsibility without its power",
        changed(ENROLMENT, lists=["public_service", "responsibility"]),
        ENROLMENT,
        ("lists",),
        "责任清单",
    ),
    (
        "a result that nobody can get",
        changed(REBUILD, deliveries=[]),
        REBUILD,
        ("document",),
        "领取",
    ),
    (
        "ways to get a result that is not there",
        changed(REBUILD, document=None),
        REBUILD,
        ("deliveries",),
        "文书",
    ),
    (
        "a paper that is always required, but only when",
        changed(
            ENROLMENT,
            materials=[{"code": "id-card", "name": "证", "form": "copy", "when": "已婚的"}],
        ),
        ENROLMENT,
        ("materials", 0, "when"),
        "id-card",
    ),
    (
        "a paper that is not always required, and nobody knows when",
        changed(
            ENROLMENT,
            materials=[{"code": "id-card", "name": "证", "form": "copy", "required": False}],
        ),
        ENROLMENT,
        ("materials", 0),
        "id-card",
    ),
    (
        "decided by another department than that of record",
        step(CARD, 1, at="/qingyun/d-civil"),
        CARD,
        ("steps", 1, "at"),
        "/qingyun/d-civil",
    ),
    (
        "a topic of an item that does not exist",
        changed(SHOP, items=["individual-business", "moon-landing"]),
        SHOP,
        ("items", 1),
        "moon-landing",
    ),
    (
        "a topic that names an item twice",
        changed(SHOP, items=["individual-business", "individual-business"]),
        SHOP,
        ("items", 0),
        "individual-business",
    ),
    (
        "a topic that no channel accepts as a whole",
        changed(SHOP, items=["marriage-registration", "land-lease-filing"]),
        SHOP,
        ("items",),
        "渠道",
    ),
    (
        "a topic that is valid before its item",
        changed(SHOP, valid_from="2024-12-31"),
        SHOP,
        ("items", 0),
        "2025-01-01",
    ),
    (
        "a later version of a topic valid no later",
        lambda facts: [*facts, *(_third_version(f) for f in facts if fact_key(f) == SHOP)],
        "topic/opening-a-small-shop/3",
        ("valid_from",),
        "1",
    ),
    (
        "an item on the negative list that the village accepts",
        changed(CARD, channels=["village", "county"]),
        NEGATIVE,
        ("entries", 2),
        "village",
    ),
    (
        "an applicant who must come, and hands in online",
        changed(CARD, channels=["county", "online"]),
        NEGATIVE,
        ("entries", 2),
        "online",
    ),
    (
        "an applicant who must come, and hands in at a kiosk",
        changed(CARD, channels=["county", "kiosk"]),
        NEGATIVE,
        ("entries", 2),
        "kiosk",
    ),
    (
        "an applicant who must come, and gets the result online",
        changed(CARD, deliveries=["online"]),
        NEGATIVE,
        ("entries", 2),
        "在线领取",
    ),
    (
        "an applicant who must come, of which the item says nothing",
        changed(CARD, in_person=False),
        NEGATIVE,
        ("entries", 2),
        "未注明",
    ),
    (
        "an item that the village neither accepts nor has on its negative list",
        changed(ENROLMENT, channels=["township"]),
        NEGATIVE,
        ("entries",),
        "medical-enrolment",
    ),
    (
        "a negative list of an item that does not exist",
        changed(NEGATIVE, entries=[{"item": "moon-landing", "reason": "太远"}]),
        NEGATIVE,
        ("entries", 0),
        "moon-landing",
    ),
    (
        "an item twice on the negative list",
        changed(NEGATIVE, entries=[{"item": "passport", "reason": r} for r in "甲乙"]),
        NEGATIVE,
        ("entries", 1),
        "passport",
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


def _third_version(fact: Fact) -> Fact:
    return fact.model_copy(update={"version": 3})


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
                f.model_copy(update={"version": 3, "valid_from": date(2027, 7, 1)})
                for f in facts
                if fact_key(f) == "item/felling-permit/2"
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
    organisations = [f for f in county() if isinstance(f, Organisation)]
    villages = [f for f in organisations if f.kind == "village"]
    some = [fact_key(f) for f in organisations if f not in villages[1:]]
    assert [key for key in some if not found(without(key))] == []


def test_an_item_that_nobody_names_may_go() -> None:
    items = [f for f in county() if isinstance(f, Item)]
    named = {code for f in county() if isinstance(f, Topic) for code in f.items}
    named |= {e.item for f in county() if isinstance(f, NegativeList) for e in f.entries}
    once = [i for i in items if [j.code for j in items].count(i.code) == 1]
    free = [fact_key(i) for i in once if i.code not in named]
    assert len(free) > 40
    assert [key for key in free[::6] if found(without(key))] == []


@pytest.mark.parametrize("key", ["item/passport/1", "item/food-operation-licence/1"])
def test_an_item_that_a_list_or_a_topic_names_is_missed(key: str) -> None:
    assert found(without(key))


def test_a_fault_of_a_former_version_is_mended_by_the_later_one() -> None:
    """Published versions never change: family assistance 1 had no limit above."""
    assert found() == []
    (said,) = found(without("item/family-assistance/2"))
    assert (said.where, said.field) == ("item/family-assistance/1", ("kind",))


def test_a_former_negative_list_is_not_asked_again() -> None:
    def with_a_later_one(facts: list[Fact]) -> list[Fact]:
        later = {"version": 2, "valid_from": date(2026, 7, 1)}
        return [*facts, *(f.model_copy(update=later) for f in facts if fact_key(f) == NEGATIVE)]

    def without_passports(facts: list[Fact]) -> list[Fact]:
        entries = [{"item": "marriage-registration", "reason": "本人到场"}]
        return changed(NEGATIVE, entries=entries)(facts)

    assert found(with_a_later_one, without_passports) == []
    assert found(without_passports) != []


def test_a_county_without_a_negative_list_decides_by_channels_alone() -> None:
    assert found(without(NEGATIVE)) == []
