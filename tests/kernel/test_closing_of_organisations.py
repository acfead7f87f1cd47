"""机构撤并: what contradicts itself, who takes the work over, and what they may finish."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from schemas.facts import Item, Officer, Organisation, Post
from services.kernel.catalogue_check import Contradiction, check_catalogue
from services.kernel.reference_book import Fact, ReferenceBook, fact_key
from services.kernel.succession import closed_among, heir, posts_inherited
from tests.kernel.changed_county import Change, changed, county
from tests.support.builders import FORESTRY, HOUSING, LAND, TOWNSHIP, VILLAGE, organisation

DAY: Final = date(2026, 12, 1)
BEFORE, SINCE = date(2026, 11, 30), DAY
AGRI: Final = "/qingyun/d-agri"
PLACE: Final = "organisation/qingyun/d-agri/1"
CLOSED: Final = changed(PLACE, closed_on=DAY, successor=LAND)
TOWN: Final = "organisation/qingyun/t-heping/1"


def found(*changes: Change, today: date = BEFORE) -> list[Contradiction]:
    facts = list(county())
    for change in changes:
        facts = change(facts)
    return check_catalogue(facts, 2026, today)


@pytest.mark.parametrize(
    ("fields", "field", "named"),
    [
        ({"closed_on": DAY}, "closed_on", "无承接机构"),
        ({"successor": LAND}, "successor", "无撤销日"),
        ({"closed_on": DAY, "successor": "/qingyun/d-none"}, "successor", "没有该机构"),
        ({"closed_on": DAY, "successor": AGRI}, "successor", "届时已撤销"),
        ({"closed_on": DAY, "successor": TOWNSHIP}, "successor", "类别不同"),
    ],
)
def test_an_organisation_is_abolished_with_a_day_and_one_that_does_its_work(
    fields: dict[str, Any], field: str, named: str
) -> None:
    (said,) = [c for c in found(changed(PLACE, **fields)) if c.where == PLACE]
    assert (said.field, said.blocking) == ((field,), True)
    assert named in said.what


def test_a_successor_that_is_abolished_before_is_none_and_one_of_later_is() -> None:
    land = "organisation/qingyun/d-land/1"
    gone = changed(land, closed_on=DAY, successor=HOUSING)
    assert [c.field for c in found(CLOSED, gone) if c.where == PLACE] == [("successor",)]
    later = changed(land, closed_on=date(2027, 1, 1), successor=HOUSING)
    assert [c for c in found(CLOSED, later) if c.where == PLACE] == []


def test_what_lies_below_an_abolished_township_is_abolished_with_it() -> None:
    said = found(changed(TOWN, closed_on=DAY, successor="/qingyun/t-qingshi"))
    villages = {c.where for c in said if c.field == ("closed_on",)}
    below = {
        fact_key(f) for f in county() if isinstance(f, Organisation) and f.path[:17] == VILLAGE[:17]
    }
    assert villages == below - {TOWN}


def test_before_the_day_nothing_is_wrong_and_since_then_who_names_it_is_pointed_out() -> None:
    assert found(CLOSED) == []
    noted = found(CLOSED, today=SINCE)
    assert noted != []
    assert not any(c.blocking for c in noted)
    kinds = {c.where.partition("/")[0] for c in noted}
    assert kinds == {"item", "officer"}
    assert all(LAND in c.cure for c in noted)


def test_an_item_that_begins_to_hold_afterwards_may_not_name_it() -> None:
    def newer(facts: list[Fact]) -> list[Fact]:
        told = {"version": 4, "valid_from": DAY}
        mine = next(f for f in facts if isinstance(f, Item) and f.department == AGRI)
        return [*facts, mine.model_copy(update=told)]

    said = [c for c in found(CLOSED, newer) if c.where.endswith("/4")]
    assert any(c.blocking and AGRI in c.what for c in said)


def test_nobody_has_to_sit_where_nothing_is_done_any_more() -> None:
    def all_left(facts: list[Fact]) -> list[Fact]:
        return [f for f in facts if not (isinstance(f, Officer) and f.organisation == AGRI)]

    accounts = {"account"}
    left = [c for c in found(CLOSED, all_left) if c.where.partition("/")[0] not in accounts]
    assert any(c.blocking for c in left)
    gone = found(CLOSED, all_left, today=SINCE)
    roles = [c for c in gone if c.blocking and c.where.partition("/")[0] not in accounts]
    assert [c for c in roles if c.where == PLACE] == []


def test_the_work_goes_to_the_successor_from_the_day_on() -> None:
    book = ReferenceBook(
        [organisation(FORESTRY, closed_on=DAY, successor=LAND), organisation(LAND)]
    )
    assert heir(FORESTRY, BEFORE, book.organisation) == FORESTRY
    assert heir(FORESTRY, SINCE, book.organisation) == LAND
    assert heir(LAND, SINCE, book.organisation) == LAND
    assert list(closed_among(book.organisations())) == [FORESTRY]


def test_officers_of_the_successor_may_finish_what_was_left_with_the_same_role_only() -> None:
    closed = {FORESTRY: organisation(FORESTRY, closed_on=DAY, successor=LAND)}
    staff = Officer(
        officer_id="o-land",
        name="甲",
        organisation=LAND,
        posts=(
            Post(organisation=LAND, role="department_reviewer"),
            Post(organisation=HOUSING, role="department_clerk"),
        ),
    )
    assert posts_inherited(staff, BEFORE, closed) == ()
    assert posts_inherited(staff, SINCE, closed) == (
        Post(organisation=FORESTRY, role="department_reviewer"),
    )
    above = staff.model_copy(update={"posts": (Post(organisation="/qingyun", role="leader"),)})
    assert [p.role for p in posts_inherited(above, SINCE, closed)] == ["leader"]
    stranger = staff.model_copy(update={"posts": staff.posts[1:]})
    assert posts_inherited(stranger, SINCE, closed) == ()
