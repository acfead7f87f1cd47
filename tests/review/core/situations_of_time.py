"""What only the system wants of review, as commands and as events."""

from __future__ import annotations

from typing import Any, Final

from schemas.events.clocks import DueDateCorrected
from schemas.events.review import ClockResumed
from schemas.values import ClockName, Term
from services.kernel.actor import SYSTEM
from services.review.core.commands_of_time import CorrectDueDates, RunAgain
from tests.review.core.situations import step_id
from tests.review.core.situations_of_clocks import resumed
from tests.support.builders import CASE, HOUSING, at, later, system
from tests.support.published_calendars import AMENDED

AGAIN: Final = at("2025-03-10 00:00")
SHUT_NOTE: Final = (
    "2025-03-06 工作日改为停办（防汛停办） working day → closed；"
    "2025-03-07 工作日改为停办（防汛停办） working day → closed"
)


def run_again(number: int = 4, **changes: Any) -> RunAgain:
    act = {"key": CASE, "actor": system(HOUSING), "at": AGAIN, "step_id": step_id(number)}
    return RunAgain(**{**act, **changes})


def ran_again() -> ClockResumed:
    """Give the resume at the cap of `stopped()`; its deadlines stay."""
    due = "2025-03-12 17:30", "2025-04-07 17:30", "2025-03-21 17:30"
    return resumed("2025-03-10 00:00", *due).model_copy(
        update={
            "officer_id": SYSTEM,
            "result": "告知的天数已满，自动恢复计时 the announced days are over, "
            "the clock runs by itself",
            "capped": True,
        }
    )


def correct(**changes: Any) -> CorrectDueDates:
    act = {"key": CASE, "actor": system(HOUSING), "at": later(60), "calendar_version": AMENDED}
    return CorrectDueDates(**{**act, **changes})


def corrected(name: ClockName, old: Term, due: str, **changes: Any) -> DueDateCorrected:
    """Give the correction of a clock by the calendar `AMENDED`."""
    return DueDateCorrected(
        clock=name,
        old_due_at=old.due_at,
        old_calendar_version=old.calendar_version,
        term=old.model_copy(update={"due_at": at(due), "calendar_version": AMENDED}),
        why=SHUT_NOTE,
        **changes,
    )
