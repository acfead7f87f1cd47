"""Do topics and negative lists fit the items that they name."""

from __future__ import annotations

from collections import Counter
from typing import Final

from schemas.facts import Item, NegativeEntry, NegativeList, Topic
from schemas.values import Channel
from services.kernel.authority_contradictions import is_cancelled
from services.kernel.item_contradictions import Found
from services.kernel.reference_book import ReferenceBook

_FROM_AFAR: Final[tuple[Channel, ...]] = ("online", "kiosk")


def newest_items(book: ReferenceBook) -> dict[str, Item]:
    """Give the highest version of each item, by code, whether it is valid yet or not."""
    return {item.code: item for item in book.items()}


def contradictions_of_topic(topic: Topic, book: ReferenceBook) -> Found:
    """Give what keeps a topic from being handed in as one."""
    newest, times = newest_items(book), Counter(topic.items)
    last = max(t.version for t in book.topics() if t.code == topic.code)
    for place, code in enumerate(topic.items):
        if code not in newest:
            what = f"没有该事项 unknown item: {code}"
            yield ("items", place), what, "登记该事项或改正代码 add the item or mend the code"
        elif is_cancelled(newest[code]) and topic.version == last:
            what = f"事项已取消 the item is cancelled: {code}"
            yield ("items", place), what, "发布不含它的新版本 publish a version without it"
        if times[code] > 1 and code not in topic.items[:place]:
            what = f"事项重复 an item is named twice: {code}"
            yield ("items", place), what, "只保留一处 keep one of them"
    known = [newest[code] for code in topic.items if code in newest]
    if known and not set.intersection(*(set(item.channels) for item in known)):
        what = "没有共同的受理渠道 no channel accepts all of its items"
        yield ("items",), what, "增加渠道或分开办理 widen a channel or take an item out"
    for place, code in enumerate(topic.items):
        first = min((i.valid_from for i in book.items() if i.code == code), default=None)
        if first is not None and first > topic.valid_from:
            what = f"事项 {code} 自 {first} 才施行 its item is valid only from {first}"
            yield ("items", place), what, "推迟 valid_from begin later"


def contradictions_of_list(negative: NegativeList, book: ReferenceBook) -> Found:
    """Give what contradicts a negative list, in the newest version of it and of the items.

    Whatever may not be handed in at the village stands on its list; whatever stands there may not.
    """
    same = [n for n in book.negative_lists() if n.channel == negative.channel]
    if same and same[-1].version != negative.version:
        return
    newest = newest_items(book)
    times = Counter(entry.item for entry in negative.entries)
    for place, entry in enumerate(negative.entries):
        if times[entry.item] > 1 and place != _first(negative, entry):
            what = f"事项重复 an item is named twice: {entry.item}"
            yield ("entries", place), what, "只保留一处 keep one of them"
        item = newest.get(entry.item)
        if item is None:
            what = f"没有该事项 unknown item: {entry.item}"
            yield ("entries", place), what, "登记该事项或删去 add the item or drop the entry"
            continue
        for wrong in _handed_in_all_the_same(negative, entry, item):
            yield ("entries", place), *wrong
    for code, item in newest.items():
        if negative.channel not in item.channels and code not in times:
            what = (
                f"{code} 不在 {negative.channel} 受理，也不在负面清单 neither accepted nor listed"
            )
            yield (
                ("entries",),
                what,
                "放开渠道或列入并说明理由 accept it there, or list it with why",
            )


def _handed_in_all_the_same(
    negative: NegativeList, entry: NegativeEntry, item: Item
) -> list[tuple[str, str]]:
    found = []
    if negative.channel in item.channels:
        what = f"{item.code} 在负面清单，却仍在此受理 listed, yet accepted: {negative.channel}"
        found.append((what, "删去渠道或条目 drop the channel or the entry"))
    afar = [channel for channel in _FROM_AFAR if channel in item.channels]
    if entry.in_person and afar:
        what = f"{item.code} 须本人到场，却可从 {afar[0]} 提交 must come, yet may hand in from afar"
        found.append((what, "删去渠道或 in_person drop the channel or in_person"))
    if entry.in_person and not item.in_person:
        what = f"{item.code} 须本人到场，事项却未注明 must come, yet the item does not say so"
        found.append((what, "给事项加 in_person: true let the item say so"))
    if entry.in_person and "online" in item.deliveries:
        what = f"{item.code} 须本人到场，结果却可在线领取 must come, yet the result is online"
        found.append((what, "删去 online 领取 drop the delivery online"))
    return found


def _first(negative: NegativeList, entry: NegativeEntry) -> int:
    return next(n for n, e in enumerate(negative.entries) if e.item == entry.item)
