"""The clocks of a case as its trace tells of them: set, moved, corrected, ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
    MaterialsSupplemented,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.events.results import DeliveryClockStarted, ResultDelivered, ResultRevoked
from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
    MeetingConvened,
    OpinionAnswered,
    OpinionRequested,
    StepDecided,
)
from schemas.events.routing import CaseCompleted, StepClosed, StepOpened
from schemas.events.upward import ClockRestarted, ClockSuspended
from schemas.values import ClockName, Term
from services.kernel.clock import ClockEvent, Extension, Stop


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a trace, and when it happened."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Correction:
    """An amended calendar moved the clock (`DueDateCorrected`)."""

    at: datetime
    old_due_at: datetime
    due_at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClock:
    """One clock with everything that befell it."""

    clock: ClockName
    step_id: str | None = None
    """Whose it is, or by an act on which it was set."""
    organisation: str
    """By whose office hours it is reckoned."""
    first: Term
    """As it was set; with that limit its `events` are reckoned."""
    term: Term
    """As it was told last."""
    events: tuple[ClockEvent, ...] = ()
    calendars: tuple[tuple[datetime, str], ...] = ()
    """Since when which version holds, after that of `first`."""
    corrections: tuple[Correction, ...] = ()
    ended_at: datetime | None = None


_Moved: TypeAlias = ClockStopped | ClockResumed | ClockExtended
_Key: TypeAlias = tuple[ClockName, str | None]
"""Which clock of the case: of which step, or by which department to answer."""
_Clocks: TypeAlias = dict[_Key, ToldClock]


def told_clocks(trace: Iterable[Told]) -> tuple[ToldClock, ...]:
    """Give the clocks of a trace in the order in which they were set; a clock of the answer that
    began anew is told once, as it began last."""
    clocks: _Clocks = {}
    for told in trace:
        _tell_of_precheck(clocks, told)
        _tell_of_acts(clocks, told)
        _tell(clocks, told)
    return tuple(clocks.values())


def _tell_of_precheck(clocks: _Clocks, told: Told) -> None:
    match told.event:
        case PrecheckRequested() as asked:
            _set(clocks, "precheck", asked.term, asked.organisation)
        case PrecheckAnswered() | ApplicationSubmitted():
            _end(clocks, told.at, ("precheck",))
        case _:
            return


def _tell_of_acts(clocks: _Clocks, told: Told) -> None:
    """Clocks that an act has set: a decision ends the departments', only a delivery its own."""
    match told.event:
        case OpinionRequested() as asked:
            term, on_step = asked.term, asked.step_id
            clocks["opinion", asked.asked] = ToldClock(
                clock="opinion", step_id=on_step, organisation=asked.asked, first=term, term=term
            )
        case OpinionAnswered() as answered:
            _end(clocks, told.at, ("opinion",), answered.organisation)
        case MeetingConvened() as convened:
            for place in convened.departments:
                _end(clocks, told.at, ("opinion",), place)
        case StepDecided() as decided if decided.outcome != "forwarded":
            for name, asked_of in list(clocks):
                _end(clocks, told.at, (name,) if name == "opinion" else (), asked_of)
        case DeliveryClockStarted() as begun:
            clocks["delivery", None] = ToldClock(
                clock="delivery",
                step_id=begun.step_id,
                organisation=begun.organisation,
                first=begun.term,
                term=begun.term,
            )
        case ResultDelivered() | ResultRevoked():
            _end(clocks, told.at, ("delivery",))
        case _:
            return


