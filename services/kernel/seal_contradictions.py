"""Contradictions of an organisation's seals: days that do not fit, keepers who are not there."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Final

from schemas.facts import Organisation
from schemas.seal_facts import Seal
from services.kernel.actor import is_within
from services.kernel.decider import Reference
from services.kernel.item_contradictions import Found
from services.kernel.succession import is_closed

_LAST: Final = date.max


def contradictions_of_seals(organisation: Organisation, facts: Reference, today: date) -> Found:
    """Give what is wrong with the seals of `organisation`. Whoever kept one that
    is out of use by `today`, or of what is abolished by then, may be gone."""
    abolished = is_closed(organisation, today)
    for place, seal in enumerate(organisation.seals):
        field = ("seals", place)
        if seal.valid_until is not None and seal.valid_until < seal.valid_from:
            what = "停用早于启用 its last day is before its first"
            yield (*field, "valid_until"), what, "改正日期 mend the days"
        if abolished or (seal.valid_until or _LAST) < today:
            continue
        keeper = facts.officer(seal.keeper)
        if keeper is None:
            what = f"没有该人员 unknown officer: {seal.keeper}"
            yield (*field, "keeper"), what, "登记人员或改保管人 add the officer or name another"
        elif not any(is_within(organisation.path, post.organisation) for post in keeper.posts):
            what = f"保管人在本机构没有岗位 the keeper has no post there: {seal.keeper}"
            yield (*field, "keeper"), what, "设岗或改保管人 give the post or name another"
    for (_, first), (place, second) in combinations(enumerate(organisation.seals), 2):
        if first.code == second.code and _overlap(first, second):
            what = f"同一代码的两枚印章同时有效 two seals at once under one code: {first.code}"
            yield ("seals", place, "code"), what, "改代码或日期 mend the code or the days"


def _overlap(first: Seal, second: Seal) -> bool:
    return first.valid_from <= (second.valid_until or _LAST) and second.valid_from <= (
        first.valid_until or _LAST
    )
