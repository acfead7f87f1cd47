"""The deadlines of a step and its case, reckoned anew from what has moved them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.codec import instant_text
from schemas.facts import Limit
from schemas.values import Term
from services.kernel import clock
from services.kernel.decider import Reference
from services.kernel.terms import moved_term
from services.review.core.state import (
    Case,
    Claimed,
    Stopped,
    Waiting,
    number_of,
)
from services.review.core.state_of_clocks import Clock, ClockOfAct


def step_term(step: Waiting | Claimed, case: Case, reference: Reference) -> Term | None:
    """Give the term of the step as it stands; None where its clock was not written down."""
    if step.clock is None:
        return None
    number = number_of(step.step_id)
    stops = [stop for stop in case.stops if stop.number == number]
    moves: list[clock.ClockEvent] = [*map(_stop, stops), *_extension(case, "step", number)]
    return _term(step.clock, moves, step.organisation, case, reference)


def legal_term(case: Case, reference: Reference) -> Term:
    """Give the legal term of the case as it stands."""
    return _term(case.legal, _of_case(case, "legal"), case.accepted_by, case, reference)


def promised_term(case: Case, reference: Reference) -> Term:
    """Give the promised term of the case as it stands."""
    return _term(case.promised, _of_case(case, "promised"), case.accepted_by, case, reference)


def clock_of_act(term: Term, step_id: str) -> ClockOfAct:
    """Give the clock that an act on the step has set."""
    return ClockOfAct(
        limit=term.limit,
        unit=term.unit,
        started_at=instant_text(term.started_at),
        by=term.calendar_version,
        number=number_of(step_id),
    )


def act_term(
    running: ClockOfAct, organisation: str, calendar_version: str, reference: Reference
) -> Term:
    """Give the term of a clock that an act has set, by a calendar; nothing stops or extends it."""
    limit, started_at = Limit(limit=running.limit, unit=running.unit), instant(running.started_at)
    return moved_term(limit, started_at, (), organisation, calendar_version, reference)


def instant(text: str) -> datetime:
    """Read an instant of the state."""
    return datetime.fromisoformat(text)


def _of_case(case: Case, name: Literal["legal", "promised"]) -> list[clock.ClockEvent]:
    stops = [stop for stop in case.stops if stop.whole]
    return [*map(_stop, stops), *_extension(case, name)]


def _extension(
    case: Case, name: Literal["step", "legal", "promised"], number: int | None = None
) -> list[clock.Extension]:
    granted = case.extended
    if granted is None or name not in granted.clocks or number not in (None, granted.number):
        return []
    return [clock.Extension(granted.days)]


def _stop(stop: Stopped) -> clock.Stop:
    resumed_at = None if stop.resumed_at is None else instant(stop.resumed_at)
    return clock.Stop(instant(stop.at), stop.days, resumed_at, stop.procedure)


def _term(
    running: Clock,
    events: list[clock.ClockEvent],
    organisation: str,
    case: Case,
    reference: Reference,
) -> Term:
    limit = Limit(limit=running.limit, unit=running.unit)
    started_at = instant(running.started_at)
    return moved_term(limit, started_at, events, organisation, case.calendar_version, reference)
