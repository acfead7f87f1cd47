"""What review does because of routing's events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.events.base import ActionRefused, Event
from schemas.events.routing import CaseCompleted, StepOpened
from services.kernel.reaction import Reaction
from services.review.core.react import react
from tests.review.core.situations import TERM, receive, step_id
from tests.support.builders import HOUSING, VILLAGE, county, envelope, term
from tests.support.given import off_the_log

FACTS = county()
OPENED = StepOpened(
    step_id=step_id(4),
    number=4,
    stage=2,
    title="牵头部门决定",
    organisation=HOUSING,
    duty="decide",
    role="joint_convener",
    item_code="joint",
    term=TERM,
    legal=term(20, "2025-03-31 17:30"),
    promised=term(10, "2025-03-17 17:30"),
    item_version=1,
    accepted_by=VILLAGE,
)


def test_an_opened_step_comes_to_the_desk_with_the_deadline_it_was_given() -> None:
    assert react(envelope(OPENED), FACTS) == [Reaction("review.receive_step", receive())]


@pytest.mark.parametrize("untold", ["item_version", "accepted_by"])
def test_a_step_opened_before_the_item_was_told_comes_without_its_case(untold: str) -> None:
    before = OPENED.model_copy(update={untold: None})
    expected = replace(receive(), case=None)
    assert react(envelope(before), FACTS) == [Reaction("review.receive_step", expected)]


@pytest.mark.parametrize(
    "event",
    [
        CaseCompleted(outcome="approved"),
        ActionRefused(action="routing.close_step", code="routing.step_unknown", detail="没有"),
    ],
)
def test_other_events_do_not_concern_review(event: Event) -> None:
    assert react(envelope(event), FACTS) == ()


def test_the_same_event_always_gives_the_same_command() -> None:
    (first,), (second,) = react(envelope(OPENED), FACTS), react(envelope(OPENED), county())
    assert first == second
    assert off_the_log(first.command) == second.command
