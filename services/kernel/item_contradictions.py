"""Does one item say one thing: its fees, procedures, papers, lists and result beside each other.

Looked for in the newest version of an item only: what was published is never changed, so a fault
of a former version is mended by the one after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from schemas.facts import Item
from services.kernel.route_shapes import LEVELS

Field: TypeAlias = tuple[str | int, ...]
Found: TypeAlias = Iterator[tuple[Field, str, str]]
"""Way to the field inside the fact, what is wrong, and the cure; zh-CN first, en beside it."""


def contradictions_in(item: Item) -> Found:
    """Give what contradicts itself inside one item; nothing where all is well."""
    for rule in _RULES:
        yield from rule(item)


def _named_once(item: Item) -> Found:
    lists: dict[str, Sequence[str]] = {
        "review_rules": [r.code for r in item.review_rules],
        "fees": [f.code for f in item.fees],
        "procedures": [p.procedure for p in item.procedures],
        "surveys": item.surveys,
        "deliveries": item.deliveries,
        "lists": item.lists,
        "accept_anywhere": item.accept_anywhere,
    }
    for field, codes in lists.items():
        times = Counter(codes)
        for place, code in enumerate(codes):
            if times[code] > 1 and code not in codes[:place]:
                what = f"{field} 中重复 named {times[code]} times: {code}"
                yield (field, place), what, "只保留一处 keep one of them"


def _clock_stops(item: Item) -> Found:
    allowed = {p.procedure for p in item.procedures}
    if item.surveys and "survey" not in allowed:
        what = "须现场勘查，却未列勘查程序 surveys are required, but no survey may stop the clock"
        yield ("surveys",), what, "在 procedures 加 survey add the procedure with its cap"
    if item.kind == "instant":
        for field, given in (("procedures", item.procedures), ("surveys", item.surveys)):
            if given:
                what = "即办件当场办结，不停时限 an instant item never waits for a procedure"
                yield (field,), what, "删去或改为承诺件 drop it or make it a commitment"


def _reported_up(item: Item) -> Found:
    if item.kind == "report_up" and item.external is None:
        what = "上报件未写上级期限 no limit for the city or province"
        yield ("kind",), what, "加 external add how long they may take"
    if item.external is None:
        return
    if item.kind != "report_up":
        what = f"不上报而有上级期限 not reported up, yet it has an external limit: {item.kind}"
        yield ("external",), what, "删去 external 或改为上报件 drop it or report it up"
    if item.external.unit != "working_days":
        what = "上级期限应以工作日计 the external limit is in working days"
        yield ("external", "unit"), what, "改为 write working_days"


def _money(item: Item) -> Found:
    listed = "fee" in item.lists
    if item.fees and not listed:
        what = "收费而不在收费清单 charges a fee, but is not on the fee list"
        yield ("lists",), what, "lists 加 fee，或不收费 add fee, or charge nothing"
    if listed and not item.fees:
        what = "在收费清单而无收费项目 on the fee list, but charges nothing"
        yield ("lists",), what, "删去 fee 或写明收费 drop fee or name what is charged"
    for place, fee in enumerate(item.fees):
        if fee.amount_fen == 0:
            what = f"收费为零 a fee of nothing: {fee.code}"
            yield ("fees", place, "amount_fen"), what, "不收费则删去 drop a fee that is not charged"


def _published_lists(item: Item) -> Found:
    named = set(item.lists)
    if {"power", "public_service"} <= named:
        what = "既是行政权力又是公共服务 both a power and a public service"
        yield ("lists",), what, "只列一张 keep one of the two"
    if ("power" in named) != ("responsibility" in named):
        what = "权力清单与责任清单须同列 a power has its responsibility, and the other way round"
        yield ("lists",), what, "power 与 responsibility 同列或同删 list both or neither"


def _result(item: Item) -> Found:
    if item.document and not item.deliveries:
        what = f"结果文书无领取方式 no way to get the result: {item.document.name}"
        yield ("document",), what, "写明 deliveries name the ways"
    if item.deliveries and not item.document:
        what = "有领取方式而无结果文书 ways to get a result that is not there"
        yield ("deliveries",), what, "写明 document 或删去 name the document or drop them"


def _papers_needed(item: Item) -> Found:
    for place, material in enumerate(item.materials):
        if material.required and material.when:
            what = f"必交而又限情形 always required, yet only when …: {material.code}"
            yield ("materials", place, "when"), what, "写 required: false write required: false"
        if not material.required and not material.when:
            what = f"未写何种情形须交 does not say when it is required: {material.code}"
            yield ("materials", place), what, "写明 when say when"


def _internal_checks(item: Item) -> Found:
    on_route = {step.at for step in item.steps}
    papers = {material.code for material in item.materials}
    for place, check in enumerate(item.internal_checks):
        if check.department in on_route:
            what = f"路线上的部门自会表态 it is on the route and says so there: {check.department}"
            yield ("internal_checks", place, "department"), what, "改为路线以外的部门 name another"
        if check.code in papers:
            what = f"既要申请人交又内部核查 asked of both applicant and office: {check.code}"
            yield ("internal_checks", place, "code"), what, "只留其一 keep one of the two"
        if item.kind == "instant":
            what = "即办件当场办结，来不及核查 an instant item leaves no time to ask"
            yield ("internal_checks", place), what, "改为承诺件或删去 drop it"


def _own_department(item: Item) -> Found:
    for place, step in enumerate(item.steps):
        if step.duty == "decide" and step.at not in LEVELS and step.at != item.department:
            what = f"决定机构不是责任机构 decided by another than {item.department}: {step.at}"
            yield ("steps", place, "at"), what, "改 department 或环节 change one of the two"


def _anywhere(item: Item) -> Found:
    for place, level in enumerate(item.accept_anywhere):
        if level not in item.channels:
            what = f"通办层级不在受理渠道中 no channel, so nothing is taken in there: {level}"
            yield ("accept_anywhere", place), what, "增加渠道或删去 widen channels or drop it"


_RULES: Final[tuple[Callable[[Item], Found], ...]] = (
    _named_once,
    _clock_stops,
    _reported_up,
    _money,
    _published_lists,
    _result,
    _papers_needed,
    _internal_checks,
    _own_department,
    _anywhere,
)
