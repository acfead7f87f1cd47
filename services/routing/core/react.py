"""What routing does because of intake's and review's events, and of another system's."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.external import ExternalResultReported
from schemas.events.intake import CaseAccepted
from schemas.events.review import OpinionGiven, StepDecided, StepYielded
from schemas.values import StepOutcome
from services.kernel.actor import SYSTEM, Actor
from services.kernel.decider import Reference
from services.kernel.reaction import Reaction
from services.routing.core.commands import (
    CloseStep,
    HearExternalResult,
    LayRoute,
    TakeBackStep,
)


def react(envelope: Envelope[Event], reference: Reference) -> Sequence[Reaction]:
    """Give what follows from one event; nothing for those that do not concern routing."""
    match envelope.event:
        case CaseAccepted() as accepted:
            return [Reaction("routing.lay_route", _lay_route(envelope, accepted))]
        case OpinionGiven() as given:
            return [Reaction("routing.close_step", _close_step(envelope, given, given.opinion))]
        case StepDecided() as decided:
            return [Reaction("routing.close_step", _close_step(envelope, decided, decided.outcome))]
        case StepYielded() as yielded:
            return [Reaction("routing.take_back", _take_back(envelope, yielded))]
        case ExternalResultReported() as reported:
            return [Reaction("routing.hear_external_result", _hear_result(envelope, reported))]
        case _:
            return ()


def _lay_route(envelope: Envelope[Event], accepted: CaseAccepted) -> LayRoute:
    return LayRoute(
        key=envelope.key,
        actor=Actor(SYSTEM, accepted.organisation),
        at=envelope.occurred_at,
        item_code=accepted.item_code,
        item_version=accepted.item_version,
        organisation=accepted.organisation,
        legal=accepted.legal,
        promised=accepted.promised,
    )


def _close_step(
    envelope: Envelope[Event], ended: OpinionGiven | StepDecided, outcome: StepOutcome
) -> CloseStep:
    return CloseStep(
        key=envelope.key,
        actor=Actor(SYSTEM, ended.organisation),
        at=envelope.occurred_at,
        step_id=ended.step_id,
        outcome=outcome,
        officer_id=ended.officer_id,
    )


def _take_back(envelope: Envelope[Event], yielded: StepYielded) -> TakeBackStep:
    return TakeBackStep(
        key=envelope.key,
        actor=Actor(SYSTEM, yielded.organisation),
        at=envelope.occurred_at,
        step_id=yielded.step_id,
    )


def _hear_result(envelope: Envelope[Event], reported: ExternalResultReported) -> HearExternalResult:
    return HearExternalResult(
        key=envelope.key,
        actor=Actor(SYSTEM, envelope.source),
        at=envelope.occurred_at,
        authority=reported.authority,
        document_number=reported.document_number,
        decided_on=reported.decided_on,
        outcome=reported.outcome,
        remarks=reported.remarks,
    )
