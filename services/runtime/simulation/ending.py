"""How a simulated step is closed: the act, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

REMEDY: Final = "可自收到本决定之日起六十日内申请行政复议，或六个月内提起行政诉讼。"
_REASONS: Final[Mapping[str, str]] = {
    "approved": "申请材料齐全，符合法定条件，予以批准。",
    "rejected": "经审查不符合法定条件，不予批准。",
    "forwarded": "经初审符合条件，同意上报。",
    "agreed": "经核查，同意。",
    "disagreed": "经核查，现场情况与申请材料不符，不同意。",
}


def ending(duty: str, outcome: str, disagreed: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Give the path below the step and the body that close it with `outcome`; whoever disagreed
    is overruled by name."""
    body: dict[str, Any] = {"reasons": _REASONS[outcome]}
    if duty == "opinion":
        return "give-opinion", {**body, "opinion": outcome}
    body["outcome"] = outcome
    if outcome == "rejected":
        body["remedy"] = REMEDY
    if outcome == "approved" and disagreed:
        reason = "已现场复核，异议事项整改完毕。"
        body["overruled"] = [{"organisation": place, "reason": reason} for place in disagreed]
    return "decide", body
