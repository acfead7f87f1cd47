"""材料复用: somebody who was here on an earlier day comes again, and some papers are on file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.runtime.simulation.families import FamilyPlan, HandedIn
from services.runtime.simulation.mix import REUSE_PAPERS
from services.runtime.simulation.plan import CasePlan


@dataclass(frozen=True, slots=True)
class OnFile:
    """An accepted case of an earlier day."""

    plan: CasePlan
    case_id: str


def coming_again(coming: Sequence[HandedIn], on_file: Collection[OnFile]) -> list[HandedIn]:
    """Give the same cases; of those that want it, each comes from the applicant of an earlier one
    with papers that may be reused, where there is such a one. The same arguments, the same cases.
    """
    earlier = sorted(on_file, key=lambda case: case.plan.number)
    return [
        case
        if isinstance(case, FamilyPlan) or REUSE_PAPERS not in case.acts
        else _again(case, earlier)
        for case in coming
    ]


def _again(plan: CasePlan, earlier: Sequence[OnFile]) -> CasePlan:
    fitting = [(case, codes) for case in earlier if (codes := _reusable(plan, case.plan))]
    if not fitting:
        return plan
    case, codes = fitting[plan.draw % len(fitting)]
    reused = dict.fromkeys(codes, case.case_id)
    return replace(plan, applicant=case.plan.applicant, reused=reused)


def _reusable(plan: CasePlan, earlier: CasePlan) -> tuple[str, ...]:
    if plan.applicant["kind"] != earlier.applicant["kind"]:
        return ()
    handed_in = {m["code"] for m in _asked(earlier.item)}
    first = {condition["paper"] for condition in plan.item.get("preconditions", ())}
    asked = [material for material in _asked(plan.item) if material["code"] not in first]
    return tuple(str(m["code"]) for m in asked if m["reusable"] and m["code"] in handed_in)


def _asked(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [material for material in item["materials"] if material["required"]]
