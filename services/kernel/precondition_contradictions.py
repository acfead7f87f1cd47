"""Can each precondition of an item be met, and does it say anything that another does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from schemas.facts import Item
from services.kernel.item_contradictions import Field, Found

Newest: TypeAlias = Mapping[str, Item]
"""The highest version of each item, by code."""


def contradictions_of_preconditions(item: Item, newest: Newest) -> Found:
    """Give what keeps a precondition of the newest version of `item` from being met: items that
    are not there, come round in a circle, give no result, or a paper that is not asked for."""
    papers = {material.code for material in item.materials}
    times = Counter(code for condition in item.preconditions for code in condition.items)
    for place, condition in enumerate(item.preconditions):
        here = ("preconditions", place)
        for nth, code in enumerate(condition.items):
            field: Field = (*here, "items", nth)
            if code not in newest:
                what = f"没有该事项 unknown item: {code}"
                yield field, what, "登记该事项或改正代码 add the item or mend the code"
                continue
            if (circle := _circle(item.code, code, newest)) is not None:
                what = f"前置条件循环 each waits for the other: {' ← '.join(circle)}"
                yield field, what, "去掉其中一项 drop one of them"
            if newest[code].document is None:
                what = f"该事项没有结果文书 gives no result that could be shown: {code}"
                yield field, what, "写明其 document 或去掉 name its document or drop it"
            if times[code] > 1:
                what = f"事项重复 an item is named {times[code]} times: {code}"
                yield field, what, "只保留一处 keep one of them"
        if condition.paper not in papers:
            what = f"材料清单中没有 no paper of that code: {condition.paper}"
            yield (*here, "paper"), what, "列入材料或改正代码 list the paper or mend the code"


def idle_preconditions(item: Item, newest: Newest) -> Iterator[tuple[Field, str, str, bool]]:
    """Give, as notes, the preconditions of the newest version of `item` that are never used, for
    the result can be nobody's who asks for this item, or that another one wants first anyway."""
    for place, condition in enumerate(item.preconditions):
        others = [c.items for n, c in enumerate(item.preconditions) if n != place]
        wanted = _wanted_by(others, newest)
        field: Field = ("preconditions", place)
        known = [newest[code] for code in condition.items if code in newest]
        if known and all(code in wanted for code in condition.items):
            what = f"已由其他前置条件要求 wanted by another anyway: {_listing(condition.items)}"
            yield field, what, "可以去掉 may be dropped", False
        if known and all(first.subject != item.subject for first in known):
            what = f"对象不同，从不适用 never used, it is for others: {_listing(condition.items)}"
            yield field, what, "可以去掉 may be dropped", False


def _circle(start: str, first: str, newest: Newest) -> list[str] | None:
    """The shortest way from `first` back to `start`; None where there is none."""
    ways, seen = [[start, first]], {first}
    if first == start:
        return [start, start]
    while ways:
        way = ways.pop(0)
        for code in _first_of(way[-1], newest):
            if code == start:
                return [*way, start]
            if code not in seen:
                seen.add(code)
                ways.append([*way, code])
    return None


def _wanted_by(conditions: Sequence[Sequence[str]], newest: Newest) -> set[str]:
    """What each alternative of one of `conditions` wants first, directly or through others."""
    found: set[str] = set()
    for codes in conditions:
        each = [_all_before(code, newest) for code in codes]
        found |= set.intersection(*each) if each else set()
    return found


def _all_before(code: str, newest: Newest) -> set[str]:
    found: set[str] = set()
    waiting = [*_first_of(code, newest)]
    while waiting:
        before = waiting.pop()
        if before not in found:
            found.add(before)
            waiting += _first_of(before, newest)
    return found


def _first_of(code: str, newest: Newest) -> list[str]:
    item = newest.get(code)
    return [] if item is None else [first for c in item.preconditions for first in c.items]


def _listing(codes: Sequence[str]) -> str:
    return "、".join(codes[:4])
