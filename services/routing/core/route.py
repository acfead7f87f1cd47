"""The route: an item's steps, numbered and placed."""

from __future__ import annotations

from schemas.facts import Item
from schemas.values import PlannedStep
from services.kernel.decider import Reference, Refused
from services.kernel.way import way_of
from services.routing.core.state import Closed, Open, UnderWay


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


def item_of(state: UnderWay, reference: Reference) -> Item:
    """Give the item in the version that the case keeps.

    Raises:
        Refused: `routing.item_not_recorded`: the route was laid before it was written down.
        UnknownReference: the version is not (yet) known here.
    """
    if state.item_version is None or state.accepted_by is None:
        raise Refused("routing.item_not_recorded", "该办件未记载事项版本，不能改变路线。")
    return reference.item(state.item_code, state.item_version)


def plan_of(state: UnderWay, step: Open | Closed, reference: Reference) -> PlannedStep:
    """Give `step` as the item's version has it, in its first round; where it lies now, and with
    the role that may close it now.

    Raises:
        Refused: `routing.item_not_recorded`.
        UnknownReference: the item or an organisation is not (yet) known here.
    """
    item = item_of(state, reference)
    plan = planned_steps(item, state.accepted_by or "", reference)
    first = plan[(step.repeats or step.number) - 1]
    now = {"organisation": step.organisation, "role": step.role or first.role}
    return first.model_copy(update=now)
