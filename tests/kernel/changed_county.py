"""The demo county with one thing changed, and what contradicts itself in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from schemas.facts import Item, Officer, Post
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


Case: TypeAlias = tuple[str, Change, str, tuple[str | int, ...], str]
"""What is wrong, how it came about, where, in which field, and what the finding names."""
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


def third_version(fact: Fact) -> Fact:
    return fact.model_copy(update={"version": 3})
