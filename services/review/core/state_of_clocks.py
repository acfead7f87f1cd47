"""What a deadline is reckoned from, in the state of a case."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.values import LimitUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What a deadline is reckoned from; the calendar is the case's."""

    limit: int
    unit: LimitUnit
    started_at: str
    """RFC 3339, UTC."""
    by: str | None = None
    """Calendar version by which it was reckoned; None: the case's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOfAct(Clock):
    """Set by an act on the step of this number, and not ended when that is closed."""

    number: int
