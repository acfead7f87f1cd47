"""授权书: whoever acts for a department at the hall does so within the days of the warrant."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.facts import Officer, Post, Warrant
from services.kernel.competence import posts_on
from tests.support.builders import HALL, LAND

PLAIN = Post(organisation=HALL, role="department_clerk")


def _chief(warrant: Warrant | None) -> Officer:
    chief = Post(organisation=LAND, role="chief_representative", warrant=warrant)
    return Officer(officer_id="o-he", name="何", organisation=LAND, posts=(PLAIN, chief))


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-02-28", False), ("2025-03-01", True), ("2026-02-28", True), ("2026-03-01", False)],
)
def test_a_warrant_gives_the_post_from_its_first_day_to_its_last(day: str, holds: bool) -> None:
    warrant = Warrant(number="授1", valid_from=date(2025, 3, 1), valid_until=date(2026, 2, 28))
    roles = [post.role for post in posts_on(_chief(warrant), date.fromisoformat(day))]
    assert roles == ["department_clerk", *(["chief_representative"] if holds else [])]


def test_a_warrant_without_an_end_holds_until_it_is_withdrawn() -> None:
    endless = Warrant(number="授1", valid_from=date(2025, 3, 1))
    assert len(posts_on(_chief(endless), date(2099, 1, 1))) == 2
    assert len(posts_on(_chief(None), date(1999, 1, 1))) == 2
