"""What each event changes. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.review import (
    OpinionGiven,
    StepClaimed,
    StepDecided,
    StepReceived,
    StepReleased,
)
from services.kernel.identifiers import fingerprint
from services.review.core.state import Claimed, Closed, State, Step, UnderReview, Waiting


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    match event:
        case StepReceived():
            return _received(state, event)
        case StepClaimed() | StepReleased() | OpinionGiven() | StepDecided():
            step = state.step(event.step_id)
            return state if step is None else _with(state, _after(step, event))
        case _:
            return state


def _received(state: State, event: StepReceived) -> State:
    known = state.step(event.step_id)
    step = Waiting(
        step_id=event.step_id,
        version=1 if known is None else known.version + 1,
        organisation=event.organisation,
        duty=event.duty,
        role=event.role,
        due_at=instant_text(event.term.due_at),
    )
    return UnderReview((*state.steps, step)) if known is None else _with(state, step)


def _after(step: Step, event: StepClaimed | StepReleased | OpinionGiven | StepDecided) -> Step:
    match event:
        case StepClaimed():
            return Claimed(
                step_id=step.step_id,
                version=step.version + 1,
                organisation=step.organisation,
                duty=step.duty,
                role=step.role,
                due_at=step.due_at,
                officer_id=event.officer_id,
            )
        case StepReleased():
            return Waiting(
                step_id=step.step_id,
                version=step.version + 1,
                organisation=step.organisation,
                duty=step.duty,
                role=step.role,
                due_at=step.due_at,
            )
        case OpinionGiven() | StepDecided():
            return Closed(
                step_id=step.step_id,
                version=step.version + 1,
                organisation=step.organisation,
                duty=step.duty,
                role=step.role,
                due_at=step.due_at,
                officer_id=event.officer_id,
                outcome=event.opinion if isinstance(event, OpinionGiven) else event.outcome,
                words=fingerprint(event),
            )


def _with(state: State, new: Step) -> State:
    return UnderReview(tuple(new if s.step_id == new.step_id else s for s in state.steps))
