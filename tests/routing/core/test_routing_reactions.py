"""What routing does because of intake's and review's events."""

from __future__ import annotations

from typing import Final

import pytest

from schemas.events.base import ActionRefused, Event
from schemas.events.intake import CaseAccepted
from schemas.events.review import OpinionGiven, StepClaimed, StepDecided, StepYielded
from services.kernel.reaction import Reaction
from services.routing.core.react import react
from tests.routing.core.situations import LEGAL, OFFICER, PROMISED, close, lay
from tests.routing.core.situations_of_acts import take_back
from tests.support.builders import (
    APPLICANT,
    CASE,
    FORESTRY,
    LAND,
    TOWNSHIP,
    VILLAGE,
    county,
    envelope,
    later,
    system,
)
from tests.support.given import off_the_log

FACTS = county()
ACCEPTED = CaseAccepted(
    case_number="410322250303WZAFAD3KS",
    item_code="township-forwards",
    item_version=1,
    kind="commitment",
    organisation=VILLAGE,
    department=FORESTRY,
    applicant_ref=APPLICANT,
    legal=LEGAL,
    promised=PROMISED,
)
FORWARDED = StepDecided(
    step_id=f"{CASE}.1",
    organisation=TOWNSHIP,
    officer_id=OFFICER,
    outcome="forwarded",
    reasons="情况属实",
)
HEARD = OpinionGiven(
    step_id=f"{CASE}.1",
    organisation=LAND,
    officer_id=OFFICER,
    opinion="disagreed",
    reasons="占用基本农田",
)


YIELDED: Final = StepYielded(
    step_id=f"{CASE}.2", organisation=FORESTRY, why="returned", officer_id="o-lin"
)


def test_a_yielded_step_is_taken_back_at_the_moment_it_was_yielded() -> None:
    expected = take_back(2, actor=system(FORESTRY))
    assert react(envelope(YIELDED, later(2)), FACTS) == [Reaction("routing.take_back", expected)]


def test_an_accepted_case_gets_its_route() -> None:
    assert react(envelope(ACCEPTED), FACTS) == [Reaction("routing.lay_route", lay())]


def test_a_decided_step_is_closed_at_the_moment_of_the_decision() -> None:
    expected = close(1, "forwarded", actor=system(TOWNSHIP))
    assert react(envelope(FORWARDED, later()), FACTS) == [Reaction("routing.close_step", expected)]


def test_an_opinion_closes_the_step_of_its_department() -> None:
    expected = close(1, "disagreed", actor=system(LAND))
    assert react(envelope(HEARD, later()), FACTS) == [Reaction("routing.close_step", expected)]


@pytest.mark.parametrize(
    "event",
    [
        StepClaimed(step_id=f"{CASE}.1", officer_id=OFFICER),
        ActionRefused(action="review.decide", code="review.not_yours", detail="他人已认领"),
    ],
)
def test_other_events_do_not_concern_routing(event: Event) -> None:
    assert react(envelope(event), FACTS) == ()


@pytest.mark.parametrize("event", [ACCEPTED, FORWARDED, HEARD, YIELDED])
def test_the_same_event_always_gives_the_same_command(event: Event) -> None:
    (first,), (second,) = react(envelope(event), FACTS), react(envelope(event), county())
    assert first == second
    assert off_the_log(first.command) == second.command
