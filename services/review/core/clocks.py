"""The deadlines of a step and its case, reckoned anew from what has moved them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schemas.facts import Limit
from schemas.values import Term
from services.kernel import clock
from services.kernel.decider import Reference
from services.kernel.terms import moved_term
from services.review.core.state import Case, Claimed, Clock, Stopped, Waiting, number_of


def step_term(step: Waiting | Claimed, case: Case, reference: Reference) -> Term | None:
    """Give the term of the step as it stands; None where its clock was not written down."""
    if step.clock is None:
        return None
    number = number_of(step.step_id)
    events = list(_stops(stop for stop in case.stops if stop.number == number))
    if case.extended and case.extended.number == number and "step" in case.extended.clocks:
        events.append(clock.Extension(case.extended.days))
    return _term(step.clock, events, step.organisation, case, reference)


def legal_term(case: Case, reference: Reference) -> Term:
    """Give the legal term of the case as it stands."""
    extended = case.extended is not None and "legal" in case.extended.clocks
    return _term(case.legal, _of_case(case, extended), case.accepted_by, case, reference)


def promised_term(case: Case, reference: Reference) -> Term:
    """Give the promised term of the case as it stands."""
    extended = case.extended is not None and "promised" in case.extended.clocks
    return _term(case.promised, _of_case(case, extended), case.accepted_by, case, reference)


def instant(text: str) -> datetime:
    """Read an instant of the state."""
    return datetime.fromisoformat(text)


def _of_case(case: Case, extended: bool) -> list[clock.ClockEvent]:
    events = list(_stops(stop for stop in case.stops if stop.whole))
    if extended and case.extended is not None:
        events.append(clock.Extension(case.extended.days))
    return events


def _stops(stops: Iterator[Stopped]) -> Iterator[clock.ClockEvent]:
    for stop in stops:
        resumed_at = None if stop.resumed_at is None else instant(stop.resumed_at)
        yield clock.Stop(instant(stop.at), stop.days, resumed_at, stop.procedure)


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
