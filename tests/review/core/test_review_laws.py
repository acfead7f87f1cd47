"""What holds for every review, whoever acts in whatever order."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

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
from schemas.values import DepartmentOpinion, Opinion, Overruled, Survey
from services.kernel.decider import Refused
from services.review.core.commands import Command
from services.review.core.state import Closed, State
from tests.review.core.situations import (
    COLLEAGUE,
    CONVENER,
    FULL_ITEM,
    OPINION_OF,
    REMEDY,
    TERM,
    asked,
    check,
    checked,
    claim,
    claimed,
    decide,
    decided,
    found,
    heard,
    opine,
    over,
    receive,
    received,
    release,
    released,
    review,
    reviewer,
    step_id,
    taken,
    terms_of,
)
from tests.review.core.situations_of_clocks import extend, extended, resume, resumed, stop, stopped
from tests.review.core.situations_of_consulting import (
    answer,
    answered,
    convene,
    convened,
    met,
    minutes,
    plan,
    planned,
    request,
    requested,
    says,
    survey,
    surveyed,
)
from tests.review.core.situations_of_moves import (
    give_up,
    move,
    moved,
    name_stand_in,
    restart,
    stand_in_named,
    suspend,
    yielded,
)
from tests.review.core.situations_of_results import (
    assess,
    assessed,
    deliver,
    delivered,
    issue,
    issued,
    paid,
    pay,
    waive,
    waived,
)
from tests.review.core.situations_of_time import AGAIN, correct, corrected, ran_again, run_again
from tests.support.builders import HOUSING, LAND, TOWNSHIP, WATER, later
from tests.support.given import off_the_log

FULL_LEGAL: Final = terms_of(FULL_ITEM).legal
SNAPSHOT: Final[TypeAdapter[State]] = TypeAdapter(State)
Trail: TypeAlias = list[Event]
CORRECTED: Final = corrected("legal", FULL_LEGAL, "2025-04-02 17:30")
CORRECTED_STEP: Final = corrected(
    "step", TERM, "2025-03-10 17:30", step_id=step_id(4), runs_again_at=later(9000)
)

numbers = st.sampled_from(sorted(OPINION_OF))
conveners = st.sampled_from([CONVENER, COLLEAGUE])
overruled: st.SearchStrategy[tuple[Overruled, ...]] = st.lists(
    st.sampled_from([*sorted(OPINION_OF.values()), TOWNSHIP]).map(over), max_size=3, unique=True
).map(tuple)
receiving = st.one_of(
    numbers.map(lambda n: receive(n, OPINION_OF[n], "opinion")), st.just(receive(of=FULL_ITEM))
)
opinions: st.SearchStrategy[Opinion] = st.sampled_from(get_args(Opinion))
instants = st.one_of(st.integers(1, 9).map(later), st.just(AGAIN))
moving: st.SearchStrategy[Command] = st.one_of(
    st.builds(lambda when, who: stop(2, "testing", 4, who, when), instants, conveners),
    st.builds(lambda when, who: resume(when, 4, who), instants, conveners),
    st.builds(lambda when: extend(5, at=when), instants),
    st.sampled_from([run_again(), run_again(number=1), correct()]),
    st.sampled_from([check(), check(found(eligible="met", area="unmet"), actor=CONVENER)]),
)
said_by: st.SearchStrategy[tuple[DepartmentOpinion, ...]] = st.builds(
    lambda land, water: (says(LAND, land), says(WATER, water)), opinions, opinions
)
consulting: st.SearchStrategy[Command] = st.one_of(
    st.just(request()),
    opinions.map(answer),
    st.sampled_from([convene(), convene(TOWNSHIP)]),
    said_by.map(lambda said: minutes(*said)),
    opinions.map(lambda said: minutes(says(TOWNSHIP, said))),
)
results: st.SearchStrategy[Literal["passed", "failed"]] = st.sampled_from(["passed", "failed"])
surveys: st.SearchStrategy[Survey] = st.sampled_from(get_args(Survey))
surveying: st.SearchStrategy[Command] = st.one_of(
    surveys.map(plan), st.builds(survey, surveys, results)
)
settling: st.SearchStrategy[Command] = st.sampled_from(
    [assess(), pay(), waive(), issue(), deliver(), deliver("courier", actor=CONVENER)]
)
following: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        lambda who, times: move(4, who, move=times),
        st.sampled_from(["o-zhao", "o-qian", None]),
        st.integers(1, 3),
    ),
    st.just(name_stand_in()),
    st.sampled_from([give_up(), suspend(), restart()]),
)
commands: st.SearchStrategy[Command] = st.one_of(
    receiving,
    following,
    settling,
    moving,
    consulting,
    surveying,
    numbers.map(lambda n: claim(n, reviewer(OPINION_OF[n]))),
    st.builds(opine, numbers, opinions),
    st.builds(opine, numbers, opinions),
    conveners.map(lambda who: claim(4, who)),
    conveners.map(lambda who: release(4, who)),
    st.builds(lambda named, who: decide("approved", *named, actor=who), overruled, conveners),
    st.builds(lambda who: decide("rejected", remedy=REMEDY, actor=who), conveners),
)
CONSULTED: Final = [
    receive(n, organisation, "opinion", FULL_ITEM) for n, organisation in OPINION_OF.items()
]
READY: Final[list[Command]] = [
    claim(),
    check(),
    plan(),
    survey(),
    plan("completion"),
    survey("completion"),
]
"""All but the opinions that a decision on the full item wants."""
days: st.SearchStrategy[list[Command]] = st.lists(commands, max_size=25).map(
    lambda acts: [*CONSULTED, *acts]
)
"""Three departments are consulted first, as routing does; then anything."""


@st.composite
def joint_decisions(draw: st.DrawFn) -> list[Command]:
    """Every consulted department is heard in some order, then the convener decides."""
    acts: list[Command] = [*CONSULTED, receive(of=FULL_ITEM), *READY]
    for number in draw(st.permutations(sorted(OPINION_OF))):
        acts += [claim(number, reviewer(OPINION_OF[number])), opine(number, draw(opinions))]
    acts += draw(st.lists(consulting, max_size=6))
    return [*acts, *(decide("approved", *draw(overruled)) for _ in range(4))]


anything_on_the_log: st.SearchStrategy[Trail] = st.lists(
    st.one_of(
        numbers.map(asked),
        numbers.map(taken),
        numbers.map(heard),
        st.sampled_from([received(), claimed(), released(), decided()]),
        st.sampled_from([checked(), stopped(), resumed(), extended(), requested(), answered()]),
        st.sampled_from([CORRECTED, CORRECTED_STEP, ran_again()]),
        st.sampled_from([convened(), met(), planned(), surveyed()]),
        st.sampled_from([moved(), stand_in_named(), yielded()]),
        st.sampled_from([assessed(), paid(), waived(), issued(), delivered()]),
        st.just(ActionRefused(action="review.claim", code="review.x", detail="试过")),
    ),
    max_size=14,
)


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
