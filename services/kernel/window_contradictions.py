"""Do windows' schedules and credit rules fit the organisations, items and topics they name."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TypeVar

from schemas.credit_facts import CreditEffect, CreditRule
from schemas.facts import Post
from schemas.window_facts import WindowSchedule
from services.kernel.actor import is_within
from services.kernel.bundle_contradictions import newest_items
from services.kernel.competence import RIGHTS
from services.kernel.decider import UnknownReference
from services.kernel.item_contradictions import Found
from services.kernel.reference_book import ReferenceBook
from services.kernel.way import way_of

VersionT = TypeVar("VersionT", WindowSchedule, CreditRule)


def contradictions_at_the_window(fact: WindowSchedule | CreditRule, book: ReferenceBook) -> Found:
    """Give what keeps people from booking or being served as booked, and what a credit rule
    names in vain or says in two ways."""
    match fact:
        case WindowSchedule():
            yield from _of_schedule(fact, book)
        case CreditRule():
            yield from _of_credit_rule(fact, book)


def _of_schedule(schedule: WindowSchedule, book: ReferenceBook) -> Found:
    same = [s for s in book.all_of(WindowSchedule) if s.organisation == schedule.organisation]
    yield from _succession(schedule, sorted(same, key=lambda s: s.version))
    try:
        organisation = book.organisation(schedule.organisation)
    except UnknownReference:
        what = f"没有该机构 unknown organisation: {schedule.organisation}"
        yield ("organisation",), what, "登记机构或改正路径 add it or mend the path"
        return
    longest = max(_minutes(s.closes) - _minutes(s.opens) for s in organisation.office_hours)
    if schedule.slot_minutes > longest:
        what = f"时段 {schedule.slot_minutes} 分钟，长于办公时间 a slot is longer than any shift"
        yield ("slot_minutes",), what, f"不超过 at most {longest}"
    if not any(_calls_at(post, schedule.organisation) for post in _posts(book)):
        what = f"{organisation.name} 无人值守 nobody sits at that window"
        yield ("organisation",), what, "设岗或撤销预约 give somebody a post or drop the window"
    yield from _items_of_schedule(schedule, book)


def _of_credit_rule(rule: CreditRule, book: ReferenceBook) -> Found:
    same = [r for r in book.all_of(CreditRule) if r.kind == rule.kind]
    yield from _succession(rule, sorted(same, key=lambda r: r.version))
    items, topics = newest_items(book), {topic.code for topic in book.topics()}
    for place, effect in enumerate(rule.effects):
        for number, code in enumerate(effect.items):
            if code not in items:
                what = f"没有该事项 unknown item: {code}"
                cure = "登记该事项或改正代码 add the item or mend the code"
                yield ("effects", place, "items", number), what, cure
        for number, code in enumerate(effect.topics):
            if code not in topics:
                what = f"没有该主题 unknown topic: {code}"
                cure = "登记该主题或改正代码 add the topic or mend the code"
                yield ("effects", place, "topics", number), what, cure
        if any(_same_aim(effect, before) for before in rule.effects[:place]):
            what = "同一对象两种措施 two measures for the same: whom, items and topics"
            yield ("effects", place), what, "只保留一处 keep one of them"


def _succession(fact: VersionT, versions: list[VersionT]) -> Found:
    for before, after in pairwise(versions):
        if after.version == fact.version and before.valid_from >= after.valid_from:
            what = f"施行日不晚于第 {before.version} 版 must be valid later than version before"
            yield ("valid_from",), what, "改正 valid_from mend valid_from"


def _items_of_schedule(schedule: WindowSchedule, book: ReferenceBook) -> Found:
    items, times = newest_items(book), Counter(schedule.items)
    for place, code in enumerate(schedule.items):
        item = items.get(code)
        if item is None:
            what = f"没有该事项 unknown item: {code}"
            yield ("items", place), what, "登记该事项或改正代码 add the item or mend the code"
            continue
        if times[code] > 1 and code not in schedule.items[:place]:
            what = f"事项重复 an item is named twice: {code}"
            yield ("items", place), what, "只保留一处 keep one of them"
        try:
            way = way_of(item, schedule.organisation, book)
        except UnknownReference:
            continue  # said where the organisation is named
        if way is None:
            what = f"{code} 不能从此窗口办理 cannot be handled from that window"
            yield ("items", place), what, "删去该事项 drop the item"


def _calls_at(post: Post, organisation: str) -> bool:
    return post.role in RIGHTS["appointments.call"] and is_within(organisation, post.organisation)


def _posts(book: ReferenceBook) -> list[Post]:
    return [post for officer in book.officers() for post in officer.posts]


def _same_aim(effect: CreditEffect, other: CreditEffect) -> bool:
    return (effect.of, set(effect.items), set(effect.topics)) == (
        other.of,
        set(other.items),
        set(other.topics),
    )


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])
