"""Who lacks papers at the window still brings what shows that another item came first."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.facts import Item
from services.runtime.reference_files import read_county
from services.runtime.simulation.papers import papers_of

ITEMS = [f for f in read_county(Path("deploy/county")).facts if isinstance(f, Item)]


@pytest.mark.parametrize("each", ITEMS, ids=lambda i: f"{i.code}-{i.version}")
def test_whatever_is_lacking_every_precondition_is_shown_and_nothing_is_lost(each: Item) -> None:
    told = each.model_dump(mode="json")
    required = {m.code for m in each.materials if m.required}
    shown = {condition.paper for condition in each.preconditions}
    for lacking in range(len(required) + 1):
        brought, missing = papers_of(told, lacking)
        codes = [paper["code"] for paper in (*brought, *missing)]
        assert shown <= {paper["code"] for paper in brought}
        assert sorted(codes) == sorted(required | shown)
        assert bool(missing) == bool(lacking)
