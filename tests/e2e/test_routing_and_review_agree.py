"""Routing and review by themselves, told of one another's events sooner or later: they agree.

The rules and the reactions are the real ones; between them stands a log that delivers each stream
in its order, as late as it likes, and acts of officers come in at any moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from schemas.events.base import Event
from schemas.events.moves import StepRecalled, StepReturned, StepUploaded
from schemas.events.routing import StepClosed
from services.kernel.actor import Actor
from services.kernel.decider import Command, Refused
from services.kernel.reaction import Occasion
from services.review.core import commands as wanted_of_step
from services.review.core.react import react as review_reacts
from services.review.core.state import Closed as DeskClosed
from services.review.core.state import UnderReview
from services.routing.core import commands as wanted_of_route
from services.routing.core.react import react as routing_reacts
from services.routing.core.state import Closed, Completed, Open, UnderWay
from services.routing.core.timers import timers
from tests.review.core.situations import review
from tests.routing.core.situations import lay, routing
from tests.support.builders import (
    CASE,
    COUNTY,
    FORESTRY,
    HOUSING,
    LAND,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    WATER,
    county,
    envelope,
    later,
    officer,
    organisation,
)
from tests.support.given import off_the_log
from tests.support.published_calendars import CALENDAR

FACTS: Final = county()
STAFF: Final = (
    officer("village_clerk", VILLAGE, "o-li"),
    officer("township_approver", TOWNSHIP, "o-wang"),
    officer("township_approver", TOWNSHIP, "o-wu"),
    officer("chief_representative", FORESTRY, "o-lin"),
    officer("department_reviewer", FORESTRY, "o-sen"),
    officer("department_reviewer", LAND, "o-land"),
    officer("department_reviewer", WATER, "o-water"),
    officer("joint_convener", HOUSING, "o-zhao"),
    officer("township_approver", COUNTY, "o-above"),
)


@dataclass
class Stream:
    """What one service has written, and how much of it the other was told."""

    decider: Any
    state: Any
    events: list[Event] = field(default_factory=list)
    told: int = 0

    def carry_out(self, command: Command) -> bool:
        """Carry a command out; say whether it was not refused."""
        try:
            events = self.decider.decide(self.state, off_the_log(command))
        except Refused:
            return False
        for event in events:
            self.state = self.decider.evolve(self.state, event)
        self.events += events
        return True


@dataclass
class Pair:
    """Both services, and the clock."""

    routing: Stream
    review: Stream
    minute: int = 1

    def tell_review(self) -> None:
        """Tell review of routing's next event."""
        self._tell(self.routing, self.review, review_reacts)

    def tell_routing(self) -> None:
        """Tell routing of review's next event."""
        self._tell(self.review, self.routing, routing_reacts)

    def settle(self) -> None:
        """Tell both of everything, twice over where that makes no difference."""
        while self.routing.told < len(self.routing.events) or self.review.told < len(
            self.review.events
        ):
            self.tell_review()
            self.tell_routing()

    def _tell(self, of: Stream, to: Stream, react: Any) -> None:
        if of.told < len(of.events):
            event = of.events[of.told]
            of.told += 1
            for reaction in react(envelope(event, later(self.minute)), FACTS):
                to.carry_out(reaction.command)

    def act(self, number: int, who: Actor, what: str) -> None:
        """Have an officer do something with a step."""
        self.minute += 1
        head: dict[str, Any] = {
            "key": CASE, "actor": who, "at": later(self.minute), "step_id": f"{CASE}.{number}",
        }  # fmt: skip
        match what:
            case "claim":
                self.review.carry_out(wanted_of_step.Claim(**head))
            case "agreed":
                self.review.carry_out(
                    wanted_of_step.GiveOpinion(**head, opinion=what, reasons="无异议")
                )
            case "approved" | "forwarded":
                self.review.carry_out(
                    wanted_of_step.Decide(**head, outcome=what, reasons="符合条件")
                )
            case "return":
                self.routing.carry_out(wanted_of_route.ReturnStep(**head, reason="补充核实"))
            case "upload":
                self.routing.carry_out(wanted_of_route.UploadStep(**head, reason="无法办理"))
            case "abolish":
                self._abolish(who)
            case "take":
                self.routing.carry_out(wanted_of_route.TakeOverStep(**head, reason="上级办理"))
            case _:
                self.routing.carry_out(
                    wanted_of_route.TransferStep(**head, to_officer=what, reason="请假")
                )

    def _abolish(self, who: Actor) -> None:
        """Abolish where an officer works; another does its work from now on."""
        gone = organisation(who.organisation, closed_on=date(2025, 3, 3), successor=OTHER_VILLAGE)
        seen = Occasion(later(self.minute), CALENDAR, {gone.path: gone})
        for timer in timers(CASE, self.routing.state, seen):
            assert self.routing.carry_out(timer.reaction.command)


