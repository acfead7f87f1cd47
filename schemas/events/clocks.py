"""What befalls a clock whoever keeps it: on the stream of the service that does (ADR 0009)."""

from __future__ import annotations

from typing import ClassVar

from schemas.events.base import INTAKE, REVIEW, Event
from schemas.values import CalendarVersion, ClockName, Instant, StepId, Term, Text


class DueDateCorrected(Event):
    """时限更正. An amended calendar moved an open clock, or made sure of a provisional date.

    Verdicts of before stay as they were. `answer` stands on intake's stream, the other clocks on
    review's, in one sequence with what stops, resumes and extends them.
    """

    type: ClassVar[str] = "cn.cunban.due-date.corrected.v1"
    topics: ClassVar[tuple[str, ...]] = (INTAKE, REVIEW)

    clock: ClockName
    step_id: StepId | None = None
    """Whose clock it is; None but for `step`."""
    old_due_at: Instant
    old_calendar_version: CalendarVersion
    term: Term
    """The clock from now on: new due date, new calendar version, limit and start as before."""
    why: Text
    """Which days changed, by which notice; or which year is now published."""
    runs_again_at: Instant | None = None
    """Of the stop in force on the step, if that moved too: when it runs by itself."""
