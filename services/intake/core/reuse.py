"""材料复用: a paper of an earlier case instead of the same paper once more."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.facts import Item
from schemas.values import Material
from services.intake.core.commands import EarlierCase
from services.kernel.decider import Refused


def require_reusable(
    item: Item, materials: Iterable[Material], applicant_ref: str, earlier: Iterable[EarlierCase]
) -> None:
    """Pass where every reused paper may be reused and was handed in to an accepted case of the
    same applicant. Whether it still holds is for the checker to say.

    Raises:
        Refused: `intake.not_reusable`, `intake.reuse_source_missing`, `intake.reuse_source_unfit`.
    """
    wanted = {material.code: material for material in item.materials}
    known = {case.case_id: case for case in earlier}
    for material in materials:
        if material.form != "reused":
            continue
        name = wanted[material.code].name
        if not wanted[material.code].reusable:
            raise Refused("intake.not_reusable", f"材料“{name}”不能复用，请收取新的材料。")
        if material.reused_from is None:
            raise Refused(
                "intake.reuse_source_missing", f"复用材料“{name}”须注明来自哪一个办件，请选择。"
            )
        _require_fit(known.get(material.reused_from), material, applicant_ref, name)


def _require_fit(
    case: EarlierCase | None, material: Material, applicant_ref: str, name: str
) -> None:
    if case is None or case.applicant_ref != applicant_ref:
        why = "没有这个办件，或者不是同一申请人的"
    elif not case.accepted:
        why = "该办件没有受理"
    elif material.code not in case.papers:
        why = "该办件没有这份材料"
    else:
        return
    raise Refused("intake.reuse_source_unfit", f"材料“{name}”不能复用：{why}，请收取新的材料。")
