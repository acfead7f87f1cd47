"""What holds for every review, whoever acts in whatever order."""

from __future__ import annotations

from typing import Final

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events.base import ActionRefused, Event
from schemas.events.results import FeeAssessed, FeePaid, FeeWaived, ResultDelivered, ResultIssued
from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
    MeetingConvened,
    MeetingHeld,
    OpinionAnswered,
    OpinionGiven,
    OpinionRequested,
    StepChecked,
    StepDecided,
    SurveyRecorded,
)
from services.kernel.decider import Refused
from services.review.core.commands import Command
from services.review.core.state import Closed, State
from tests.review.core.drawn_days import (
    CONSULTED,
    CORRECTED,
    FULL_LEGAL,
    READY,
    Trail,
    anything_on_the_log,
    commands,
    days,
    joint_decisions,
)
from tests.review.core.situations import (
    FULL_ITEM,
    OPINION_OF,
    claim,
    claimed,
    decide,
    decided,
    opine,
    over,
    receive,
    received,
    review,
    reviewer,
    step_id,
)
from tests.review.core.situations_of_consulting import (
    answer,
    convene,
    minutes,
    request,
    says,
)
from tests.review.core.situations_of_results import (
    issue,
)
from tests.support.builders import HOUSING, LAND, TOWNSHIP, WATER, later
from tests.support.given import off_the_log

SNAPSHOT: Final[TypeAdapter[State]] = TypeAdapter(State)


def _carry_out(state: State, command: Command) -> tuple[State, Trail]:
    try:
        events = list(review.decide(state, off_the_log(command)))
    except Refused:
        return state, []
    for event in events:
        state = review.evolve(state, event)
    return state, events


def _work(day: list[Command]) -> tuple[State, Trail]:
    state, trail = review.start, list[Event]()
    for command in day:
        state, events = _carry_out(state, command)
        trail += events
    return state, trail


@for_all(days, commands)
def test_a_command_come_twice_has_the_effect_of_one(day: list[Command], last: Command) -> None:
    once, _ = _carry_out(_work(day)[0], last)
    twice, again = _carry_out(once, last)
    assert again == []
    assert twice is once


@for_all(anything_on_the_log)
def test_whatever_stands_on_the_log_can_be_folded(trail: Trail) -> None:
    state = review.start
    for event in trail:
        before, state = state, review.evolve(state, event)
        versions = [sum(step.version for step in s.steps) for s in (before, state)]
        # A clock of the whole case is nobody's step: whoever saw one may go on.
        moved = event is not CORRECTED
        assert state is before or versions[1] == versions[0] + moved
        if isinstance(event, ActionRefused):
            assert state is before


@for_all(days, commands)
def test_a_closed_step_stays_as_it_was_closed(day: list[Command], last: Command) -> None:
    state, _ = _work(day)
    after, _ = _carry_out(state, last)
    for step in state.steps:
        if isinstance(step, Closed):
            assert after.step(step.step_id) is step


@for_all(days)
def test_a_deadline_of_the_case_never_comes_before_the_one_that_was_promised(
    day: list[Command],
) -> None:
    _, trail = _work(day)
    for event in trail:
        if isinstance(event, ClockStopped | ClockResumed | ClockExtended) and event.legal:
            assert event.promised is None or event.promised.due_at <= event.legal.due_at
            assert event.legal.due_at >= FULL_LEGAL.due_at


@for_all(days)
def test_results_are_issued_for_approvals_that_owe_nothing_and_once(day: list[Command]) -> None:
    _, trail = _work([*CONSULTED, receive(of=FULL_ITEM), *READY, *day, issue(), issue(later(9))])
    for event in (one for one in trail if isinstance(one, ResultIssued)):
        before = trail[: trail.index(event)]
        assert any(isinstance(e, StepDecided) and e.outcome == "approved" for e in before)
        bills = sum(isinstance(e, FeeAssessed) for e in before)
        assert bills == sum(isinstance(e, FeePaid | FeeWaived) for e in before) <= 1
    for once in (FeeAssessed, ResultIssued, ResultDelivered):
        assert sum(isinstance(event, once) for event in trail) <= 1


