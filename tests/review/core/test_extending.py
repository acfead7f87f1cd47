"""延期: once, before it is due, by the head, with reasons (ALL 42)."""

from __future__ import annotations

import pytest

from schemas.events.base import Event
from schemas.facts import Item
from services.review.core.clocks import instant
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    INSTANT_ITEM,
    SINGLE_ITEM,
    claimed,
    received,
    review,
    reviewer,
    step_id,
)
from tests.review.core.situations_of_clocks import extend, extended, stop, stopped
from tests.support.builders import HOUSING, at, later, officer, term
from tests.support.given import given

WAITING = received(of=FULL_ITEM)
SINGLE = received(of=SINGLE_ITEM)
HEAD = officer("department_reviewer", HOUSING, "o-head")


@pytest.mark.parametrize("history", [(WAITING,), (WAITING, claimed())])
def test_the_leader_prolongs_step_promise_and_law_by_as_many_days(
    history: tuple[Event, ...],
) -> None:
    # Ten working days after 31 March: Qingming is 4 to 6 April.
    given(review, *history).when(extend()).then(extended())


def test_the_reviewer_of_the_organ_prolongs_what_is_not_joint() -> None:
    given(review, SINGLE).when(extend(actor=HEAD)).then(extended(by="o-head"))
    given(review, WAITING).when(extend(actor=HEAD)).then_refused("rights.denied")
    given(review, SINGLE).when(extend(actor=reviewer("/qingyun/d-water"))).then_refused(
        "rights.denied"
    )
    given(review, SINGLE).when(extend(actor=CONVENER)).then_refused("rights.denied")


def test_nobody_prolongs_a_step_of_their_own() -> None:
    given(review, SINGLE, claimed(actor=HEAD)).when(extend(actor=HEAD)).then_refused(
        "review.extension_own"
    )


@pytest.mark.parametrize(("of", "most"), [(SINGLE_ITEM, 10), (FULL_ITEM, 15)])
def test_the_law_says_how_long_at_most(of: Item, most: int) -> None:
    step = given(review, received(of=of))
    assert step.when(extend(most)).refusal is None
    step.when(extend(most + 1)).then_refused("review.extension_too_long", naming=str(most))


def test_it_is_granted_once() -> None:
    granted = given(review, WAITING, extended())
    granted.when(extend()).then()
    granted.when(extend(5)).then_refused("review.already_extended", naming="10")
    granted.when(extend(at=later(9))).then_refused("review.already_extended")
    other = given(review, WAITING, extended(), received(5, of=FULL_ITEM))
    other.when(extend(number=5)).then_refused("review.already_extended")


def test_it_is_granted_before_the_limit_is_due() -> None:
    step = given(review, WAITING)
    step.when(extend(at=at("2025-03-31 17:30"))).then_refused("review.extension_late")
    assert step.when(extend(at=at("2025-03-31 17:29"))).refusal is None


def test_what_is_already_due_is_not_healed() -> None:
    step = given(review, WAITING)
    friday = at("2025-03-07 09:00")
    step.when(extend(at=friday)).then(extended(term=None, granted_at=friday))
    late = at("2025-03-18 09:00")
    step.when(extend(at=late)).then(extended(term=None, promised=None, granted_at=late))


def test_a_stop_after_an_extension_moves_what_was_prolonged() -> None:
    friday = at("2025-03-07 09:00")
    late = extended(term=None, granted_at=friday)
    (held,) = given(review, WAITING, late, claimed()).when(stop(at=friday)).events
    # The step was due on Thursday and stays so; five closes are taken from the case's clocks.
    assert getattr(held, "term", None) == term(3, "2025-03-06 17:30")
    assert getattr(held, "legal", None) == term(30, "2025-04-22 17:30")
    assert getattr(held, "promised", None) == term(20, "2025-04-08 17:30")


def test_an_extension_is_added_to_what_a_stop_has_moved() -> None:
    (granted,) = given(review, WAITING, claimed(), stopped()).when(extend()).events
    assert getattr(granted, "term", None) == term(13, "2025-03-26 17:30")


def test_an_instant_item_is_not_prolonged() -> None:
    given(review, received(of=INSTANT_ITEM)).when(extend()).then_refused("review.extension_unfit")


def test_a_step_received_before_the_item_was_told_is_not_prolonged() -> None:
    untold = received().model_copy(update={"case": None})
    given(review, untold).when(extend()).then_refused("review.item_not_recorded")


def test_the_step_is_told_to_be_due_when_the_latest_event_says() -> None:
    after = given(review, WAITING, extended()).state.step(step_id(4))
    assert after is not None
    assert instant(after.due_at) == at("2025-03-20 17:30")
