"""What each event changes. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed, StepOpened
from schemas.values import PlannedStep
from services.routing.core.state import (
    Closed,
    Completed,
    Laid,
    Open,
    Planned,
    State,
    Step,
    UnderWay,
)


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
                steps=_with(state.steps, _opened(event)),
                legal=event.legal,
                promised=event.promised,
            )
        case UnderWay(), StepClosed():
            return UnderWay(
                version=state.version + 1,
                item_code=state.item_code,
                item_version=state.item_version,
                accepted_by=state.accepted_by,
                steps=tuple(_closed(step, event) for step in state.steps),
                legal=state.legal,
                promised=state.promised,
            )
        case ((Laid() | UnderWay()), CaseCompleted()):
            return Completed(
                version=state.version + 1,
                item_code=state.item_code,
                accepted_by=state.accepted_by,
                steps=state.steps,
                outcome=event.outcome,
            )
        case _:
            return state


def _with(steps: tuple[Step, ...], new: Step) -> tuple[Step, ...]:
    return tuple(new if step.number == new.number else step for step in steps)


def _opened(event: StepOpened) -> Open:
    return Open(
        number=event.number,
        stage=event.stage,
        organisation=event.organisation,
        duty=event.duty,
        due_at=instant_text(event.term.due_at),
    )


def _closed(step: Step, event: StepClosed) -> Step:
    if step.number != event.number:
        return step
    planned: PlannedStep | Open | Closed = step.step if isinstance(step, Planned) else step
    return Closed(
        number=step.number,
        stage=step.stage,
        organisation=planned.organisation,
        duty=planned.duty,
        outcome=event.outcome,
    )