@for_all(days)
def test_whoever_checked_last_did_not_decide(day: list[Command]) -> None:
    _, trail = _work(day)
    for end in (event for event in trail if isinstance(event, StepDecided)):
        checks = [e for e in trail[: trail.index(end)] if isinstance(e, StepChecked)]
        assert checks[-1].officer_id != end.officer_id


def _heard_before(trail: Trail) -> dict[str, str | None]:
    """Give what each department said last; None where it was asked and has not answered."""
    said: dict[str, str | None] = dict.fromkeys(OPINION_OF.values())
    for event in trail:
        match event:
            case OpinionRequested():
                said[event.asked] = None
            case MeetingConvened():
                said |= dict.fromkeys(event.departments)
            case OpinionGiven() | OpinionAnswered():
                said[event.organisation] = event.opinion
            case MeetingHeld():
                said |= {one.organisation: one.opinion for one in event.opinions}
            case _:
                continue
    return said


def _requires_everybody(trail: Trail) -> int:
    approvals = [e for e in trail if isinstance(e, StepDecided) and e.outcome == "approved"]
    for approval in approvals:
        before = trail[: trail.index(approval)]
        said = _heard_before(before)
        assert None not in said.values()
        assert sum(isinstance(event, OpinionGiven) for event in before) == len(OPINION_OF)
        against = sorted(place for place, opinion in said.items() if opinion == "disagreed")
        assert [o.organisation for o in approval.overruled] == against
        passed = [
            e.survey for e in before if isinstance(e, SurveyRecorded) and e.result == "passed"
        ]
        assert sorted(passed) == sorted(FULL_ITEM.surveys)
    return len(approvals)


@for_all(st.one_of(days, joint_decisions()))
@settings(max_examples=300)
def test_approved_means_that_everybody_agreed_or_is_overruled_by_name(day: list[Command]) -> None:
    _requires_everybody(_work(day)[1])


def test_the_law_of_the_joint_review_is_not_empty() -> None:
    day: list[Command] = [*CONSULTED, receive(of=FULL_ITEM), *READY]
    for number, organisation in OPINION_OF.items():
        opinion = opine(number, "disagreed" if number == 2 else "agreed")
        day += [claim(number, reviewer(organisation)), opinion]
    day += [
        request(),
        answer("disagreed"),
        convene(),
        minutes(says(LAND), says(WATER, "disagreed")),
    ]
    _, trail = _work([*day, decide("approved", over(TOWNSHIP), over(WATER))])
    assert _requires_everybody(trail) == 1


@for_all(days)
def test_a_step_is_closed_once_by_whoever_held_it(day: list[Command]) -> None:
    _, trail = _work(day)
    ends = [event for event in trail if isinstance(event, OpinionGiven | StepDecided)]
    assert len({end.step_id for end in ends}) == len(ends)
    assert all(end.organisation == HOUSING for end in ends if end.step_id == step_id(4))


def test_a_snapshot_written_before_the_case_was_told_is_still_read() -> None:
    before = (
        b'{"steps":[{"step_id":"%b","version":2,"organisation":"/qingyun/d-housing","duty":"decide",'
        b'"role":"joint_convener","due_at":"2025-03-06T09:30:00.000Z","kind":"claimed",'
        b'"officer_id":"o-zhao"}]}' % step_id(4).encode()
    )
    state = SNAPSHOT.validate_json(before)
    untold = received().model_copy(update={"case": None})
    assert review.decide(state, decide()) == [decided()]
    folded = review.evolve(review.evolve(review.start, untold), claimed())
    assert folded.case is None
    assert review.evolve(state, decided()) == review.evolve(folded, decided())


@for_all(days)
def test_a_snapshot_is_small_and_says_all(day: list[Command]) -> None:
    state, _ = _work(day)
    stored = SNAPSHOT.dump_json(state)
    assert SNAPSHOT.validate_json(stored) == state
    assert len(stored) < 2560  # a worker keeps it packed, to a third
