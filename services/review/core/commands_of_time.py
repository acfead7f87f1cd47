"""What only the system wants of review, because an instant has come. Private to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemas.values import CalendarVersion
from services.kernel import decider
from services.review.core.command_of_step import OfStep


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAgain(OfStep):
    """Let a clock run whose announced days are over; comes from a timer, `at` when they are."""

    action: ClassVar[str] = "review.run_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDueDates(decider.Command):
    """Reckon the open clocks of the case by an amended calendar; comes from a timer."""

    action: ClassVar[str] = "review.correct_due_dates"

    calendar_version: CalendarVersion
