"""What a case that went up to a higher authority, or came back, is afterwards. Total."""

from __future__ import annotations

from dataclasses import replace

from schemas.codec import instant_text
from schemas.events.upward import ClockRestarted, ClockSuspended
from services.review.core.state import Case, Stopped, number_of


def noted_upward(case: Case, event: ClockSuspended | ClockRestarted) -> Case:
    """Give the case after it went up, or came back."""
    number = number_of(event.step_id)
    if isinstance(event, ClockSuspended):
        stopped = Stopped(
            number=number,
            procedure="superior",
            days=event.days,
            whole=True,
            at=instant_text(event.suspended_at),
            again_at=instant_text(event.runs_again_at),
        )
        return replace(case, stops=(*case.stops, stopped))
    at = instant_text(event.restarted_at)
    stops = tuple(
        replace(stop, resumed_at=at) if stop.procedure == "superior" else stop
        for stop in case.stops
    )
    return replace(case, stops=stops, superior=event.outcome)
