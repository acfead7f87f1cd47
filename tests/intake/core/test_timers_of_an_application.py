"""视为受理 by silence, and the answer's term under an amended calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pytest

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from services.intake.core.commands import CorrectDueDates, DeemAccepted
from services.intake.core.decide import decider
from services.intake.core.timers import timers
from services.intake.shell.wiring import PARTS, SERVICE
from services.kernel.reaction import Occasion, Timer
from tests.intake.core.situations import (
    ANSWER_DUE,
    CLERK,
    accept,
    accepted,
    correct,
    deem,
    drafted,
    intake,
    not_accepted,
    notified,
    notify,
    precheck_answered,
    precheck_requested,
    refuse,
    submitted,
    supplemented,
    withdraw,
    withdrawn,
)
from tests.support.builders import CASE, MONDAY, at, county, item, later, term
from tests.support.given import given
from tests.support.published_calendars import AMENDED, CALENDAR

BY_SILENCE: Final = accepted(
    legal=term(20, "2025-03-31 17:30"), promised=term(10, "2025-03-17 17:30"), deemed=True
)
"""By law the clocks run since the papers came in on Monday 3 March."""
MOVED: Final = DueDateCorrected(
    clock="answer",
    old_due_at=ANSWER_DUE,
    old_calendar_version=CALENDAR,
    term=term(5, "2025-03-12 17:30", calendar_version=AMENDED),
    why="2025-03-06 工作日改为停办（防汛停办） working day → closed；"
    "2025-03-07 工作日改为停办（防汛停办） working day → closed",
)


def waiting(*history: Event, version: str = CALENDAR, now: datetime = MONDAY) -> list[Timer]:
    return list(timers(CASE, given(intake, *history).state, Occasion(now, version)))


def test_silence_until_the_close_of_the_fifth_day_is_acceptance_from_the_day_of_submission() -> (
    None
):
    given(intake, submitted()).when(deem()).then(BY_SILENCE)


def test_after_a_supplement_the_clocks_run_from_the_day_it_came_in() -> None:
    again = given(intake, submitted(), notified(), supplemented(at("2025-03-05 10:00")))
    (case,) = again.when(deem(at=at("2025-03-10 17:30"))).events
    wednesday = at("2025-03-05 10:00")
    legal, promised = term(20, "2025-04-02 17:30", wednesday), term(10, "2025-03-19 17:30")
    assert case == BY_SILENCE.model_copy(
        update={"legal": legal, "promised": promised.model_copy(update={"started_at": wednesday})}
    )


def test_silence_accepts_even_where_papers_are_missing() -> None:
    given(intake, submitted(materials=())).when(deem()).then(BY_SILENCE)


def test_an_instant_item_that_nobody_answered_is_overdue_when_it_is_deemed_accepted() -> None:
    hour = {"limit": 60, "unit": "working_minutes"}
    instant = decider(county(item(kind="instant", legal=hour, promised=hour)))
    (case,) = given(instant, submitted()).when(deem()).events
    assert getattr(case, "legal", None) == term(60, "2025-03-03 10:00", unit="working_minutes")


def test_before_the_answer_is_due_silence_says_nothing() -> None:
    given(intake, submitted()).when(deem(at=ANSWER_DUE - timedelta(milliseconds=1))).then()
    given(intake, submitted(), MOVED).when(deem()).then()


@pytest.mark.parametrize(
    "history",
    [
        (),
        (drafted(),),
        (submitted(), notified()),
        (submitted(), accepted()),
        (submitted(), not_accepted()),
        (submitted(), withdrawn()),
        (submitted(), BY_SILENCE),
    ],
)
def test_what_was_answered_before_is_not_deemed_accepted(history: tuple[Event, ...]) -> None:
    given(intake, *history).when(deem()).then()
    assert waiting(*history) == []


def test_of_silence_and_a_clerk_in_the_same_second_the_first_wins() -> None:
    silent = given(intake, submitted(), BY_SILENCE)
    silent.when(accept(at=ANSWER_DUE)).then_refused("intake.already_accepted")
    silent.when(notify(at=ANSWER_DUE)).then_refused("intake.already_accepted")
    silent.when(withdraw(at=ANSWER_DUE)).then_refused("intake.already_accepted")
    given(intake, submitted(), accepted()).when(deem()).then()


def test_after_its_days_nothing_is_answered_but_what_silence_has() -> None:
    """The timer may be late: a worker stood still for a night."""
    late = ANSWER_DUE + timedelta(milliseconds=1)
    known = given(intake, submitted(materials=()))
    known.when(notify(at=late)).then_refused("intake.answer_late")
    known.when(refuse(at=late)).then_refused("intake.answer_late")
    known.when(accept(at=late)).then(BY_SILENCE)
    (moved,) = given(intake, submitted(), MOVED).when(accept(at=late)).events
    assert not getattr(moved, "deemed", True)  # its last day is a later one


def test_nobody_takes_silence_for_acceptance_by_hand() -> None:
    given(intake, submitted()).when(deem(actor=CLERK)).then_refused("rights.denied")
    given(intake, submitted()).when(correct(actor=CLERK)).then_refused("rights.denied")


def test_an_application_waits_for_the_close_of_its_fifth_day() -> None:
    (timer,) = waiting(submitted())
    assert timer.due_at == ANSWER_DUE
    assert timer.reaction.command == deem()
    # Looked at later, by another process: the same bytes under the same id.
    assert waiting(submitted(), now=later(9000)) == [timer]
    (anew,) = waiting(submitted(), notified(), supplemented(at("2025-03-05 10:00")))
    assert anew.reaction.name == timer.reaction.name  # due at the same close, on the same case
    (moved,) = waiting(submitted(), MOVED, version=AMENDED)
    assert moved.due_at == at("2025-03-12 17:30")
    assert moved.reaction.name != timer.reaction.name


def test_a_county_that_shuts_its_offices_moves_the_answer() -> None:
    given(intake, submitted()).when(correct()).then(MOVED)
    given(intake, submitted(), MOVED).when(correct()).then()
    given(intake, submitted(), MOVED).when(deem(at=MOVED.term.due_at)).then(
        BY_SILENCE.model_copy(
            update={
                "legal": term(20, "2025-04-02 17:30", calendar_version=AMENDED),
                "promised": term(10, "2025-03-19 17:30", calendar_version=AMENDED),
            }
        )
    )


def test_a_calendar_that_changes_nothing_in_the_answer_corrects_nothing() -> None:
    later_on = submitted(answer=term(5, "2025-03-17 17:30", at("2025-03-10 09:00")))
    given(intake, later_on).when(correct()).then()
    backwards = given(intake, submitted(), MOVED)
    backwards.when(correct(calendar_version=CALENDAR)).then()


def test_a_newer_calendar_is_looked_at_once_and_at_once() -> None:
    silence, correction = waiting(submitted(), version=AMENDED, now=later(60))
    assert isinstance(silence.reaction.command, DeemAccepted)
    assert correction.due_at == later(60)
    assert correction.reaction.command == correct()
    assert isinstance(correction.reaction.command, CorrectDueDates)
    assert len(waiting(submitted(), MOVED, version=AMENDED)) == 1
    assert len(waiting(submitted(), MOVED, version=CALENDAR)) == 1


SHUT: Final = term(1, "2025-03-06 17:30", at("2025-03-05 09:00"))
"""Of a pre-check that was asked for on Wednesday the 5th: the next day is one of the two."""
PRECHECK_MOVED: Final = DueDateCorrected(
    clock="precheck",
    old_due_at=SHUT.due_at,
    old_calendar_version=CALENDAR,
    term=SHUT.model_copy(update={"due_at": at("2025-03-10 17:30"), "calendar_version": AMENDED}),
    why=MOVED.why,
)


def test_the_answer_to_a_precheck_is_moved_while_it_is_waited_for() -> None:
    asked = (drafted(), precheck_requested(term=SHUT))
    (timer,) = waiting(*asked, version=AMENDED, now=later(60))
    assert timer.reaction.command == correct()
    given(intake, *asked).when(correct()).then(PRECHECK_MOVED)
    given(intake, *asked, PRECHECK_MOVED).when(correct()).then()
    assert waiting(*asked, PRECHECK_MOVED, version=AMENDED) == []
    # One that is due before the days that were shut, by a calendar of before.
    given(intake, drafted(), precheck_requested()).when(correct()).then()


@pytest.mark.parametrize("end", [precheck_answered(), submitted(), withdrawn()])
def test_a_precheck_that_nobody_waits_for_is_corrected_no_more(end: Event) -> None:
    ended = (drafted(), precheck_requested(term=SHUT), end)
    told = given(intake, *ended).when(correct()).events
    assert [event for event in told if getattr(event, "clock", "") == "precheck"] == []
    names = [timer.reaction.name for timer in waiting(*ended, version=AMENDED)]
    assert not [name for name in names if "precheck" in name]


def test_a_draft_with_a_precheck_is_seen_by_the_timers() -> None:
    assert PARTS.timers is not None
    for history, seen in (((drafted(),), False), ((drafted(), precheck_requested()), True)):
        written = SERVICE.state.dump_json(given(intake, *history).state)
        assert any(sign in written for sign in PARTS.timers.signs) is seen
