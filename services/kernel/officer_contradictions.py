"""Contradictions of an officer: id, where the posts are, by which warrant, and who stands in."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date
from typing import Final

from schemas.facts import Officer
from services.kernel.actor import SYSTEM
from services.kernel.item_contradictions import Found
from services.kernel.organisation_contradictions import Note

RESERVED: Final = frozenset({SYSTEM, "applicant"})
"""Ids that stand for those who are no officers: `system` may do what no officer may."""


def contradictions_of_officer(
    officer: Officer, organisations: Container[str], stand_in: Officer | None
) -> Found:
    """Give what is wrong with `officer`; `organisations` by path, `stand_in` as known under the id
    that the officer names."""
    if officer.officer_id in RESERVED:
        what = f"保留的编号，不能用作人员编号 reserved, names no officer: {officer.officer_id}"
        yield ("officer_id",), what, "换一个编号 choose another id"
    if officer.organisation not in organisations:
        what = f"没有该机构 unknown organisation: {officer.organisation}"
        yield ("organisation",), what, "登记机构或改正路径 add it or mend the path"
    for place, post in enumerate(officer.posts):
        if post.organisation not in organisations:
            what = f"没有该机构 unknown organisation: {post.organisation}"
            yield ("posts", place), what, "登记机构或改正路径 add it or mend the path"
        if (
            (warrant := post.warrant) is not None
            and warrant.valid_until is not None
            and warrant.valid_until < warrant.valid_from
        ):
            what = f"授权止日早于起日 the warrant ends before it begins: {warrant.number}"
            yield ("posts", place, "warrant"), what, "改正日期 mend the days"
    if officer.stand_in is not None and (
        stand_in is None
        or stand_in.officer_id == officer.officer_id
        or stand_in.organisation != officer.organisation
    ):
        what = f"顶岗人不是本机构的其他人员 no colleague: {officer.stand_in}"
        yield ("stand_in",), what, "改为本机构的同事 name a colleague of the same organisation"


def warrants_run_out(officer: Officer, today: date | None) -> Iterator[Note]:
    """Give the posts of `officer` that give no rights any more on `today`."""
    for place, post in enumerate(officer.posts):
        until = None if post.warrant is None else post.warrant.valid_until
        if today is not None and until is not None and until < today:
            what = f"授权已于 {until} 到期，{post.role} 岗不再生效 the warrant has run out"
            yield ("posts", place, "warrant"), what, "续期或撤岗 renew it or drop the post", False
