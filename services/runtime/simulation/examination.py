"""What an item asks for before its case may be decided: the checklist, and the surveys on site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

from services.runtime.simulation.desk import Desk
from services.runtime.simulation.picture import PICTURE
from services.runtime.simulation.plan import CasePlan

Act: TypeAlias = tuple[Desk, str, dict[str, Any]]
"""Whose it is, the path below the step, the body."""


def examination(
    item: Mapping[str, Any], outcome: str, officer: Desk, colleague: Desk, at: datetime
) -> Iterator[Act]:
    """Give the acts that have to come before `officer` ends the case with `outcome`, in order;
    none where the item asks for nothing.

    A colleague checks, but on instant items; what will be rejected is found wanting in its first
    rule, and is not surveyed.
    """
    if rules := item.get("review_rules", ()):
        checker = officer if item["kind"] == "instant" else colleague
        yield checker, "check", {"findings": _findings(rules, outcome)}
    if outcome == "approved":
        for survey in item.get("surveys", ()):
            on_site = {
                "survey": survey,
                "participants": [str(d.officer["officer_id"]) for d in (officer, colleague)],
            }
            planned_at = (at + timedelta(hours=1)).isoformat()
            yield officer, "schedule-survey", {**on_site, "planned_at": planned_at}
            yield officer, "record-survey", on_site | _found_on_site(at)


def _findings(rules: Sequence[Mapping[str, Any]], outcome: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = [{"rule": rule["code"], "found": "met"} for rule in rules]
    if outcome == "rejected":
        findings[0] |= {"found": "unmet", "remark": "经核查不符合该要点。"}
    return findings


def _found_on_site(at: datetime) -> dict[str, Any]:
    return {
        "held_at": at.isoformat(),
        "result": "passed",
        "findings": "现场情况与申请材料一致。",
        "pictures": [sha256(PICTURE).hexdigest()],
    }


def word_from_above(plan: CasePlan, away: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer of the authority to which the county has sent the case, as it is recorded:
    on the day on which it went up."""
    return {
        "authority": "上级主管部门",
        "document_number": f"批复{plan.number}号",
        "decided_on": away["since"][:10],
        "outcome": plan.way,
    }
