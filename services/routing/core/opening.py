"""A planned step opened: it lies at its organisation, and its clock runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from schemas.events.routing import StepOpened
from schemas.facts import Limit
from schemas.values import PlannedStep, Term
from services.kernel.decider import Command, Reference
from services.kernel.succession import heir_at
from services.kernel.terms import term
from services.routing.core.commands import LayRoute
from services.routing.core.state import UnderWay


def next_stage(
    ahead: Iterable[PlannedStep], of: UnderWay | LayRoute, command: Command, reference: Reference
) -> Iterator[StepOpened]:
    """Give the steps of the first stage of what is ahead, opened at the time of `command`.

    Raises:
        UnknownReference: an organisation or the calendar is not (yet) known.
    """
    ahead = list(placed(ahead, command.at, reference))
    stage = min((step.stage for step in ahead), default=0)
    accepted_by = of.organisation if isinstance(of, LayRoute) else of.accepted_by
    for step in ahead:
        if step.stage == stage:
            yield StepOpened(
                step_id=f"{command.key}.{step.number}",
                number=step.number,
                stage=step.stage,
                title=step.title,
                organisation=step.organisation,
                duty=step.duty,
                role=step.role,
                item_code=of.item_code,
                term=_step_term(step, command.at, of.legal.calendar_version, reference),
                legal=of.legal,
                promised=of.promised,
                item_version=of.item_version,
                accepted_by=accepted_by,
            )


def placed(
    ahead: Iterable[PlannedStep], at: datetime, reference: Reference
) -> tuple[PlannedStep, ...]:
    """Give the steps where they belong on the day of `at`: those of abolished organisations with
    their successors.

    Raises:
        UnknownReference: an organisation is not (yet) known.
    """
    heirs = ((step, heir_at(step.organisation, at, reference)) for step in ahead)
    return tuple(
        step if to == step.organisation else step.model_copy(update={"organisation": to})
        for step, to in heirs
    )


def _step_term(
    step: PlannedStep, at: datetime, calendar_version: str, reference: Reference
) -> Term:
    limit = Limit(limit=step.limit, unit=step.unit)
    return term(limit, at, step.organisation, calendar_version, reference)
