"""Which papers somebody brings to a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def papers_of(
    item: Mapping[str, Any], lacking: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the papers that somebody brings who lacks `lacking` of the required, and those that are
    not there. What shows a precondition is always brought: without it nothing is taken in."""
    first = {condition["paper"] for condition in item.get("preconditions", ())}
    papers = [
        {name: asked[name] for name in ("code", "form", "count")}
        for asked in item["materials"]
        if asked["required"] or asked["code"] in first
    ]
    papers.sort(key=lambda paper: paper["code"] not in first)
    there = max(sum(paper["code"] in first for paper in papers), len(papers) - lacking)
    return papers[:there], papers[there:]
