"""服务指南: an item of the catalogue as a guide for those who want it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from schemas.facts import Item, ItemMaterial, ItemStep, Limit
from services.portal.guide_words import (
    AUTHORITY_CHANGE,
    CHANNEL,
    DELIVERY,
    GRADE,
    LEVEL,
    PROCEDURE,
    PUBLISHED_LIST,
    REMEDY,
    SUBJECT,
    SURVEY,
    span_of,
    yuan,
)
from services.portal.words import DUTY, FORM, KIND, ROLE, SHAPE

NameOf = Callable[[str], str]
"""Path of an organisation → what it is called."""


@dataclass(frozen=True, slots=True)
class FirstLine:
    """前置条件 in words."""

    items: tuple[tuple[str, str], ...]
    """Code and name of each item; the result of one is enough."""
    paper: str
    """Which shows it where the result is not known here."""
    basis: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """材料 in words."""

    name: str
    form: str
    """`原件 2 份`."""
    when: str
    """`必交`, or in which case."""
    reuse: str
    checks: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """环节 in words."""

    stage: int
    title: str
    place: str
    who: str
    limit: str


@dataclass(frozen=True, slots=True)
class Priced:
    """A fee or a special procedure: name, how much, by which right."""

    name: str
    most: str
    basis: str


@dataclass(frozen=True, slots=True)
class RiskLine:
    """廉政风险点 in words."""

    grade: str
    risk: str
    control: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that an item says of itself, in the order in which a villager asks."""

    code: str
    name: str
    name_en: str
    edition: str
    tips: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """Short facts, name and value."""
    preconditions: tuple[FirstLine, ...]
    """Empty: nothing has to come first."""
    materials: tuple[PaperLine, ...]
    steps: tuple[StepLine, ...]
    review_rules: tuple[str, ...]
    fees: tuple[Priced, ...]
    """Empty: nothing is charged."""
    procedures: tuple[Priced, ...]
    """Empty: the clock never stops."""
    risk_points: tuple[RiskLine, ...]
    legal_basis: tuple[str, ...]
    remedy: str = REMEDY


def guide_of(item: Item, name_of: NameOf, item_names: Mapping[str, str] | None = None) -> Guide:
    """Give the guide of one version of an item. `item_names`: of those that must come first, by
    code; the code where there is none."""
    return Guide(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        edition=f"第 {item.version} 版，自 {item.valid_from.isoformat()} 施行",
        tips=_lines(item.guide or ""),
        pairs=tuple(_pairs(item, name_of)),
        preconditions=tuple(_first(item, item_names or {})),
        materials=tuple(map(_paper, item.materials)),
        steps=tuple(step_line(s, name_of) for s in sorted(item.steps, key=lambda s: s.stage)),
        review_rules=tuple(rule.text for rule in item.review_rules),
        fees=fees_of(item),
        procedures=procedures_of(item),
        risk_points=tuple(RiskLine(GRADE[r.grade], r.risk, r.control) for r in item.risk_points),
        legal_basis=_lines(item.legal_basis),
    )


def fees_of(item: Item) -> tuple[Priced, ...]:
    """Give what is charged, each with the price of one unit."""
    return tuple(Priced(f.name, f"{yuan(f.amount_fen)}/{f.unit}", f.basis) for f in item.fees)


def procedures_of(item: Item) -> tuple[Priced, ...]:
    """Give the special procedures, each with its cap."""
    return tuple(
        Priced(PROCEDURE[p.procedure], f"至多 {p.cap} 个工作日", p.basis) for p in item.procedures
    )


def external_of(limit: Limit) -> str:
    """Say how long the city or province may take."""
    return f"{span_of(limit)}，只公开，不计入本县时限"


def step_line(step: ItemStep, name_of: NameOf) -> StepLine:
    """Give a step in words."""
    who = f"{ROLE[step.role]} · {DUTY[step.duty]}"
    return StepLine(step.stage, step.title, place_of(step, name_of), who, span_of(step.limit))


def place_of(step: ItemStep, name_of: NameOf) -> str:
    """Say where a step is done; a level is the one on the way of the case."""
    return LEVEL.get(step.at) or name_of(step.at)


def _pairs(item: Item, name_of: NameOf) -> Iterator[tuple[str, str]]:
    yield "主管部门", name_of(item.department)
    yield "办理对象", SUBJECT[item.subject]
    yield "办件类型", f"{KIND[item.kind]} · {SHAPE[item.shape]}"
    yield "哪里受理", "、".join(CHANNEL[channel] for channel in item.channels)
    if item.accept_anywhere:
        levels = "、".join(CHANNEL[level] for level in item.accept_anywhere)
        yield "异地代收", f"任一{levels}都可代收，由您所在地的机构办理"
    if item.in_person:
        yield "本人到场", "须本人到窗口，不能代办"
    if change := item.authority_change:
        yield "职权调整", f"{AUTHORITY_CHANGE[change.change]}（{change.document}）"
    yield "承诺期限", span_of(item.promised)
    yield "法定期限", span_of(item.legal)
    if item.external:
        yield "省市办理", external_of(item.external)
    if item.surveys:
        yield "须到现场", "、".join(SURVEY[survey] for survey in item.surveys)
    if item.internal_checks:
        names = "、".join(check.name for check in item.internal_checks)
        yield "不用交，由部门内部核查", names
    yield "收费", "见收费项目" if item.fees else "不收费"
    if item.document:
        months = item.document.valid_months
        valid = f"有效 {months} 个月" if months else "长期有效"
        yield "办理结果", f"{item.document.name}（{valid}）"
        yield "怎样领取", "、".join(DELIVERY[delivery] for delivery in item.deliveries)
    if item.lists:
        yield "列入清单", "、".join(PUBLISHED_LIST[name] for name in item.lists)


def _first(item: Item, names: Mapping[str, str]) -> Iterator[FirstLine]:
    papers = {material.code: material.name for material in item.materials}
    for condition in item.preconditions:
        items = tuple((code, names.get(code, code)) for code in condition.items)
        yield FirstLine(items, papers.get(condition.paper, condition.paper), condition.basis)


def _paper(material: ItemMaterial) -> PaperLine:
    return PaperLine(
        name=material.name,
        form=f"{FORM[material.form]} {material.count} 份",
        when="必交" if material.required else material.when or "有则交",
        reuse="可用以前交过的" if material.reusable else "",
        checks="；".join(material.checks),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
