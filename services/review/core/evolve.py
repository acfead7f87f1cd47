"""What each event changes. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
    OfStep,
    OpinionGiven,
    StandInNamed,
    StepClaimed,
    StepDecided,
    StepMoved,
    StepReceived,
    StepReleased,
    StepYielded,
)
from schemas.events.upward import ClockRestarted, ClockSuspended
from schemas.values import Recall, StepOutcome, Term
from services.kernel.clock_correction import supersedes
from services.kernel.identifiers import fingerprint
from services.review.core.noting import noted, rescheduled
from services.review.core.noting_upward import noted_upward
from services.review.core.state import (
    Case,
    Claimed,
    Closed,
    StandingIn,
    State,
    Step,
    UnderReview,
    Waiting,
)
from services.review.core.state_of_clocks import Clock


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    match event:
        case StepReceived():
            return _received(state, event)
        case StepClaimed() | StepReleased() | OpinionGiven() | StepDecided():
            step = state.step(event.step_id)
            return state if step is None else _with(state, _after(step, event))
        case StepMoved() | StandInNamed() | StepYielded():
            step = state.step(event.step_id)
            return state if step is None else _followed(state, step, event)
        case ClockSuspended() | ClockRestarted():
            step = state.step(event.step_id)
            if step is None or state.case is None:
                return state
            after = replace(step, version=step.version + 1)
            return _with(state, after, noted_upward(state.case, event))
        case OfStep():
            step = state.step(event.step_id)
            return state if step is None else _noted(state, step, event)
        case DueDateCorrected():
            return _corrected(state, event)
        case _:
            return state


def _received(state: State, event: StepReceived) -> State:
    known = state.step(event.step_id)
    # What later steps tell of the case was true when it was accepted, too: the first is kept.
    case = state.case or _case(event)
    step = Waiting(
        step_id=event.step_id,
        version=1 if known is None else known.version + 1,
        organisation=event.organisation,
        duty=event.duty,
        role=event.role,
        due_at=instant_text(event.term.due_at),
        clock=_of_step(event.term, case),
    )
    if known is None:
        return UnderReview((*state.steps, step), case)
    return _with(state, step, case)


def _after(step: Step, event: StepClaimed | StepReleased | OpinionGiven | StepDecided) -> Step:
    match event:
        case StepClaimed():
            return _on_desk(step, step.organisation, event.officer_id)
        case StepReleased():
            return _on_desk(step, step.organisation, None)
        case OpinionGiven():
            return _closed(step, event.officer_id, event.opinion, fingerprint(event))
        case StepDecided():
            return _closed(step, event.officer_id, event.outcome, fingerprint(event))


def _followed(state: State, step: Step, event: StepMoved | StandInNamed | StepYielded) -> State:
    match event:
        case StepMoved():
            moved = _on_desk(step, event.organisation, event.officer_id)
            role = event.role or step.role
            # A stand-in was named for the desk that it leaves.
            return _with(state, replace(moved, role=role, moves=event.move, stand_in=None))
        case StandInNamed():
            if isinstance(step, Closed):
                return _with(state, replace(step, version=step.version + 1))
            named = StandingIn(
                officer_id=event.stand_in,
                acting_for=event.acting_for,
                role=event.role,
                since=instant_text(event.since),
                until=instant_text(event.until),
            )
            return _with(state, replace(step, version=step.version + 1, stand_in=named))
        case StepYielded():
            closed = _closed(step, event.officer_id, event.why, fingerprint(event))
            case = state.case
            if case is not None and event.why == "returned":
                # What is done once more is checked once more.
                case = replace(case, checked=None)
            return _with(state, closed, case)


def _on_desk(step: Step, organisation: str, officer_id: str | None) -> Waiting | Claimed:
    kept: dict[str, Any] = {
        "step_id": step.step_id,
        "version": step.version + 1,
        "organisation": organisation,
        "duty": step.duty,
        "role": step.role,
        "due_at": step.due_at,
    }
    if not isinstance(step, Closed):
        kept |= {"clock": step.clock, "moves": step.moves, "stand_in": step.stand_in}
    return Waiting(**kept) if officer_id is None else Claimed(**kept, officer_id=officer_id)


def _closed(step: Step, officer_id: str, outcome: StepOutcome | Recall, words: str) -> Closed:
    return Closed(
        step_id=step.step_id,
        version=step.version + 1,
        organisation=step.organisation,
        duty=step.duty,
        role=step.role,
        due_at=step.due_at,
        officer_id=officer_id,
        outcome=outcome,
        words=words,
    )


def _noted(state: State, step: Step, event: OfStep) -> State:
    after = replace(step, version=step.version + 1)
    if isinstance(event, ClockStopped | ClockResumed | ClockExtended) and event.term:
        after = _moved(after, event.term, state.case)
    return _with(state, after, None if state.case is None else noted(state.case, event))


def _corrected(state: State, event: DueDateCorrected) -> State:
    """Nothing that the step's officer goes by has changed where a clock of the case was moved."""
    case = state.case
    step = None if event.step_id is None else state.step(event.step_id)
    if case is None or (step is None) != (event.step_id is None):
        return state
    if supersedes(event.term.calendar_version, case.calendar_version):
        case = replace(case, calendar_version=event.term.calendar_version)
    if step is None:
        return state if case is state.case else UnderReview(state.steps, case)
    after = replace(step, version=step.version + 1)
    if event.clock not in ("opinion", "delivery"):
        after = _moved(after, event.term, case)
    return _with(state, after, rescheduled(case, event))


def _moved(step: Step, term: Term, case: Case | None) -> Step:
    due_at = instant_text(term.due_at)
    if isinstance(step, Closed) or step.clock is None:
        return replace(step, due_at=due_at)
    by = _of_step(term, case).by
    # Its limit stays as it was set: that of `term` holds the extension.
    return replace(step, due_at=due_at, clock=replace(step.clock, by=by))


def _of_step(term: Term, case: Case | None) -> Clock:
    differs = case is not None and term.calendar_version != case.calendar_version
    return replace(_clock(term), by=term.calendar_version if differs else None)


def _case(event: StepReceived) -> Case | None:
    if (told := event.case) is None:
        return None
    return Case(
        item_code=told.item_code,
        item_version=told.item_version,
        accepted_by=told.accepted_by,
        calendar_version=told.legal.calendar_version,
        legal=_clock(told.legal),
        promised=_clock(told.promised),
    )


def _clock(term: Term) -> Clock:
    return Clock(limit=term.limit, unit=term.unit, started_at=instant_text(term.started_at))


def _with(state: State, new: Step, case: Case | None = None) -> State:
    steps = tuple(new if s.step_id == new.step_id else s for s in state.steps)
    return UnderReview(steps, case or state.case)
