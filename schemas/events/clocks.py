"""What befalls a clock whoever keeps it: on the stream of the service that does (ADR 0009)."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.events.base import INTAKE, REVIEW, Event
from schemas.values import (
    CalendarVersion,
    ClockName,
    Instant,
    OrganisationPath,
    StepId,
    Term,
    Text,
)


class DueDateCorrectedV1(Event):
    """时限更正（旧式）. First form: of the four clocks that were corrected then."""

    type: ClassVar[str] = "cn.cunban.due-date.corrected.v1"
    topics: ClassVar[tuple[str, ...]] = (INTAKE, REVIEW)

    clock: Literal["answer", "legal", "promised", "step"]
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


class DueDateCorrected(Event):
    """时限更正. An amended calendar moved an open clock, or made sure of a provisional date.

    Verdicts of before stay as they were. `precheck` and `answer` stand on intake's stream, the
    other clocks on review's, in one sequence with what stops, resumes and extends them.
    """

    type: ClassVar[str] = "cn.cunban.due-date.corrected.v2"
    topics: ClassVar[tuple[str, ...]] = (INTAKE, REVIEW)

    clock: ClockName
    step_id: StepId | None = None
    """Whose clock it is, or by an act on which it was set: of `step`, `opinion` and `delivery`."""
    organisation: OrganisationPath | None = None
    """Of `opinion`: who was asked; of `delivery`: who has to issue the result."""
    old_due_at: Instant
    old_calendar_version: CalendarVersion
    term: Term
    """The clock from now on: new due date, new calendar version, limit and start as before."""
    why: Text
    """Which days changed, by which notice; or which year is now published."""
    runs_again_at: Instant | None = None
    """Of the stop in force on the step, if that moved too: when it runs by itself."""
