"""Ways to hand in are drawn one at a time, and only where the item allows them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from services.intake.shell.bodies import Application
from services.runtime.simulation.at_the_window import AT_THE_WINDOW, come

EVERY = frozenset(AT_THE_WINDOW)
ITEM: dict[str, Any] = {
    "code": "village-records",
    "in_person": False,
    "accept_anywhere": ["village"],
}


def body() -> dict[str, Any]:
    applicant = {"name": "张三", "phone": "13800000000"}
    return {"item_code": "village-records", "applicant": applicant, "submit": True}


@pytest.mark.parametrize("name", AT_THE_WINDOW)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_changed_is_still_what_intake_takes(name: str, seed: int) -> None:
    changed = body()
    assert come(frozenset({name}), ITEM, changed, Random(seed)) == [name]
    assert changed != body()
    Application.model_validate(changed)


def test_one_at_a_time_and_nothing_that_is_not_wanted() -> None:
    changed = body()
    assert come(frozenset(), ITEM, changed, Random(1)) == []
    assert changed == body()
    assert len(come(EVERY, ITEM, changed, Random(1))) == 1


def test_whoever_must_come_sends_nobody() -> None:
    changed = body()
    found = come(EVERY, {**ITEM, "in_person": True}, changed, Random(1))
    assert found == ["captured_offline"]
    assert "agent" not in changed