def _tell(clocks: _Clocks, told: Told) -> None:
    match told.event:
        case ApplicationSubmitted() as submitted:
            _set(clocks, "answer", submitted.answer, submitted.organisation)
        case MaterialsSupplemented() as supplement:
            before = clocks.get(("answer", None))
            _set(clocks, "answer", supplement.answer, before.organisation if before else "")
        case CaseAccepted() as accepted:
            _end(clocks, told.at, ("answer",))
            _set(clocks, "legal", accepted.legal, accepted.organisation)
            _set(clocks, "promised", accepted.promised, accepted.organisation)
        case StepOpened() as opened:
            _set(clocks, "step", opened.term, opened.organisation, opened.step_id)
        case StepClosed() as closed:
            _end(clocks, told.at, ("step",), closed.step_id)
        case DeficiencyNotified() | CaseNotAccepted():
            _end(clocks, told.at, ("answer",))
        case ApplicationWithdrawn() | CaseCompleted():
            for name, step_id in list(clocks):
                _end(clocks, told.at, () if name == "delivery" else (name,), step_id)
        case ClockStopped() | ClockResumed() | ClockExtended() as moved:
            _move(clocks, told.at, moved)
        case ClockSuspended() | ClockRestarted() as away:
            _away(clocks, told.at, away)
        case DueDateCorrected() as corrected:
            _correct(clocks, told.at, corrected)
        case _:
            return


def _set(
    clocks: _Clocks, name: ClockName, term: Term, organisation: str, step_id: str | None = None
) -> None:
    clocks[name, step_id] = ToldClock(
        clock=name, step_id=step_id, organisation=organisation, first=term, term=term
    )


def _end(
    clocks: _Clocks, at: datetime, names: Sequence[ClockName], step_id: str | None = None
) -> None:
    for name in names:
        known = clocks.get((name, step_id))
        if known is not None and known.ended_at is None:
            clocks[name, step_id] = replace(known, ended_at=at)


def _move(clocks: _Clocks, at: datetime, event: _Moved) -> None:
    terms: dict[_Key, Term | None] = {
        ("step", event.step_id): event.term,
        ("legal", None): event.legal,
        ("promised", None): event.promised,
    }
    for key, term in terms.items():
        known = clocks.get(key)
        if known is None or term is None:
            continue
        events = _with(known.events, event)
        clocks[key] = replace(_reckoned(known, at, term), events=events)


def _away(clocks: _Clocks, at: datetime, event: ClockSuspended | ClockRestarted) -> None:
    """While a case lies at the higher authority its own clocks stand still (ADR 0017)."""
    terms: dict[_Key, Term] = {("legal", None): event.legal, ("promised", None): event.promised}
    for key, term in terms.items():
        if (known := clocks.get(key)) is None:
            continue
        if isinstance(event, ClockSuspended):
            events = (*known.events, Stop(event.suspended_at, event.days))
        else:
            events = _resumed(known.events, event.restarted_at)
        clocks[key] = replace(_reckoned(known, at, term), events=events)


def _resumed(events: tuple[ClockEvent, ...], at: datetime) -> tuple[ClockEvent, ...]:
    stops = [(n, each) for n, each in enumerate(events) if isinstance(each, Stop)]
    for last, stop in stops[-1:]:
        return (*events[:last], replace(stop, resumed_at=at), *events[last + 1 :])
    return events


def _with(events: tuple[ClockEvent, ...], event: _Moved) -> tuple[ClockEvent, ...]:
    match event:
        case ClockStopped():
            stop = Stop(event.stopped_at, event.announced_days, None, event.procedure)
            return (*events, stop)
        case ClockExtended():
            return (*events, Extension(event.days, event.granted_at))
        case ClockResumed():
            return _resumed(events, event.resumed_at)


def _correct(clocks: _Clocks, at: datetime, event: DueDateCorrected) -> None:
    whose = {"step": event.step_id, "opinion": event.organisation}.get(event.clock)
    known = clocks.get((event.clock, whose))
    if known is None:
        return
    correction = Correction(at, event.old_due_at, event.term.due_at, event.why)
    clocks[event.clock, whose] = replace(
        _reckoned(known, at, event.term), corrections=(*known.corrections, correction)
    )


def _reckoned(known: ToldClock, at: datetime, term: Term) -> ToldClock:
    calendars = known.calendars
    if term.calendar_version != known.term.calendar_version:
        calendars = (*calendars, (at, term.calendar_version))
    return replace(known, term=term, calendars=calendars)
