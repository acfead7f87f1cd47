"""One case as of an instant: what its clocks said then, and whose each counted day was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from schemas.events.routing import StepOpened
from schemas.registry import BY_TYPE, current
from services.kernel.calendar import Calendar, Unreckonable
from services.kernel.clock import ClockState, Limit, OfficeHours, Stop, clock_at
from services.kernel.clock_record import ClockRecord, Recalendared, verdict_at
from services.kernel.clock_shares import HeldStep, laid_days, shares
from services.kernel.clock_terms import settled
from services.kernel.decider import Reference, UnknownReference
from services.kernel.terms import office_hours
from services.supervision.core.told_clocks import Told, ToldClock, told_clocks
from services.supervision.shell.queries_cases import Act
from services.supervision.shell.queries_steps import Step

_UNTOLD: Final[dict[str, Any]] = {"verdict": None, "explanation": []}
"""Of a clock that cannot be reckoned here: its calendar or organisation is not (yet) known."""


def told(trace: Sequence[Act]) -> tuple[Told, ...]:
    """Give the events of a trace; what is of no form known here is left out."""
    found: list[Told] = []
    for act in trace:
        form = BY_TYPE.get(act.type)
        if form is None:
            continue
        try:
            found.append(Told(act.occurred_at, current(form.model_validate(act.fact))))
        except ValidationError:
            continue
    return tuple(found)


def past_clocks(book: Reference, trace: Sequence[Act], as_of: datetime) -> list[dict[str, Any]]:
    """Give each clock as it stood at `as_of`, with verdict and explanation, from what had happened
    by then; beside it the corrections by an amended calendar that came later."""
    known = told(trace)
    later = {(c.clock, c.step_id, c.organisation): c for c in told_clocks(known)}
    found: list[dict[str, Any]] = []
    for clock in told_clocks(each for each in known if each.at <= as_of):
        all_of_it = later[clock.clock, clock.step_id, clock.organisation]
        found.append(
            {
                "clock": clock.clock,
                "step_id": clock.step_id,
                "organisation": clock.organisation,
                **_reckoned(book, clock, as_of),
                "corrected_later": [asdict(c) for c in all_of_it.corrections if c.at > as_of],
            }
        )
    return found


def past_steps(steps: Sequence[Step], as_of: datetime) -> list[dict[str, Any]]:
    """Give the steps that had been opened by `as_of`; what came later is left out of them."""
    return [_step(step, as_of) for step in steps if step.opened_at and step.opened_at <= as_of]


def shares_of(book: Reference, trace: Sequence[Act], as_of: datetime) -> dict[str, Any] | None:
    """Give whose each day was that the case's legal clock had counted by `as_of` (domain §4.5);
    None where no such clock runs in days, or it cannot be reckoned."""
    known = [each for each in told(trace) if each.at <= as_of]
    clocks = told_clocks(known)
    case = next((clock for clock in clocks if clock.clock == "legal"), None)
    if case is None or case.first.unit != "working_days":
        return None
    try:
        calendar, hours = (
            book.calendar(case.term.calendar_version),
            office_hours(case.organisation, book),
        )
        until = min(as_of, case.ended_at or as_of)
        state = _state(case, calendar, hours, max(until, case.first.started_at))
        opened = {e.event.step_id: e.at for e in known if isinstance(e.event, StepOpened)}
        held = [_held(clock, opened) for clock in clocks if clock.clock == "step"]
        laid = laid_days(state, until, held, calendar, hours)
    except (UnknownReference, Unreckonable):
        return None
    return {
        "counted": len(laid),
        "by_organisation": [
            {"organisation": organisation, "days": round(float(days), 3)}
            for organisation, days in sorted(shares(laid).items())
        ],
        "days": [asdict(day) for day in laid],
    }


def _held(clock: ToldClock, opened: Mapping[str, datetime]) -> HeldStep:
    stops = tuple(event for event in clock.events if isinstance(event, Stop))
    began = opened.get(clock.step_id or "", clock.first.started_at)
    return HeldStep(clock.organisation, began, clock.ended_at, stops)


def _reckoned(book: Reference, clock: ToldClock, as_of: datetime) -> dict[str, Any]:
    term = clock.term
    head = {
        "limit": term.limit,
        "unit": term.unit,
        "started_at": term.started_at,
        "due_at": term.due_at,
        "provisional": term.provisional,
        "calendar_version": term.calendar_version,
        "ended_at": clock.ended_at,
    }
    try:
        hours = office_hours(clock.organisation, book)
        verdict = verdict_at(_record(book, clock), as_of, hours)
        until = min(as_of, clock.ended_at or as_of)
        began = clock.first.started_at
        state = _state(clock, book.calendar(clock.term.calendar_version), hours, max(until, began))
    except (UnknownReference, Unreckonable):
        return {**head, **_UNTOLD}
    return {
        **head,
        "verdict": verdict and verdict.standing,
        "counted": state.counted,
        "remaining": state.remaining,
        "stopped": state.stopped,
        "overdue": state.overdue,
        "explanation": [asdict(day) for day in state.explanation],
    }


def _record(book: Reference, clock: ToldClock) -> ClockRecord:
    return ClockRecord(
        started_at=clock.first.started_at,
        limit=Limit(clock.first.limit, clock.first.unit),
        calendar=book.calendar(clock.first.calendar_version),
        events=clock.events,
        corrections=tuple(Recalendared(at, book.calendar(v)) for at, v in clock.calendars),
        ended_at=clock.ended_at,
    )


def _state(clock: ToldClock, calendar: Calendar, hours: OfficeHours, at: datetime) -> ClockState:
    limit = Limit(clock.first.limit, clock.first.unit)
    return clock_at(clock.first.started_at, limit, settled(clock.events), calendar, hours, at)


def _step(step: Step, as_of: datetime) -> dict[str, Any]:
    found = asdict(step)
    for at, others in (
        ("received_at", ()),
        ("claimed_at", ("claimed_by",)),
        ("closed_at", ("outcome", "closed_by")),
    ):
        if found[at] is not None and found[at] > as_of:
            found |= {at: None, **dict.fromkeys(others, "")}
    return found
