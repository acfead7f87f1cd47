"""The route: an item's steps, numbered and placed."""

from __future__ import annotations

from schemas.facts import Item
from schemas.values import PlannedStep
from services.kernel.decider import Reference, Refused
from services.kernel.way import way_of


def planned_steps(item: Item, accepting: str, reference: Reference) -> tuple[PlannedStep, ...]:
    """Give the steps of a case that was accepted at `accepting` (a path): numbers and stages from
    1 without gap, the last stage one deciding step.

    Raises:
        Refused: `routing.no_way`: the item cannot be handled from there.
        UnknownReference: an organisation is not (yet) known.
    """
    way = way_of(item, accepting, reference)
    if way is None:
        raise Refused(
            "routing.no_way", f"事项“{item.name}”无法从 {accepting} 流转，请核对事项目录的环节。"
        )
    stages = sorted({step.stage for step, _ in way})
    return tuple(
        PlannedStep(
            number=number,
            stage=stages.index(step.stage) + 1,
            title=step.title,
            organisation=path,
            duty=step.duty,
            role=step.role,
            limit=step.limit.limit,
            unit=step.limit.unit,
        )
        for number, (step, path) in enumerate(way, start=1)
    )
