"""下放、承接、取消. Does an item name the document by which another level decides it now."""

from __future__ import annotations

from typing import Final

from schemas.facts import Item
from services.kernel.item_contradictions import Found

_LEVELS: Final = {"village": 0, "township": 1}
_COUNTY: Final = 2
_ABOVE: Final = 3


def is_cancelled(item: Item) -> bool:
    """Say whether nothing new of this version is taken in; what is under way goes on to its end."""
    return item.authority_change is not None and item.authority_change.change == "cancelled"


def contradictions_of_authority(item: Item, former: Item | None) -> Found:
    """Give what contradicts the shift between `former`, the version before, and `item`: one that
    is not named with its document, is another one, or did not take place."""
    told = item.authority_change and item.authority_change.change
    due = _due(item, former)
    if told == due or (told == "assumed" and former is None):
        return
    if told == "cancelled" and former is not None and due is None:
        return
    place = ("authority_change",)
    if due is None:
        what = f"决定层级未变，却写了职权调整 decided where it was, yet it names a shift: {told}"
        yield place, what, "删去 authority_change 或改环节 drop it or change the steps"
    elif told is None:
        what = f"决定层级已变，未写依据文件 decided at another level by no document: {due}"
        yield place, what, "写明 authority_change 和文号 name the change and its document"
    else:
        what = f"职权调整应为 the shift is {due}，写的是 not {told}"
        yield (*place, "change"), what, f"改为 write {due}"


def _due(item: Item, former: Item | None) -> str | None:
    if former is None or is_cancelled(former):
        return None if former is None else "restored"
    before, now = _level(former), _level(item)
    if before == now:
        return None
    if _ABOVE in {before, now}:
        return "assumed" if before == _ABOVE else "handed_up"
    return "devolved" if now < before else "taken_back"


def _level(item: Item) -> int:
    if item.kind == "report_up":
        return _ABOVE
    return max((_LEVELS.get(s.at, _COUNTY) for s in item.steps if s.duty == "decide"), default=0)
