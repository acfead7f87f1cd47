"""Where a case has to go: an item's steps, placed for the organisation at which it came in."""

from __future__ import annotations

from schemas.facts import Item, ItemStep
from services.kernel.decider import Reference


def way_of(item: Item, accepting: str, facts: Reference) -> tuple[tuple[ItemStep, str], ...] | None:
    """Give the steps with the path of their organisation, by stage; None where the item cannot
    be handled from there.

    A level (`village`, `township`) means the one on the way of `accepting`. A case that came in
    above a level has no need to be forwarded by it; but a decision or an opinion belongs to its
    level, and the last stage must be one deciding step alone.

    Raises:
        UnknownReference: an organisation is not (yet) known.
    """
    placed: list[tuple[ItemStep, str]] = []
    for step in sorted(item.steps, key=_stage):
        path = _place(step.at, accepting, facts)
        if path is not None:
            placed.append((step, path))
        elif step.duty != "forward":
            return None
    if not placed:
        return None
    last = placed[-1][0]
    alone = sum(step.stage == last.stage for step, _ in placed) == 1
    return tuple(placed) if alone and last.duty == "decide" else None


def _stage(step: ItemStep) -> int:
    return step.stage


def _place(at: str, accepting: str, facts: Reference) -> str | None:
    if at.startswith("/"):
        return facts.organisation(at).path
    path = accepting
    while path:
        if facts.organisation(path).kind == at:
            return path
        path = path.rpartition("/")[0]
    return None
