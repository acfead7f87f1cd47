"""What holds for every application, whatever the desk does."""

from __future__ import annotations

from typing import Final, TypeAlias

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events.base import ActionRefused, Event
from schemas.events.intake import (
    ApplicationSubmitted,
    CaseAccepted,
    DeficiencyNotified,
    MaterialsSupplemented,
)
from schemas.values import Material
from services.intake.core.attaching import attached_of
from services.intake.core.captures import OLDEST, SKEW
from services.intake.core.commands import Command, DeemAccepted
from services.intake.core.state import Accepted, NotAccepted, State, Withdrawn
from services.kernel.decider import Refused
from tests.intake.core.situations import (
    ANSWER_DUE,
    NO_CONSENT,
    NO_IDENTITY,
    OUTSIDER,
    PHOTO,
    SCAN,
    accept,
    accepted,
    answer_precheck,
    attach,
    attached,
    correct,
    deem,
    detach,
    detached,
    draft,
    drafted,
    intake,
    not_accepted,
    notified,
    notify,
    precheck_answered,
    precheck_requested,
    refuse,
    request_precheck,
    submit,
    submitted,
    supplement,
    supplemented,
    withdraw,
    withdrawn,
)
from tests.intake.core.test_agents import AGENT, GUARDIAN, OFFICE, authority
from tests.intake.core.test_duplicates import REASON, like
from tests.support.builders import APPLICANT, PAPERS, later
from tests.support.given import off_the_log

SNAPSHOT: Final[TypeAdapter[State]] = TypeAdapter(State)
Trail: TypeAlias = list[Event]

papers = st.lists(st.sampled_from([*PAPERS, Material(code="sketch")]), max_size=4).map(tuple)
some_papers = st.lists(st.sampled_from(PAPERS), min_size=1, max_size=3).map(tuple)
defects = st.lists(st.sampled_from([NO_CONSENT, NO_IDENTITY]), min_size=1, max_size=2)
sheets = st.sampled_from(["identity", "consent", "consent.2", "moon"])
minutes = st.integers(1, 5000).map(later)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(draft, at=minutes, materials=papers),
    st.builds(submit, at=minutes, materials=papers),
    st.builds(
        submit,
        at=minutes,
        agent_ref=st.sampled_from([None, AGENT, APPLICANT]),
        mandate=st.sampled_from([None, OFFICE, GUARDIAN, authority(), authority(number=None)]),
        alike=st.sampled_from([(), (like(),)]),
        duplicate_reason=st.sampled_from([None, REASON]),
        captured_at=st.none() | st.integers(-50_000, 5_000).map(later),
    ),
    st.builds(lambda d, at: notify(*d, at=at), defects, minutes),
    st.builds(supplement, at=minutes, materials=some_papers),
    st.builds(attach, sheets, at=minutes, sha256=st.sampled_from([SCAN, PHOTO])),
    st.builds(detach, sheets, at=minutes),
    st.builds(request_precheck, at=minutes),
    st.builds(lambda d, at: answer_precheck(*d, at=at), defects | st.just([]), minutes),
    st.builds(accept, at=minutes),
    st.builds(accept, at=minutes, actor=st.just(OUTSIDER)),
    st.builds(refuse, at=minutes, reason=st.sampled_from(["甲", "乙"])),
    st.builds(withdraw, at=minutes, reason=st.sampled_from(["甲", "乙"])),
    st.builds(deem, at=st.one_of(minutes, st.just(ANSWER_DUE), st.just(later(20_000)))),
    st.builds(correct, at=minutes),
)
days = st.lists(commands, max_size=14)
anything_on_the_log: st.SearchStrategy[Trail] = st.lists(
    st.sampled_from(
        [
            drafted(),
            submitted(),
            notified(),
            supplemented(),
            attached(),
            attached(sha256=PHOTO),
            detached(),
            precheck_requested(),
            precheck_answered(),
            precheck_answered(NO_CONSENT),
            accepted(),
            not_accepted(),
            withdrawn(),
            ActionRefused(action="intake.accept", code="intake.x", detail="试过"),
        ]
    ),
    max_size=12,
)


def _carry_out(state: State, command: Command) -> tuple[State, Trail]:
    try:
        events = list(intake.decide(state, off_the_log(command)))
    except Refused:
        return state, []
    for event in events:
        state = intake.evolve(state, event)
    return state, events


def _work(day: list[Command]) -> tuple[State, Trail]:
    state, trail = intake.start, list[Event]()
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
    state = intake.start
    for event in trail:
        before, state = state, intake.evolve(state, event)
        assert state is before or state.version == before.version + 1
        if isinstance(event, ActionRefused):
            assert state is before


@for_all(days, commands)
def test_what_has_ended_stays_as_it_ended(day: list[Command], last: Command) -> None:
    state, _ = _work(day)
    after, events = _carry_out(state, last)
    if isinstance(state, Accepted | NotAccepted | Withdrawn):
        assert events == []
        assert after is state


@for_all(days)
@settings(max_examples=200)
def test_a_snapshot_is_small_and_says_all(day: list[Command]) -> None:
    state, trail = _work(day)
    stored = SNAPSHOT.dump_json(state)
    assert SNAPSHOT.validate_json(stored) == state
    assert len(stored) < 1024 + 160 * len(attached_of(state))
    assert state.version == len(trail)


@for_all(days)
def test_a_case_is_accepted_at_most_once_and_promised_no_later_than_the_law_wants(
    day: list[Command],
) -> None:
    state, began, accepted_by = intake.start, later(0), list[Command]()
    for command in day:
        state, events = _carry_out(state, command)
        for event in events:
            if isinstance(event, ApplicationSubmitted | MaterialsSupplemented):
                began = event.answer.started_at
            if isinstance(event, CaseAccepted):
                accepted_by.append(command)
                assert event.promised.due_at <= event.legal.due_at
                assert event.legal.started_at == event.promised.started_at
                assert event.deemed == isinstance(command, DeemAccepted)
                assert event.legal.started_at == (began if event.deemed else command.at)
    assert len(accepted_by) <= 1


@for_all(days)
@settings(max_examples=300)
def test_nothing_is_handed_in_for_another_without_a_mandate_nor_twice_without_a_reason(
    day: list[Command],
) -> None:
    _, trail = _work(day)
    for event in trail:
        if isinstance(event, ApplicationSubmitted):
            assert (event.agent_ref is None) == (event.mandate is None)
            assert event.agent_ref != event.applicant_ref
            assert bool(event.confirmed_duplicates) == (event.duplicate_reason is not None)
            if event.captured_at is not None:
                age = event.answer.started_at - event.captured_at
                assert -SKEW <= age <= OLDEST


@for_all(days)
def test_notices_are_numbered_without_gap(day: list[Command]) -> None:
    _, trail = _work(day)
    notices = [event for event in trail if isinstance(event, DeficiencyNotified)]
    assert [notice.ordinal for notice in notices] == list(range(1, len(notices) + 1))
