"""What each event changes. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.moves import (
    OfRoute,
    StepDelegated,
    StepMove,
    StepRecalled,
    StepReturned,
    StepTakenOver,
    StepTransferred,
    StepUploaded,
)
from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed, StepOpened
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from schemas.values import PlannedStep, Recall, StepOutcome
from services.routing.core.state import (
    Away,
    Closed,
    Completed,
    Delegated,
    Laid,
    Moved,
    Open,
    Planned,
    Recalled,
    State,
    Step,
    UnderWay,
)
from services.routing.core.upward import told_by


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    match state, event:
        case _, RouteLaid():
            steps = tuple(Planned(step=step) for step in event.steps)
            return Laid(
                version=state.version + 1,
                item_code=event.item_code,
                item_version=event.item_version,
                accepted_by=event.accepted_by,
                steps=steps,
            )
        case ((Laid() | UnderWay()), StepOpened()):
            return UnderWay(
                version=state.version + 1,
                item_code=state.item_code,
                item_version=state.item_version,
                accepted_by=state.accepted_by,
                steps=tuple(_opened(step, event) for step in state.steps),
                legal=event.legal,
                promised=event.promised,
            )
        case UnderWay(), StepClosed():
            return _with(state, event.number, lambda step: _closed(step, event.outcome))
        case UnderWay(), CaseReportedUp():
            return replace(state, version=state.version + 1, away=_away(event))
        case UnderWay(), ExternalResultRecorded():
            known = told_by(event)
            return replace(state, version=state.version + 1, away=None, result=known)
        case UnderWay(), OfRoute():
            return _acted(state, event)
        case ((Laid() | UnderWay()), CaseCompleted()):
            return Completed(
                version=state.version + 1,
                item_code=state.item_code,
                accepted_by=state.accepted_by,
                steps=state.steps,
                outcome=event.outcome,
                result=state.result if isinstance(state, UnderWay) else None,
            )
        case _:
            return state


def _away(event: CaseReportedUp) -> Away:
    return Away(
        number=int(event.step_id.rpartition(".")[2]),
        organisation=event.organisation,
        since=instant_text(event.external.started_at),
        due_at=instant_text(event.external.due_at),
    )


def _acted(state: UnderWay, event: OfRoute) -> State:
    match event:
        case StepMove() | StepDelegated() | StepRecalled():
            return _with(state, event.number, lambda step: _noted(step, event))
        case StepReturned():
            return _ahead(_with(state, event.number, _taken_back("returned")), event.ahead)
        case StepUploaded():
            return _ahead(_with(state, event.number, _taken_back("uploaded")), event.ahead)
        case _:
            return state


def _with(state: UnderWay, number: int, change: Callable[[Step], Step]) -> UnderWay:
    steps = tuple(change(step) if step.number == number else step for step in state.steps)
    return replace(state, version=state.version + 1, steps=steps)


def _ahead(state: UnderWay, ahead: tuple[PlannedStep, ...]) -> UnderWay:
    gone = [step for step in state.steps if not isinstance(step, Planned)]
    steps = [*gone, *(Planned(step=step) for step in ahead)]
    return replace(state, steps=tuple(sorted(steps, key=_place)))


def _place(step: Step) -> tuple[int, int]:
    return step.stage, step.number


def _opened(step: Step, event: StepOpened) -> Step:
    if step.number != event.number:
        return step
    return Open(
        number=event.number,
        stage=event.stage,
        organisation=event.organisation,
        duty=event.duty,
        due_at=instant_text(event.term.due_at),
        repeats=_repeats(step),
        role=event.role if _repeats(step) is not None else None,
    )


def _noted(step: Step, event: StepMove | StepDelegated | StepRecalled) -> Step:
    if not isinstance(step, Open):
        return step
    match event:
        case StepMove():
            at, holder = instant_text(event.moved_at), _holder(event)
            moved = Moved(times=event.move, at=at, holder=holder)
            role = event.role if isinstance(event, StepTakenOver) else step.role
            # A stand-in was named for the desk that it leaves.
            left = replace(step, moved=moved, role=role, delegated=None)
            return replace(left, organisation=event.to_organisation)
        case StepDelegated():
            delegated = Delegated(
                absent=event.absent,
                stand_in=event.stand_in,
                since=instant_text(event.since),
                until=instant_text(event.until),
            )
            return replace(step, delegated=delegated)
        case StepRecalled():
            recalled = Recalled(why=event.why, officer_id=event.officer_id, reason=event.reason)
            return replace(step, recalled=recalled)


def _holder(event: StepMove) -> str | None:
    match event:
        case StepTransferred():
            return event.to_officer
        case StepTakenOver():
            return event.officer_id
        case _:
            return None


def _taken_back(why: Recall) -> Callable[[Step], Step]:
    return lambda step: _closed(step, why)


def _closed(step: Step, outcome: StepOutcome | Recall) -> Closed:
    place: PlannedStep | Open | Closed = step.step if isinstance(step, Planned) else step
    return Closed(
        number=step.number,
        stage=step.stage,
        organisation=place.organisation,
        duty=place.duty,
        outcome=outcome,
        repeats=_repeats(step),
        role=step.role if isinstance(step, Open) else None,
    )


def _repeats(step: Step) -> int | None:
    return step.step.repeats if isinstance(step, Planned) else step.repeats
