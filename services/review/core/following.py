"""What officers did with the route, followed on the desk: moved, delegated, recalled.

A step that was closed before stays as it is: a decision made before wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.review import StandInNamed, StepMoved, StepReleased, StepYielded
from services.kernel.actor import Actor
from services.kernel.competence import StandIn, holds, standing_in
from services.kernel.decider import Reference
from services.review.core.commands import ResumeClock
from services.review.core.commands_of_route import Followed, MoveStep, NameStandIn, YieldStep
from services.review.core.state import Claimed, Closed, StandingIn, State, Step, Waiting
from services.review.core.timing import resume_if_stopped


def follow(
    state: State, step: Waiting | Claimed, command: Followed, reference: Reference
) -> Sequence[Event]:
    """Give what becomes of the step; nothing where this was followed before."""
    match command:
        case MoveStep():
            return _move(step, command)
        case NameStandIn():
            return _name(step, command)
        case YieldStep():
            return _yield(state, step, command, reference)
        case _:
            assert_never(command)


def acting(actor: Actor, step: Step, at: datetime) -> Actor:
    """Give `actor` with what they may do on `step` as stand-in at the instant `at`."""
    if isinstance(step, Closed) or (named := step.stand_in) is None:
        return actor
    granted = StandIn(
        officer_id=named.officer_id,
        role=named.role,
        organisation=step.organisation,
        since=datetime.fromisoformat(named.since),
        until=datetime.fromisoformat(named.until),
    )
    return standing_in(actor, granted, at)


def may_be_claimed_from(step: Claimed, claimant: str, at: datetime) -> bool:
    """Say whether who holds `step` holds it no more at `at`: they were its stand-in, and their time
    is over; or they are absent, and `claimant` stands in for them."""
    if (named := step.stand_in) is None:
        return False
    since, until = datetime.fromisoformat(named.since), datetime.fromisoformat(named.until)
    if named.officer_id == step.officer_id:
        return until <= at
    stands_in = (named.officer_id, named.acting_for) == (claimant, step.officer_id)
    return stands_in and since <= at < until


def acting_for(actor: Actor, step: Waiting | Claimed) -> str | None:
    """Give for whom `actor`, who may, claims `step`; None where a post of their own allows it."""
    named = step.stand_in
    if named is None or named.officer_id != actor.officer_id:
        return None
    return None if holds(actor, named.role, step.organisation) else named.acting_for


def _move(step: Waiting | Claimed, command: MoveStep) -> Sequence[Event]:
    if step.moves >= command.move:
        return ()
    return [
        StepMoved(
            step_id=step.step_id,
            organisation=command.organisation,
            role=command.role or step.role,
            officer_id=command.officer_id,
            move=command.move,
        )
    ]


def _name(step: Waiting | Claimed, command: NameStandIn) -> Sequence[Event]:
    named = StandingIn(
        officer_id=command.stand_in,
        acting_for=command.acting_for,
        role=command.role,
        since=instant_text(command.since),
        until=instant_text(command.until),
    )
    if step.stand_in == named:
        return ()
    return [
        *_freed_of_former(step, command),
        StandInNamed(
            step_id=step.step_id,
            stand_in=command.stand_in,
            acting_for=command.acting_for,
            role=command.role,
            since=command.since,
            until=command.until,
        ),
    ]


def _freed_of_former(step: Waiting | Claimed, command: NameStandIn) -> Iterator[Event]:
    """Who stood in before may do nothing on it any more, not even give it back."""
    former = step.stand_in
    if former is None or not isinstance(step, Claimed) or step.officer_id != former.officer_id:
        return
    if former.officer_id != command.stand_in:
        reason = f"改由 {command.stand_in} 代办 {command.stand_in} stands in now"
        yield StepReleased(step_id=step.step_id, officer_id=former.officer_id, reason=reason)


def _yield(
    state: State, step: Waiting | Claimed, command: YieldStep, reference: Reference
) -> Sequence[Event]:
    yielded = StepYielded(
        step_id=step.step_id,
        organisation=step.organisation,
        why=command.why,
        officer_id=command.officer_id,
    )
    # Nobody could resume a clock on a desk that the step has left.
    resumed = ResumeClock(
        key=command.key,
        actor=replace(command.actor, officer_id=command.officer_id),
        at=command.at,
        step_id=command.step_id,
        result=command.reason,
    )
    return [*resume_if_stopped(state, step, resumed, reference), yielded]
