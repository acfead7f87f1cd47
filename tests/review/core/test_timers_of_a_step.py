"""What comes by itself: the end of the announced days, and an amended calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockResumed
from schemas.values import Procedure, Term
from services.kernel.clock import Extension, Limit, Stop, clock_at
from services.kernel.reaction import Occasion, Timer
from services.review.core.commands_of_time import CorrectDueDates, RunAgain
from services.review.core.timers import timers
from tests.review.core.situations import (
    CONVENER,
    FULL_ITEM,
    checked,
    claimed,
    decide,
    decided,
    heard,
    received,
    released,
    review,
    step_id,
    taken,
)
from tests.review.core.situations_of_clocks import extended, resume, resumed, stop, stopped
from tests.review.core.situations_of_consulting import SURVEYED
from tests.review.core.situations_of_results import to_deliver
from tests.review.core.situations_of_time import (
    AGAIN,
    SHUT_NOTE,
    correct,
    corrected,
    ran_again,
    run_again,
)
from tests.support.builders import CASE, LAND, MONDAY, WATER, at, later, term
from tests.support.given import given
from tests.support.published_calendars import AMENDED, CALENDAR, published_calendar

TAKEN: Final = (received(of=FULL_ITEM), checked(), claimed())
MOVED: Final = (
    corrected("legal", term(20, "2025-03-31 17:30"), "2025-04-02 17:30"),
    corrected("promised", term(10, "2025-03-17 17:30"), "2025-03-19 17:30"),
    corrected("step", term(3, "2025-03-06 17:30"), "2025-03-10 17:30", step_id=step_id(4)),
)
"""The offices are shut on 6 and 7 March: everything that was open is due two days later."""


def waiting(*history: Event, version: str = CALENDAR, now: datetime = MONDAY) -> list[Timer]:
    return list(timers(CASE, given(review, *history).state, Occasion(now, version)))


def test_with_its_announced_days_the_clock_runs_by_itself_and_no_deadline_moves() -> None:
    given(review, *TAKEN, stopped()).when(run_again()).then(ran_again())
    # Given back to the queue meanwhile, it runs all the same.
    given(review, *TAKEN, stopped(), released()).when(run_again()).then(ran_again())


def test_a_stop_of_one_of_parallel_steps_runs_again_for_that_step_alone() -> None:
    alone: dict[str, Any] = {"step_id": step_id(1), "organisation": LAND, "officer_id": "o-land"}
    both = (
        received(1, LAND, "opinion", FULL_ITEM),
        received(2, WATER, "opinion", FULL_ITEM),
        taken(1),
    )
    held = stopped(due=("2025-03-12 17:30", None, None), **alone)
    (again,) = given(review, *both, held).when(run_again(number=1)).events
    assert isinstance(again, ClockResumed)
    assert (again.term, again.legal, again.promised) == (term(3, "2025-03-12 17:30"), None, None)


def test_before_its_days_are_over_and_after_a_resume_by_hand_nothing_runs_by_itself() -> None:
    given(review, *TAKEN, stopped()).when(run_again(at=at("2025-03-09 23:59"))).then()
    given(review, *TAKEN, stopped(), resumed()).when(run_again()).then()
    given(review, *TAKEN, stopped(), ran_again()).when(run_again()).then()
    given(review, *TAKEN).when(run_again()).then()
    given(review).when(run_again()).then()
    given(review, *TAKEN, *SURVEYED, stopped(), decided()).when(run_again()).then()


def test_of_the_cap_and_a_hand_in_the_same_second_the_first_wins() -> None:
    ran = given(review, *TAKEN, stopped(), ran_again())
    ran.when(resume(at("2025-03-10 00:01"))).then_refused("review.clock_not_stopped")
    ran.when(resume(at("2025-03-09 23:59"))).then_refused("review.clock_not_stopped")
    given(review, *TAKEN, stopped(), resumed()).when(run_again()).then()


def test_after_the_cap_the_step_is_decided_and_stopped_like_any_other() -> None:
    ran = given(review, *TAKEN, *SURVEYED, stopped(), ran_again())
    ran.when(decide()).then(decided(), to_deliver())
    (second,) = ran.when(stop(1, "testing", at=AGAIN)).events
    assert getattr(second, "term", None) == term(3, "2025-03-13 17:30")


def test_nobody_lets_a_clock_run_or_corrects_it_by_hand() -> None:
    given(review, *TAKEN, stopped()).when(run_again(actor=CONVENER)).then_refused("rights.denied")
    given(review, *TAKEN).when(correct(actor=CONVENER)).then_refused("rights.denied")


def test_a_stopped_step_waits_for_the_end_of_its_days() -> None:
    assert waiting() == waiting(*TAKEN) == waiting(*TAKEN, stopped(), resumed()) == []
    assert waiting(*TAKEN, *SURVEYED, stopped(), decided()) == []
    (timer,) = waiting(*TAKEN, stopped())
    assert (timer.due_at, timer.reaction.command) == (AGAIN, run_again())
    assert waiting(*TAKEN, stopped(), released(), now=later(99)) == [timer]
    assert waiting(*TAKEN, stopped(), ran_again()) == []


procedures: st.SearchStrategy[tuple[Procedure, int]] = st.one_of(
    st.tuples(st.just("survey"), st.integers(1, 5)),
    st.tuples(st.just("testing"), st.integers(1, 10)),
)


@for_all(procedures, st.integers(1, 60 * 24 * 2), st.booleans())
def test_the_verdict_on_a_clock_is_the_same_with_and_without_the_resume_at_the_cap(
    announced: tuple[Procedure, int], minutes: int, longer: bool
) -> None:
    procedure, days = announced
    granted = (extended(),) if longer else ()
    history = given(review, *TAKEN, *granted)
    (held,) = history.when(stop(days, procedure, at=later(minutes))).events
    (timer,) = timers(CASE, review.evolve(history.state, held), Occasion(MONDAY, CALENDAR))
    assert isinstance(timer.reaction.command, RunAgain)
    (again,) = given(review, *TAKEN, *granted, held).when(timer.reaction.command).events
    assert isinstance(again, ClockResumed)
    for name in ("term", "legal", "promised"):
        assert getattr(again, name) == getattr(held, name)
    stops = Stop(later(minutes), days), Stop(later(minutes), days, again.resumed_at)
    more = [Extension(10)] if longer else []
    for now in (later(minutes), again.resumed_at, at("2025-03-19 17:30"), at("2025-05-12 09:00")):
        states = [
            clock_at(MONDAY, Limit(20), [one, *more], published_calendar(), as_of=now)
            for one in stops
        ]
        # Only the words differ: a day after the cap is one after a resume.
        assert states[0].due_at == states[1].due_at
        assert states[0].counted == states[1].counted


def test_every_open_clock_that_the_calendar_moves_is_corrected_and_no_other() -> None:
    given(review, *TAKEN).when(correct()).then(*MOVED)
    given(review, *TAKEN, *MOVED).when(correct()).then()
    given(review, *TAKEN, *MOVED).when(correct(calendar_version=CALENDAR)).then()
    ended = given(review, *TAKEN, *SURVEYED, decided())
    ended.when(correct()).then()
    early = received(of=FULL_ITEM).model_copy(update={"term": term(2, "2025-03-05 17:30")})
    given(review, early).when(correct()).then(*MOVED[:2])


def test_of_parallel_steps_only_the_open_one_is_corrected() -> None:
    both = (
        received(1, LAND, "opinion", FULL_ITEM),
        taken(1),
        heard(1),
        received(2, WATER, "opinion", FULL_ITEM),
    )
    events = given(review, *both).when(correct()).events
    assert [getattr(event, "step_id", None) for event in events] == [None, None, step_id(2)]


def test_a_stop_under_way_ends_later_where_its_days_were_shut() -> None:
    held = given(review, *TAKEN, stopped())
    legal, promised, step = held.when(correct()).events
    assert isinstance(step, DueDateCorrected)
    due = [getattr(event, "term", None) for event in (legal, promised, step)]
    amended: dict[str, Any] = {"calendar_version": AMENDED}
    assert due == [
        term(20, "2025-04-09 17:30", **amended),
        term(10, "2025-03-25 17:30", **amended),
        term(3, "2025-03-14 17:30", **amended),
    ]
    assert step.runs_again_at == at("2025-03-12 00:00")
    after = (*TAKEN, stopped(), legal, promised, step)
    given(review, *after).when(run_again()).then()  # the timer of before comes too early
    (timer,) = waiting(*after, version=AMENDED)
    assert timer.due_at == at("2025-03-12 00:00")
    (again,) = given(review, *after).when(run_again(at=timer.due_at)).events
    assert isinstance(again, ClockResumed)
    assert (again.term, again.legal, again.promised) == (due[2], due[0], due[1])


def test_after_a_correction_every_move_is_reckoned_by_the_new_calendar() -> None:
    (held,) = given(review, *TAKEN, *MOVED).when(stop()).events
    assert getattr(held, "term", None) == term(3, "2025-03-14 17:30", calendar_version=AMENDED)


def test_an_extension_that_was_granted_in_time_stays_granted() -> None:
    events = given(review, *TAKEN, extended()).when(correct()).events
    legal = next(e for e in events if isinstance(e, DueDateCorrected) and e.clock == "legal")
    assert legal.term == term(30, "2025-04-17 17:30", calendar_version=AMENDED)


def test_a_step_that_is_opened_by_the_calendar_of_before_is_corrected_when_it_comes() -> None:
    """Between two steps nothing is open here; the next brings terms of an old calendar."""
    closed = (received(1, LAND, "opinion", FULL_ITEM), taken(1), heard(1))
    given(review, *closed).when(correct()).then()
    assert waiting(*closed, version=AMENDED) == []
    next_step = (*closed, received(of=FULL_ITEM))
    (timer,) = waiting(*next_step, version=AMENDED, now=later(60))
    assert timer.reaction.command == correct()
    given(review, *next_step).when(correct()).then(*MOVED)


def test_a_step_that_is_opened_after_the_case_was_corrected_is_looked_at_again() -> None:
    first = (received(1, LAND, "opinion", FULL_ITEM), taken(1))
    known = given(review, *first).when(correct()).events
    after = (*first, *known, heard(1))
    assert waiting(*after, version=AMENDED) == []
    (timer,) = waiting(*after, received(of=FULL_ITEM), version=AMENDED)
    assert timer.reaction.name != _correction_of(*first).reaction.name
    given(review, *after, received(of=FULL_ITEM)).when(correct()).then(MOVED[2])


def test_a_clock_that_was_moved_after_the_case_was_looked_at_is_looked_at_again() -> None:
    """The days that were amended may lie only where an extension, or a resume, has moved it to."""
    histories = (TAKEN, (*TAKEN, stopped()), (*TAKEN, stopped(), resumed()), (*TAKEN, extended()))
    names = [
        [
            t.reaction.name
            for t in waiting(*history, version=AMENDED)
            if "correct" in t.reaction.name
        ]
        for history in histories
    ]
    assert [len(found) for found in names] == [1] * len(histories)
    assert len({found[0] for found in names}) == len(histories)


def test_a_newer_calendar_is_due_at_once_and_an_older_one_never() -> None:
    timer = _correction_of(*TAKEN)
    assert (timer.due_at, timer.reaction.command) == (later(60), correct())
    assert isinstance(timer.reaction.command, CorrectDueDates)
    assert waiting(*TAKEN, *MOVED, version=AMENDED) == []
    assert waiting(*TAKEN, *MOVED, version=CALENDAR) == []


def test_the_reason_names_the_days() -> None:
    assert all(event.why == SHUT_NOTE for event in MOVED)
    assert isinstance(MOVED[0].term, Term)


def _correction_of(*history: Event) -> Timer:
    (timer,) = waiting(*history, version=AMENDED, now=later(60))
    return timer