ACTS: Final = (
    "claim", "claim", "agreed", "approved", "forwarded", "forwarded", "return", "return", "upload",
    "take", "abolish", "o-wu", "o-wang", "o-lin",
)  # fmt: skip
TELLING: Final = ("review", "routing")
acting = st.tuples(st.integers(1, 8), st.sampled_from(STAFF), st.sampled_from(ACTS))
courses = st.lists(st.one_of(st.sampled_from(TELLING), acting), max_size=60)
shapes = st.sampled_from(
    ["village_decides", "township_decides", "township_forwards", "straight_to_county", "joint"]
)


def _run(shape: str, course: list[Any]) -> Pair:
    pair = Pair(Stream(routing, routing.start), Stream(review, review.start))
    pair.routing.carry_out(lay(shape))
    for turn in course:
        if turn == "review":
            pair.tell_review()
        elif turn == "routing":
            pair.tell_routing()
        else:
            pair.act(*turn)
    pair.settle()
    return pair


@for_all(shapes, courses)
@settings(max_examples=400, deadline=None)
def test_where_a_step_lies_and_how_it_ended_is_the_same_for_both(
    shape: str, course: list[Any]
) -> None:
    pair = _run(shape, course)
    way, desks = pair.routing.state, pair.review.state
    assert isinstance(way, UnderWay | Completed)
    assert isinstance(desks, UnderReview)
    for step in way.steps:
        desk = desks.step(f"{CASE}.{step.number}")
        if isinstance(step, Closed):
            assert isinstance(desk, DeskClosed)
            assert desk.outcome == step.outcome
        elif isinstance(step, Open):
            assert desk is not None
            assert not isinstance(desk, DeskClosed)
            assert desk.organisation == step.organisation
            assert desk.moves == (step.moved.times if step.moved else 0)
            assert step.recalled is None, "asked for, and neither yielded nor decided"
        else:
            assert desk is None


@for_all(shapes, courses)
@settings(max_examples=200, deadline=None)
def test_whoever_was_asked_to_yield_a_step_yields_it_or_had_decided(
    shape: str, course: list[Any]
) -> None:
    events = _run(shape, course).routing.events
    ended = {e.number for e in events if isinstance(e, StepReturned | StepUploaded | StepClosed)}
    assert {e.number for e in events if isinstance(e, StepRecalled)} <= ended
    closings = [e.number for e in events if isinstance(e, StepReturned | StepUploaded | StepClosed)]
    assert len(closings) == len(set(closings))


def test_a_decision_on_its_way_is_neither_lost_nor_made_twice() -> None:
    pair = _run("township_forwards", [])
    town, other = STAFF[1], STAFF[2]
    pair.act(1, town, "claim")
    pair.act(1, other, "return")  # nothing before it: refused
    pair.act(1, other, "upload")
    pair.act(1, town, "forwarded")  # before review has heard of it
    pair.settle()
    way = pair.routing.state
    assert [(s.number, s.kind) for s in way.steps] == [(1, "closed"), (2, "open")]
    assert way.steps[0].outcome == "forwarded"


def test_a_step_is_yielded_before_it_can_be_decided_once_review_has_heard() -> None:
    pair = _run("township_forwards", [])
    town = STAFF[1]
    pair.act(1, town, "claim")
    pair.act(1, town, "upload")
    pair.tell_review()
    pair.act(1, town, "forwarded")
    pair.settle()
    assert pair.routing.state.steps[0].outcome == "uploaded"
