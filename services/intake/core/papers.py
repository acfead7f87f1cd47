"""Are the papers there: what was handed in against what the item asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schemas.facts import Item, ItemMaterial
from services.intake.core.state import Paper
from services.kernel.decider import Refused

_MOST_NAMED: Final = 8
_FORMS: Final = {"original": "原件", "copy": "复印件"}
_SERVES_AS_ORIGINAL: Final = frozenset({"original", "reused"})
"""A copy never does, nor does a picture of a paper; what is reused was once seen as original."""


def require_listed(item: Item, codes: Iterable[str]) -> None:
    """Pass where the item asks for each of `codes`: nothing else may be asked for (ALL 31).

    Raises:
        Refused: `intake.material_not_listed`, with the codes.
    """
    listed = {material.code for material in item.materials}
    if unknown := sorted(set(codes) - listed):
        raise Refused(
            "intake.material_not_listed",
            f"事项目录未列出材料 {listing(unknown)}，请按目录选择材料。",
        )


def require_complete(item: Item, papers: Sequence[Paper]) -> None:
    """Pass where every required material was handed in, in the form and number asked for.

    Raises:
        Refused: `intake.materials_missing`, with names, forms and how many are short.
    """
    missing = [
        f"{material.name}（{_FORMS[material.form]}，缺 {short} 份）"
        for material, short in _short(item, papers)
    ]
    if missing:
        raise Refused(
            "intake.materials_missing",
            f"材料不齐：{listing(missing)}。请一次性告知申请人补正。",
        )


def short_of(item: Item, papers: Sequence[Paper]) -> frozenset[str]:
    """Give the codes of the required papers that are not there in the form and number asked for."""
    return frozenset(material.code for material, _ in _short(item, papers))


def listing(names: Sequence[str]) -> str:
    """Give names as one text. The detail of a refusal is bounded; a longer list is told by its
    length."""
    more = f" 等 {len(names)} 种" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


def _short(item: Item, papers: Sequence[Paper]) -> list[tuple[ItemMaterial, int]]:
    return [
        (material, short)
        for material in item.materials
        if material.required and (short := material.count - _handed_in(material, papers)) > 0
    ]


def _handed_in(material: ItemMaterial, papers: Sequence[Paper]) -> int:
    return sum(
        paper.count
        for paper in papers
        if paper.code == material.code
        and (material.form == "copy" or paper.form in _SERVES_AS_ORIGINAL)
    )
