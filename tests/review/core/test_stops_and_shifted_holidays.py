"""A notice that shuts one day and opens another: a stop ends later, though nothing is due later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockResumed
from services.kernel.calendar import calendar_from
from services.kernel.reaction import Occasion
from services.review.core.decide import decider
from services.review.core.timers import timers
from tests.review.core.situations import COUNTY_FACTS, FULL_ITEM, checked, claimed, received
from tests.review.core.situations_of_clocks import stopped
from tests.review.core.situations_of_time import correct, run_again
from tests.support.builders import CASE, at, later, term
from tests.support.given import given
from tests.support.published_calendars import AMENDED, CALENDAR, published_calendar

PUBLISHED: Final = published_calendar()
SHIFTED: Final = calendar_from(
    [
        year.model_validate(
            {
                **year.model_dump(),
                "version": 2,
                "closures": [
                    {"reason": "防汛停办", "first": date(2025, 3, 6), "last": date(2025, 3, 6)}
                ],
                "make_up_workdays": [*year.make_up_workdays, date(2025, 3, 15)],
            }
        )
        if year.year == 2025
        else year
        for year in PUBLISHED.years
    ]
)
"""Thursday 6 March is shut, Saturday the 15th is worked instead."""
review: Final = decider(replace(COUNTY_FACTS, calendars={CALENDAR: PUBLISHED, AMENDED: SHIFTED}))
TEN_DAYS: Final = received(of=FULL_ITEM).model_copy(update={"term": term(10, "2025-03-17 17:30")})
DUE: Final = ("2025-03-21 17:30", "2025-04-07 17:30", "2025-03-21 17:30")
HELD: Final[tuple[Event, ...]] = (
    TEN_DAYS,
    checked(),
    claimed(),
    stopped(due=DUE).model_copy(update={"term": term(10, DUE[0])}),
)
"""Stopped on Monday the 3rd for five days: it would run again on the 10th."""


def test_the_end_of_the_stop_is_told_though_no_clock_is_due_on_another_day() -> None:
    (step,) = given(review, *HELD).when(correct()).events
    assert isinstance(step, DueDateCorrected)
    assert (step.clock, step.old_due_at, step.term.due_at) == ("step", at(DUE[0]), at(DUE[0]))
    assert step.runs_again_at == at("2025-03-11 00:00")
    after = given(review, *HELD, step)
    after.when(run_again()).then()  # on the 10th it is too early
    (again,) = after.when(run_again(at=at("2025-03-11 00:00"))).events
    assert isinstance(again, ClockResumed)
    assert again.term is not None
    assert again.term.due_at == at(DUE[0])
    given(review, *HELD, step, again).when(correct()).then()


def test_the_timer_of_the_stop_moves_with_its_end() -> None:
    (step,) = given(review, *HELD).when(correct()).events
    state = given(review, *HELD, step).state
    (timer,) = timers(CASE, state, Occasion(later(60), AMENDED))
    assert timer.due_at == at("2025-03-11 00:00")
