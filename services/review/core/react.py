"""What review does because of routing's events."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.moves import (
    StepDelegated,
    StepMove,
    StepRecalled,
    StepTakenOver,
    StepTransferred,
)
from schemas.events.routing import StepOpened
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from schemas.values import CaseTerms
from services.kernel.actor import SYSTEM, Actor
from services.kernel.decider import Reference
from services.kernel.reaction import Reaction
from services.review.core.commands import ReceiveStep
from services.review.core.commands_of_route import (
    MoveStep,
    NameStandIn,
    RestartClock,
    SuspendClock,
    YieldStep,
)


def react(envelope: Envelope[Event], reference: Reference) -> Sequence[Reaction]:
    """Give what follows from one event; nothing for those that do not concern review."""
    match envelope.event:
        case StepOpened() as opened:
            return [Reaction("review.receive_step", _receive_step(envelope, opened))]
        case StepMove() as moved:
            return [Reaction("review.move_step", _move_step(envelope, moved))]
        case StepDelegated() as delegated:
            return [Reaction("review.name_stand_in", _name_stand_in(envelope, delegated))]
        case StepRecalled() as recalled:
            return [Reaction("review.yield_step", _yield_step(envelope, recalled))]
        case CaseReportedUp() as reported:
            return [Reaction("review.suspend_clock", _suspend_clock(envelope, reported))]
        case ExternalResultRecorded() as recorded:
            return [Reaction("review.restart_clock", _restart_clock(envelope, recorded))]
        case _:
            return ()


def _receive_step(envelope: Envelope[Event], opened: StepOpened) -> ReceiveStep:
    return ReceiveStep(
        key=envelope.key,
        actor=Actor(SYSTEM, opened.organisation),
        at=envelope.occurred_at,
        step_id=opened.step_id,
        organisation=opened.organisation,
        duty=opened.duty,
        role=opened.role,
        term=opened.term,
        case=_case(opened),
    )


def _move_step(envelope: Envelope[Event], moved: StepMove) -> MoveStep:
    match moved:
        case StepTransferred():
            officer_id, role = moved.to_officer, None
        case StepTakenOver():
            officer_id, role = moved.officer_id, moved.role
        case _:
            officer_id, role = None, None
    return MoveStep(
        key=envelope.key,
        actor=Actor(SYSTEM, moved.to_organisation),
        at=envelope.occurred_at,
        step_id=moved.step_id,
        organisation=moved.to_organisation,
        role=role,
        officer_id=officer_id,
        move=moved.move,
    )


def _name_stand_in(envelope: Envelope[Event], delegated: StepDelegated) -> NameStandIn:
    return NameStandIn(
        key=envelope.key,
        actor=Actor(SYSTEM, delegated.organisation),
        at=envelope.occurred_at,
        step_id=delegated.step_id,
        stand_in=delegated.stand_in,
        acting_for=delegated.absent,
        role=delegated.role,
        since=delegated.since,
        until=delegated.until,
    )


def _yield_step(envelope: Envelope[Event], recalled: StepRecalled) -> YieldStep:
    return YieldStep(
        key=envelope.key,
        actor=Actor(SYSTEM, recalled.organisation),
        at=envelope.occurred_at,
        step_id=recalled.step_id,
        why=recalled.why,
        officer_id=recalled.officer_id,
        reason=recalled.reason,
    )


def _suspend_clock(envelope: Envelope[Event], reported: CaseReportedUp) -> SuspendClock:
    return SuspendClock(
        key=envelope.key,
        actor=Actor(SYSTEM, reported.organisation),
        at=envelope.occurred_at,
        step_id=reported.step_id,
    )


def _restart_clock(envelope: Envelope[Event], recorded: ExternalResultRecorded) -> RestartClock:
    return RestartClock(
        key=envelope.key,
        actor=Actor(SYSTEM, recorded.organisation),
        at=envelope.occurred_at,
        step_id=recorded.step_id,
        outcome=recorded.outcome,
    )


def _case(opened: StepOpened) -> CaseTerms | None:
    if opened.item_version is None or opened.accepted_by is None:
        return None
    return CaseTerms(
        item_code=opened.item_code,
        item_version=opened.item_version,
        accepted_by=opened.accepted_by,
        legal=opened.legal,
        promised=opened.promised,
    )
