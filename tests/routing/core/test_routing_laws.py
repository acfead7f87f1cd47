"""What holds for every route, in whatever order its steps end."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, TypeAlias

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events.base import ActionRefused, Event
from schemas.events.moves import StepMove, StepReturned, StepUploaded
from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed, StepOpened
from schemas.values import StepOutcome
from services.kernel.decider import Refused
from services.routing.core.commands import Command
from services.routing.core.state import Completed, NotLaid, Open, State, UnderWay
from tests.routing.core.situations import (
    APPROVED,
    REJECTED,
    close,
    closed,
    laid,
    lay,
    opened,
    routing,
)
from tests.routing.core.situations_of_acts import (
    CHIEF,
    CLERK,
    COUNTY_AGAIN,
    REVIEWER,
    TOWN,
    TOWN_AGAIN,
    delegate,
    delegated,
    recalled,
    reported_up,
    reroute,
    rerouted,
    result_recorded,
    returned,
    send_back,
    take_back,
    take_over,
    taken_over,
    transfer,
    transferred,
    upload,
    uploaded,
)
from tests.support.builders import COUNTY, HOUSING, STEPS, later, officer
from tests.support.given import off_the_log

SNAPSHOT: Final[TypeAdapter[State]] = TypeAdapter(State)
Trail: TypeAlias = list[Event]
WHO: Final = ["o-wu", "o-xu", "o-land", "o-lin", "o-li"]
OUTCOMES: Final[list[StepOutcome]] = ["approved", "rejected", "agreed", "disagreed", "forwarded"]

shapes = st.sampled_from(list(STEPS))
closings: st.SearchStrategy[Command] = st.builds(
    close,
    st.integers(1, 9),
    st.sampled_from(OUTCOMES),
    at=st.integers(1, 5000).map(later),
)
instants = st.integers(1, 5000).map(later)
numbers = st.integers(1, 9)
approvers = st.sampled_from(
    [
        TOWN,
        CHIEF,
        REVIEWER,
        CLERK,
        officer("joint_convener", HOUSING, "o-zhao"),
        officer("township_approver", COUNTY, "o-above"),
    ]
)
acting: st.SearchStrategy[Command] = st.one_of(
    st.builds(send_back, numbers, approvers),
    st.builds(upload, numbers, approvers),
    st.builds(take_back, numbers, at=instants),
    st.builds(take_back, numbers, at=instants),
    st.builds(transfer, numbers, approvers, to_officer=st.sampled_from(WHO), at=instants),
    st.builds(delegate, numbers, approvers, stand_in=st.sampled_from(WHO)),
    st.builds(take_over, numbers, approvers, at=instants),
    st.builds(reroute, numbers, at=instants),
)
acts: st.SearchStrategy[Command] = st.one_of(closings, closings, acting)
commands: st.SearchStrategy[Command] = st.one_of(acts, acts, shapes.map(lay))
courses = st.tuples(shapes.map(lay), st.lists(acts, max_size=24))
anything_on_the_log: st.SearchStrategy[Trail] = st.lists(
    st.one_of(
        st.sampled_from([laid("joint"), laid(), APPROVED, REJECTED]),
        st.integers(1, 4).map(lambda n: opened("joint", n)),
        st.integers(1, 4).map(lambda n: closed("joint", n, "agreed")),
        numbers.map(transferred),
        numbers.map(delegated),
        numbers.map(taken_over),
        numbers.map(rerouted),
        numbers.map(recalled),
        st.sampled_from([reported_up(), result_recorded()]),
        numbers.map(lambda n: returned(TOWN_AGAIN, COUNTY_AGAIN, number=n)),
        numbers.map(lambda n: uploaded(COUNTY_AGAIN, number=n)),
        st.just(ActionRefused(action="routing.lay_route", code="routing.x", detail="试过")),
    ),
    max_size=12,
)


def _carry_out(state: State, command: Command) -> tuple[State, Trail]:
    try:
        events = list(routing.decide(state, off_the_log(command)))
    except Refused:
        return state, []
    for event in events:
        state = routing.evolve(state, event)
    return state, events


def _run(course: tuple[Command, list[Command]]) -> tuple[State, Trail]:
    state, trail = _carry_out(routing.start, course[0])
    for command in course[1]:
        state, events = _carry_out(state, command)
        trail += events
    return state, trail


def _steps(state: State) -> tuple[object, ...]:
    return () if isinstance(state, NotLaid) else state.steps


@for_all(courses, commands)
def test_a_command_come_twice_has_the_effect_of_one(
    course: tuple[Command, list[Command]], last: Command
) -> None:
    once, _ = _carry_out(_run(course)[0], last)
    twice, again = _carry_out(once, last)
    assert again == []
    assert twice is once


@for_all(anything_on_the_log)
def test_whatever_stands_on_the_log_can_be_folded(trail: Trail) -> None:
    state = routing.start
    for event in trail:
        before, state = state, routing.evolve(state, event)
        assert state is before or state.version == before.version + 1
        if isinstance(event, ActionRefused):
            assert state is before


@for_all(courses, commands)
def test_a_completed_case_stays_as_it_was_completed(
    course: tuple[Command, list[Command]], last: Command
) -> None:
    state, _ = _run(course)
    after, events = _carry_out(state, last)
    if isinstance(state, Completed):
        assert events == []
        assert after is state


@for_all(courses)
def test_a_case_is_completed_once_with_the_word_of_whoever_ended_it(
    course: tuple[Command, list[Command]],
) -> None:
    state, trail = _run(course)
    ends = [event for event in trail if isinstance(event, CaseCompleted)]
    assert len(ends) == isinstance(state, Completed)
    if ends:
        assert trail[-1] is ends[0]
        last = trail[-2]
        assert isinstance(last, StepClosed)
        assert last.outcome == ends[0].outcome


@for_all(courses)
@settings(max_examples=200)
def test_no_stage_opens_before_all_steps_of_the_one_before_are_closed(
    course: tuple[Command, list[Command]],
) -> None:
    _, trail = _run(course)
    laid_out = trail[0]
    assert isinstance(laid_out, RouteLaid)
    stage_of = {step.number: step.stage for step in laid_out.steps}
    done: set[int] = set()
    for event in trail:
        if isinstance(event, StepClosed | StepReturned | StepUploaded):
            assert event.number not in done
            done.add(event.number)
        if isinstance(event, StepReturned | StepUploaded):
            behind = {n: stage for n, stage in stage_of.items() if n in done}
            stage_of = behind | {step.number: step.stage for step in event.ahead}
        if isinstance(event, StepOpened):
            assert {n for n, stage in stage_of.items() if stage < event.stage} <= done


@for_all(courses)
def test_no_step_is_opened_twice_and_stages_only_rise(
    course: tuple[Command, list[Command]],
) -> None:
    _, trail = _run(course)
    opened_steps = [event for event in trail if isinstance(event, StepOpened)]
    numbers = [event.number for event in opened_steps]
    assert len(set(numbers)) == len(numbers)
    assert all(a.stage <= b.stage for a, b in pairwise(opened_steps))


@for_all(courses)
@settings(max_examples=200)
def test_an_open_case_always_lies_on_somebodys_desk(
    course: tuple[Command, list[Command]],
) -> None:
    state = routing.start
    for command in [course[0], *course[1]]:
        state, _ = _carry_out(state, command)
        if isinstance(state, UnderWay):
            assert any(isinstance(step, Open) for step in state.steps)


@for_all(courses)
def test_moves_of_a_step_are_numbered_without_a_gap(
    course: tuple[Command, list[Command]],
) -> None:
    moves: dict[int, list[int]] = {}
    for event in _run(course)[1]:
        if isinstance(event, StepMove):
            moves.setdefault(event.number, []).append(event.move)
    assert all(found == list(range(1, len(found) + 1)) for found in moves.values())


@for_all(courses)
def test_a_snapshot_is_small_and_says_all(course: tuple[Command, list[Command]]) -> None:
    state, trail = _run(course)
    stored = SNAPSHOT.dump_json(state)
    assert SNAPSHOT.validate_json(stored) == state
    further = len(_steps(state)) - len(STEPS["joint"])
    assert len(stored) < 1536 + 256 * max(0, further)
    assert state.version == len(trail)
