"""特别程序: the clock stops for each procedure that an item lists, within its cap, and no other."""

from __future__ import annotations

from typing import get_args

import pytest

from schemas.facts import ItemProcedure
from schemas.values import Procedure
from services.review.core.decide import decider
from tests.review.core.situations import FULL_ITEM, claimed, received
from tests.review.core.situations_of_clocks import resume, stop
from tests.support.builders import county, later
from tests.support.given import given

CAP = 7


@pytest.mark.parametrize("procedure", get_args(Procedure))
def test_each_procedure_of_an_item_stops_the_clock_up_to_its_own_cap(procedure: Procedure) -> None:
    listed = ItemProcedure(procedure=procedure, cap=CAP, basis="许可法第四十五条")
    only = FULL_ITEM.model_copy(update={"procedures": (listed,)})
    taken = given(decider(county(only)), received(of=only), claimed())
    (stopped,) = taken.when(stop(CAP, procedure)).events
    assert stopped.model_dump()["procedure"] == procedure
    taken.when(stop(CAP + 1, procedure)).then_refused(
        "review.procedure_cap_exceeded", naming=str(CAP)
    )
    for other in set(get_args(Procedure)) - {procedure}:
        taken.when(stop(1, other)).then_refused("review.procedure_not_allowed", naming=other)


@pytest.mark.parametrize("procedure", get_args(Procedure))
def test_what_a_procedure_has_found_is_told_when_the_clock_runs_again(
    procedure: Procedure,
) -> None:
    listed = ItemProcedure(procedure=procedure, cap=CAP, basis="许可法第四十五条")
    only = FULL_ITEM.model_copy(update={"procedures": (listed,)})
    rules = decider(county(only))
    taken = given(rules, received(of=only), claimed())
    (stopped,) = taken.when(stop(4, procedure)).events
    held = given(rules, received(of=only), claimed(), stopped)
    (resumed,) = held.when(resume(later(60))).events
    assert resumed.model_dump()["procedure"] == procedure
    assert resumed.model_dump()["result"]
    # Announced days are used up together, stop by stop.
    again = given(rules, received(of=only), claimed(), stopped, resumed)
    again.when(stop(CAP - 4 + 1, procedure, at=later(90))).then_refused(
        "review.procedure_cap_exceeded", naming="3"
    )
