"""前置条件: what must be there before an item can be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.facts import Item
from schemas.item_facts import Precondition
from schemas.values import MetPrecondition
from services.intake.core.commands import Prior, Submit
from services.kernel.decider import Refused


def require_preconditions(
    item: Item, command: Submit, files: Iterable[str]
) -> tuple[MetPrecondition, ...]:
    """Say by what each precondition is met: a result in force, a paper that shows it, or that the
    item is asked for together with this one. `files`: names of files that lie with the draft.

    Raises:
        Refused: `intake.precondition_unmet`, with each that is not, and what to do.
    """
    prior = {known.item: known for known in command.prior}
    brought = {paper.code for paper in command.materials}
    brought.update(name.partition(".")[0] for name in files)
    met, unmet = [], []
    for condition in item.preconditions:
        found = _met(condition, prior, brought)
        if found is None:
            unmet.append(_unmet(item, condition, prior))
        else:
            met.append(found)
    if unmet:
        raise Refused("intake.precondition_unmet", "前置条件未满足。" + "".join(unmet[:4]))
    return tuple(met)


def _met(
    condition: Precondition, prior: Mapping[str, Prior], brought: set[str]
) -> MetPrecondition | None:
    known = [prior[code] for code in condition.items if code in prior]
    for one in known:
        if one.document_number is not None:
            return MetPrecondition(
                item=one.item,
                by="result",
                document_number=one.document_number,
                case_id=one.case_id,
            )
    if condition.paper in brought:
        return MetPrecondition(item=condition.items[0], by="paper")
    together = next((one.item for one in known if one.together), None)
    return MetPrecondition(item=together, by="topic") if together is not None else None


def _unmet(item: Item, condition: Precondition, prior: Mapping[str, Prior]) -> str:
    names = [f"“{prior[code].name if code in prior else code}”" for code in condition.items]
    papers = [paper.name for paper in item.materials if paper.code == condition.paper]
    first = "或".join(names[:4])
    return (
        f"须先办结{first}（{condition.basis[:120]}）："
        f"已办结的请提交{(papers or [condition.paper])[0]}，未办的请先申请该事项。"
    )
