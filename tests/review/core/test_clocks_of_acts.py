"""An amended calendar and what an act has set: a department's time to answer, and the delivery."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.results import DeliveryClockStarted, ResultDelivered, ResultRevoked
from schemas.events.review import MeetingConvened, OpinionAnswered, OpinionRequested, StepDecided
from schemas.facts import Limit
from schemas.values import Term
from services.kernel.decider import Refused
from services.kernel.reaction import Occasion, Timer
from services.kernel.terms import term as reckoned
from services.review.core.commands import Command
from services.review.core.running import opened
from services.review.core.state import State
from services.review.core.timers import timers
from services.review.core.view import view
from services.review.shell.wiring import PARTS, SERVICE
from tests.review.core.drawn_days import commands, days, joint_decisions
from tests.review.core.situations import (
    COUNTY_FACTS,
    FULL_ITEM,
    checked,
    claimed,
    decide,
    decided,
    over,
    received,
    review,
    step_id,
)
from tests.review.core.situations_of_consulting import (
    SURVEYED,
    answered,
    convened,
    request,
    requested,
)
from tests.review.core.situations_of_moves import yielded
from tests.review.core.situations_of_results import (
    deliver,
    delivered,
    issue,
    issued,
    made_ready,
    notified,
    revoked,
    to_deliver,
)
from tests.review.core.situations_of_time import correct, corrected
from tests.support.builders import CASE, HOUSING, TOWNSHIP, WATER, at, later
from tests.support.given import given, off_the_log
from tests.support.published_calendars import AMENDED, CALENDAR

TAKEN: Final = (received(of=FULL_ITEM), checked(), claimed(), *SURVEYED)
ASKED: Final = (*TAKEN, requested())
APPROVED: Final = (*TAKEN, decided(), to_deliver())
LATER: Final = corrected(
    "delivery", to_deliver().term, "2025-03-19 17:30", step_id=step_id(4), organisation=HOUSING
)
"""The offices are shut on 6 and 7 March: two days more to issue and deliver."""
LONGER: Final = corrected(
    "opinion", requested().term, "2025-03-10 17:30", step_id=step_id(4), organisation=TOWNSHIP
)


def waiting(*history: Event, version: str = AMENDED) -> list[Timer]:
    return list(timers(CASE, given(review, *history).state, Occasion(later(60), version)))


def of_opinions(*history: Event) -> list[Event]:
    found = given(review, *history).when(correct()).events
    return [event for event in found if getattr(event, "clock", None) == "opinion"]


@pytest.mark.parametrize(
    "since", [(), (issued(),), (issued(), made_ready()), (issued(), made_ready(), notified())]
)
def test_what_was_approved_and_not_collected_yet_may_be_delivered_later(
    since: tuple[Event, ...],
) -> None:
    given(review, *APPROVED, *since).when(correct()).then(LATER)
    after = given(review, *APPROVED, *since, LATER)
    assert view(CASE, after.state, step_id(4))["deliver_by"] == "2025-03-19T09:30:00.000Z"
    after.when(correct()).then()
    assert waiting(*APPROVED, *since, LATER) == []


@pytest.mark.parametrize(
    "since",
    [
        (decided("rejected"),),
        (decided(), to_deliver(), issued(), made_ready(), delivered()),
        (decided(), to_deliver(), issued(), revoked()),
    ],
)
def test_what_was_rejected_delivered_or_revoked_is_corrected_no_more(
    since: tuple[Event, ...],
) -> None:
    given(review, *TAKEN, *since).when(correct()).then()
    assert waiting(*TAKEN, *since) == []


def test_a_result_that_is_still_to_be_delivered_is_seen_by_the_timers_until_it_was() -> None:
    assert PARTS.timers is not None
    for history, seen in (
        ((), True),
        ((issued(), made_ready()), True),
        ((issued(), made_ready(), delivered()), False),
        ((issued(), revoked()), False),
    ):
        written = SERVICE.state.dump_json(given(review, *APPROVED, *history).state)
        assert any(sign in written for sign in PARTS.timers.signs) is seen


def test_the_department_that_was_asked_has_as_much_longer() -> None:
    assert of_opinions(*ASKED) == [LONGER]
    events = given(review, *ASKED).when(correct()).events
    assert [getattr(event, "clock", None) for event in events] == [
        "legal",
        "promised",
        "step",
        "opinion",
    ]
    after = (*ASKED, *events)
    given(review, *after).when(correct()).then()
    in_time = given(review, *after).when(
        decide("approved", over(TOWNSHIP), at=at("2025-03-10 17:30"))
    )
    in_time.then_refused("review.opinions_outstanding")
    late = given(review, *after).when(decide("approved", over(TOWNSHIP), at=at("2025-03-10 17:31")))
    assert late.refusal is None


def test_who_has_answered_was_overruled_or_is_convened_is_corrected_no_more() -> None:
    assert of_opinions(*ASKED, answered()) == []
    assert of_opinions(*ASKED, convened(TOWNSHIP)) == []
    overruled = (*ASKED, decided("approved", over(TOWNSHIP, because="silent")), to_deliver())
    given(review, *overruled).when(correct()).then(LATER)
    given(review, *ASKED, decided("rejected")).when(correct()).then()


def test_of_two_that_were_asked_the_one_that_kept_silent_is_corrected() -> None:
    both = (*ASKED, requested(WATER), answered())
    told = [getattr(event, "organisation", None) for event in of_opinions(*both)]
    assert told == [WATER]


def test_between_two_steps_nobody_can_answer_and_with_the_next_one_it_is_corrected() -> None:
    returned = (*ASKED, yielded())
    given(review, *returned).when(correct()).then()
    assert waiting(*returned) == []
    again = (*returned, received(5, of=FULL_ITEM))
    assert len(waiting(*again)) == 1
    assert of_opinions(*again) == [LONGER]


def test_one_that_was_set_after_the_case_was_looked_at_is_looked_at_again() -> None:
    """A calendar that moved nothing then may move what is asked, or approved, later."""
    histories = (TAKEN, ASKED, (*ASKED, requested(WATER)), APPROVED)
    names = [timer.reaction.name for history in histories for timer in waiting(*history)]
    assert len(set(names)) == len(names) == len(histories)
    assert [waiting(*history, version=CALENDAR) for history in histories] == [[]] * 4


def test_a_correction_of_an_older_calendar_comes_to_nothing() -> None:
    given(review, *APPROVED, LATER).when(correct(calendar_version=CALENDAR)).then()


def _carry_out(state: State, command: Command) -> tuple[State, list[Event]]:
    try:
        events = list(review.decide(state, off_the_log(command)))
    except Refused:
        return state, []
    for event in events:
        state = review.evolve(state, event)
    return state, events


def _told(trail: list[Event]) -> dict[tuple[str, str], Term]:
    """Give the clocks of acts that run by a trail alone: set, moved, ended."""
    running: dict[tuple[str, str], Term] = {}
    for event in trail:
        match event:
            case OpinionRequested():
                running["opinion", event.asked] = event.term
            case DeliveryClockStarted():
                running["delivery", event.organisation] = event.term
            case DueDateCorrected(clock="opinion" | "delivery"):
                running[event.clock, event.organisation or ""] = event.term
            case OpinionAnswered():
                running.pop(("opinion", event.organisation), None)
            case MeetingConvened():
                for place in event.departments:
                    running.pop(("opinion", place), None)
            case StepDecided() if event.outcome != "forwarded":
                running = {}
            case ResultDelivered() | ResultRevoked():
                running = {clock: term for clock, term in running.items() if clock[0] == "opinion"}
            case _:
                pass
    return running


settling: st.SearchStrategy[Command] = st.one_of(
    commands,
    st.builds(
        lambda n, asked: request(asked, days=n),
        st.integers(1, 9),
        st.sampled_from([TOWNSHIP, WATER]),
    ),
    st.sampled_from([issue(), deliver()]),
)


@for_all(st.one_of(days, joint_decisions()), st.lists(settling, max_size=8))
def test_exactly_the_clocks_that_run_and_move_are_corrected(
    day: list[Command], more: list[Command]
) -> None:
    state, trail = review.start, list[Event]()
    for command in (*day, *more):
        state, events = _carry_out(state, command)
        trail += events
    awaited = bool(opened(state))
    expected = {}
    for (name, place), told in _told(trail).items():
        new = reckoned(
            Limit(limit=told.limit, unit=told.unit), told.started_at, place, AMENDED, COUNTY_FACTS
        )
        moved = (new.due_at, new.provisional) != (told.due_at, told.provisional)
        if moved and (awaited or name == "delivery"):
            expected[name, place] = new
    after, events = _carry_out(state, correct())
    of_acts = [e for e in events if isinstance(e, DueDateCorrected) and e.organisation]
    assert {(e.clock, e.organisation): e.term for e in of_acts} == expected
    assert len(of_acts) == len(expected)
    assert all(e.old_due_at == _told(trail)[e.clock, e.organisation or ""].due_at for e in of_acts)
    known = {c.organisation: c.due_at for c in after.case.consulted} if after.case else {}
    for (name, place), new in expected.items():
        assert after.case is not None
        due_at = known[place] if name == "opinion" else after.case.deliver_by
        assert due_at == instant_text(new.due_at)
    assert _carry_out(after, correct())[1] == []
    others = {e.clock for e in events if isinstance(e, DueDateCorrected) and not e.organisation}
    assert awaited or not others
