"""The five shapes of a route, as rules over an item's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemas.facts import Item, ItemStep
from schemas.values import RouteShape

LEVELS: Final = ("village", "township")
"""Places named by level: the one on the way of the accepting organisation."""


def unfit(item: Item) -> str | None:
    """Say what the steps should be like, zh and en; None where they make the item's shape."""
    fits, expected = _SHAPES[item.shape]
    return None if fits(item) else expected


def stages_of(item: Item) -> list[list[ItemStep]]:
    """Give the steps of each stage, in order of the stages; no stage is empty."""
    numbers = sorted({s.stage for s in item.steps})
    return [[s for s in item.steps if s.stage == n] for n in numbers]


def _forwards_then_department(item: Item) -> bool:
    levels = [s for s in item.steps if s.at in LEVELS]
    county = [s for s in item.steps if s.at not in LEVELS]
    return (
        any(s.at == "township" for s in levels)
        and all(s.duty == "forward" for s in levels)
        and len({s.at for s in county}) == 1
        and max(s.stage for s in levels) < min(s.stage for s in county)
    )


def _joint(item: Item) -> bool:
    opinions = [s for s in item.steps if s.duty == "opinion"]
    heard, convener = {s.at for s in opinions}, stages_of(item)[-1][-1]
    return (
        len(heard) >= 2
        and len(heard) == len(opinions)
        and len({s.stage for s in opinions}) == 1
        and convener.role == "joint_convener"
        and convener.at not in heard
    )


_SHAPES: Final[dict[RouteShape, tuple[Callable[[Item], bool], str]]] = {
    "village_decides": (lambda i: all(s.at == "village" for s in i.steps), "全在村 all in village"),
    "township_decides": (
        lambda i: stages_of(i)[-1][-1].at == "township" and all(s.at in LEVELS for s in i.steps),
        "乡镇决定，不出乡镇 the township decides, no step above it",
    ),
    "township_forwards": (
        _forwards_then_department,
        "乡镇转报，一个部门决定 the township forwards, one department decides",
    ),
    "straight_to_county": (
        lambda i: len({s.at for s in i.steps}) == 1 and i.steps[0].at not in LEVELS,
        "只在一个部门 one department only",
    ),
    "joint": (
        _joint,
        "至少两部门同时出意见，再由牵头岗决定 two or more opinions, then the convener",
    ),
}
