"""What review does because of routing's events."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.events.routing import StepOpened
from schemas.values import CaseTerms
from services.kernel.actor import SYSTEM, Actor
from services.kernel.decider import Reference
from services.kernel.reaction import Reaction
from services.review.core.commands import ReceiveStep


def react(envelope: Envelope[Event], reference: Reference) -> Sequence[Reaction]:
    """Give what follows from one event; nothing for those that do not concern review."""
    match envelope.event:
        case StepOpened() as opened:
            return [Reaction("review.receive_step", _receive_step(envelope, opened))]
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
