"""Contradictions of an organisation: where it lies, and who does its work once it is abolished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final, TypeAlias

from schemas.facts import Item, Officer, Organisation
from services.kernel.item_contradictions import Field, Found
from services.kernel.reference_book import Fact, ReferenceBook
from services.kernel.succession import closed_among, is_closed

_ABOVE: Final = {
    "county": "",
    "township": "county",
    "village": "township",
    "department": "county",
    "service_centre": "county",
    "supervision_office": "county",
}
OWN_DIGITS: Final = {"county": (4, 6), "township": (6, 9), "village": (9, 12)}
"""Kinds that are divisions: which digits of the code are their own, with zeros after them. Bodies
that are none have the county's code."""
Note: TypeAlias = tuple[Field, str, str, bool]
"""Field, what, cure, and whether it blocks."""


def contradictions_of_organisation(
    organisation: Organisation, known: Mapping[str, Organisation], divisions: Counter[str]
) -> Found:
    """Give what is wrong with `organisation` among those `known`, by path; `divisions` counts who
    has which code of their own."""
    yield from _place(organisation, known, divisions)
    yield from _closing(organisation, known)


def _place(
    organisation: Organisation, known: Mapping[str, Organisation], divisions: Counter[str]
) -> Found:
    above = known.get(organisation.path.rpartition("/")[0])
    allowed = _ABOVE[organisation.kind]
    if (above.kind if above else "") != allowed:
        what = f"上级应为 {allowed or '无'} must lie directly below: {allowed or 'nothing'}"
        yield ("path",), what, "改正路径或类别 mend the path or the kind"
        return
    first, end = OWN_DIGITS.get(organisation.kind, (12, 12))
    division = organisation.division
    inherited = above.division[:first] if above else division[:first]
    own, rest = division[first:end], division[end:]
    if not division.startswith(inherited) or rest.strip("0") or (own and not own.strip("0")):
        what = f"区划代码与类别或上级不符 division code {division} does not fit kind and superior"
        cure = "县 6 位、乡 9 位、村 12 位，其余为 0 county 6, township 9 digits, then zeros"
        yield ("division",), what, cure
    elif own and divisions[division] > 1:
        yield ("division",), f"区划代码重复 used twice: {division}", "改正其一 mend one of them"
    times = [t for shift in organisation.office_hours for t in (shift.opens, shift.closes)]
    if any(before >= after for before, after in pairwise(times)):
        what = f"办公时间须递增且不重叠 office hours must rise and not overlap: {times}"
        yield ("office_hours",), what, "改正时间 mend the times"


def _closing(organisation: Organisation, known: Mapping[str, Organisation]) -> Found:
    """Give what is wrong with how `organisation` is abolished, or outlives the one above it."""
    closed_on, to = organisation.closed_on, organisation.successor
    above = known.get(organisation.path.rpartition("/")[0])
    if (
        above is not None
        and above.closed_on is not None
        and not is_closed(organisation, above.closed_on)
    ):
        what = f"上级 {above.path} 自 {above.closed_on} 起撤销 its superior is abolished then"
        yield ("closed_on",), what, "一并写明撤销日和承接机构 give it a day and a successor, too"
    if closed_on is None:
        if to is not None:
            what = "有承接机构而无撤销日 a successor, but no day"
            yield ("successor",), what, "写明 closed_on，或删去 add closed_on or drop it"
        return
    if to is None:
        what = "撤销而无承接机构，未结办件无人办理 abolished without successor"
        yield ("closed_on",), what, "写明 successor name who does its work"
        return
    heir = known.get(to)
    if heir is None:
        what = f"没有该机构 unknown organisation: {to}"
        yield ("successor",), what, "登记机构或改正路径 add it or mend the path"
    elif is_closed(heir, closed_on):
        what = f"承接机构届时已撤销 the successor is abolished by then: {to}"
        yield ("successor",), what, "改为届时存在的机构 name one that is there then"
    elif heir.kind != organisation.kind:
        what = f"承接机构类别不同 the successor is of another kind: {heir.kind}"
        yield ("successor",), what, f"改为同类机构 name another {organisation.kind}"


def named_after_closing(fact: Fact, book: ReferenceBook, today: date | None) -> Iterator[Note]:
    """Give where an officer, or the newest version of an item, names an organisation that is
    abolished on `today`; of an item that begins to hold after that day it blocks."""
    closed = closed_among(book.organisations())
    for field, path in _named_in(fact):
        if (gone := closed.get(path)) is None:
            continue
        if isinstance(fact, Item) and is_closed(gone, fact.valid_from):
            what = f"施行时该机构已撤销 abolished when it begins to hold: {path}"
            yield field, what, f"改为承接机构 name its successor {gone.successor}", True
        elif today is not None and is_closed(gone, today):
            what = f"该机构自 {gone.closed_on} 起撤销 abolished since then: {path}"
            yield field, what, f"改为承接机构 name its successor {gone.successor}", False


def _named_in(fact: Fact) -> Iterator[tuple[Field, str]]:
    match fact:
        case Item():
            yield ("department",), fact.department
            for place, step in enumerate(fact.steps):
                yield ("steps", place, "at"), step.at
        case Officer():
            yield ("organisation",), fact.organisation
            for place, post in enumerate(fact.posts):
                yield ("posts", place), post.organisation
        case _:
            return
