"""Does a county's reference data hold together: what contradicts what, and the cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from schemas.credit_facts import CreditRule
from schemas.facts import Account, Item, NegativeList, Officer, Organisation, Topic
from schemas.values import Channel, Role
from schemas.window_facts import WindowSchedule
from services.kernel.authority_contradictions import contradictions_of_authority
from services.kernel.bundle_contradictions import (
    contradictions_of_list,
    contradictions_of_topic,
    newest_items,
)
from services.kernel.calendar import YearFile
from services.kernel.competence import RIGHTS
from services.kernel.decider import UnknownReference
from services.kernel.item_contradictions import Field, Found, contradictions_in
from services.kernel.officer_contradictions import contradictions_of_officer, warrants_run_out
from services.kernel.organisation_contradictions import (
    OWN_DIGITS,
    contradictions_of_organisation,
    named_after_closing,
)
from services.kernel.precondition_contradictions import (
    contradictions_of_preconditions,
    idle_preconditions,
)
from services.kernel.reference_book import Fact, ReferenceBook, fact_key
from services.kernel.route_shapes import LEVELS, stages_of, unfit
from services.kernel.seal_contradictions import contradictions_of_seals
from services.kernel.succession import heir, is_closed
from services.kernel.way import way_of
from services.kernel.window_contradictions import contradictions_at_the_window

_CLOSING: Final = "review.decide"
"""What every role of a step must be allowed to."""
INTAKE: Final[dict[Channel, Role]] = {
    "village": "village_clerk",
    "kiosk": "village_clerk",
    "township": "township_clerk",
}
"""Channel → who must sit there; papers for the county may go to any department clerk."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing wrong; zh-CN first, en beside it."""

    where: str
    """Key of the fact, `item/felling-permit/1`."""
    field: Field
    """Way to the field inside the fact, `("steps", 0, "role")`; empty for the whole of it."""
    what: str
    cure: str
    blocking: bool = True
    """False where the data may be used all the same."""


def check_catalogue(
    facts: Sequence[Fact], year: int | None = None, today: date | None = None
) -> list[Contradiction]:
    """Give every contradiction in a county's facts, in their order; empty where all is well.

    `year`: the one in which the county lives; that its calendar is missing is not blocking, for
    deadlines are provisional then. `today`, local: what is abolished by then needs nobody.
    """
    county = _County(facts, today)
    found = list(_twice(facts))
    for fact in facts:
        found += [
            Contradiction(fact_key(fact), field, what, cure)
            for field, what, cure in _wrong_with(fact, county)
        ]
        if not isinstance(fact, Item) or county.newest[fact.code].version == fact.version:
            named = named_after_closing(fact, county.book, today)
            idle = idle_preconditions(fact, county.newest) if isinstance(fact, Item) else ()
            found += [Contradiction(fact_key(fact), *note) for note in (*named, *idle)]
        if isinstance(fact, Officer):
            run_out = warrants_run_out(fact, today)
            found += [Contradiction(fact_key(fact), *note) for note in run_out]
    return [*found, *_county_as_a_whole(county), *_calendar(county, year)]


class _County:
    def __init__(self, facts: Sequence[Fact], today: date | None) -> None:
        self.book = ReferenceBook(facts)
        self.today = today or date.min
        self.newest = newest_items(self.book)
        self.organisations = {o.path: o for o in self.book.organisations()}
        self.officers = self.book.officers()
        self.years = sorted({f.year for f in facts if isinstance(f, YearFile)})
        self._posts = {(p.role, p.organisation) for o in self.officers for p in o.posts}
        self.divisions = Counter(
            o.division for o in self.organisations.values() if o.kind in OWN_DIGITS
        )

    def held(self, role: Role, path: str) -> bool:
        """Whether somebody may act as `role` at `path`, as `competence.holds` reckons; of what is
        abolished by now, at its successor."""
        path = heir(path, self.today, self.organisations.get)
        while path and (role, path) not in self._posts:
            path = path.rpartition("/")[0]
        return bool(path)

    def former(self, item: Item) -> Item | None:
        """The version before; None of the first."""
        before = (i for i in self.book.items() if i.code == item.code and i.version < item.version)
        return max(before, key=lambda i: i.version, default=None)

    def of_kind(self, kind: str) -> list[str]:
        there = (o for o in self.organisations.values() if not is_closed(o, self.today))
        return [o.path for o in there if o.kind == kind]


def _twice(facts: Sequence[Fact]) -> Iterator[Contradiction]:
    for key, count in Counter(map(fact_key, facts)).items():
        if count > 1:
            yield Contradiction(
                key, (), f"重复 {count} 次 named {count} times", "只保留一处 keep one of them"
            )


def _wrong_with(fact: Fact, county: _County) -> Found:
    match fact:
        case Item():
            for rule in (_limits, _steps, _shape, _papers, _ways):
                yield from rule(fact, county)
            if county.newest[fact.code].version == fact.version:
                yield from contradictions_in(fact)
                yield from contradictions_of_preconditions(fact, county.newest)
                yield from contradictions_of_authority(fact, county.former(fact))
        case Topic():
            yield from contradictions_of_topic(fact, county.book)
        case NegativeList():
            yield from contradictions_of_list(fact, county.book)
        case Organisation():
            yield from contradictions_of_organisation(fact, county.organisations, county.divisions)
            yield from contradictions_of_seals(fact, county.book, county.today)
        case Officer():
            yield from _officer(fact, county)
        case WindowSchedule() | CreditRule():
            yield from contradictions_at_the_window(fact, county.book)
        case Account():
            yield from _account(fact, county)
        case YearFile():
            return


def _limits(item: Item, county: _County) -> Found:
    legal, promised = item.legal, item.promised
    unit = "working_minutes" if item.kind == "instant" else "working_days"
    wrong_unit = f"{item.kind} 事项的时限应以 {unit} 计 limits of such items are in {unit}"
    for name, limit in (("legal", legal), ("promised", promised)):
        if limit.unit != unit:
            yield (name, "unit"), wrong_unit, f"改为 write {unit}"
    for place, step in enumerate(item.steps):
        if step.limit.unit != unit:
            yield ("steps", place, "limit"), wrong_unit, f"改为 write {unit}"
    if legal.unit == promised.unit and promised.limit > legal.limit:
        what = f"承诺期限 {promised.limit} 长于法定期限 {legal.limit} promised is longer than legal"
        yield ("promised", "limit"), what, "缩短承诺期限 promise less"
    longest = sum(max(s.limit.limit for s in stage) for stage in stages_of(item))
    if longest > promised.limit and all(s.limit.unit == promised.unit for s in item.steps):
        what = f"各环节合计 {longest} 超过承诺 {promised.limit} steps take longer than promised"
        yield ("steps",), what, "缩短环节或放宽承诺 shorten steps or promise more"


def _steps(item: Item, county: _County) -> Found:
    stages = sorted({s.stage for s in item.steps})
    if stages != list(range(1, len(stages) + 1)):
        what = f"阶段应从 1 起连续，现为 {stages} stages must be 1, 2, 3 without gaps"
        yield ("steps",), what, "重新编号 number them anew"
    deciding = [s for s in item.steps if s.duty == "decide"]
    if len(deciding) != 1 or stages_of(item)[-1] != deciding:
        what = "最后阶段应只有一个决定环节 exactly one deciding step, alone in the last stage"
        yield ("steps",), what, "其余环节改为 forward 或 opinion make the others forward or opinion"
    if item.department not in county.organisations:
        what = f"没有该机构 unknown organisation: {item.department}"
        yield ("department",), what, "在 organisations.yaml 登记 add it to organisations.yaml"
    for place, step in enumerate(item.steps):
        if step.role not in RIGHTS[_CLOSING]:
            what = f"该岗位不办理环节 a role that closes no step: {step.role}"
            yield ("steps", place, "role"), what, "改为审批岗 name one that may close it"
        for path in county.of_kind(step.at) if step.at in LEVELS else [step.at]:
            if path not in county.organisations:
                what = f"没有该机构 unknown organisation: {path}"
                yield ("steps", place, "at"), what, "登记机构或改正路径 add it or mend the path"
            elif not county.held(step.role, path):
                what = f"{path} 无人担任 nobody there holds {step.role}"
                yield (
                    ("steps", place, "role"),
                    what,
                    "设岗或改角色 give the post or change the role",
                )


def _shape(item: Item, county: _County) -> Found:
    if (expected := unfit(item)) is not None:
        what = f"环节与流程类型 {item.shape} 不符，应为：{expected} steps do not make that shape"
        yield ("shape",), what, "改流程类型或环节 change the shape or the steps"


def _papers(item: Item, county: _County) -> Found:
    codes = Counter(m.code for m in item.materials)
    for place, material in enumerate(item.materials):
        if codes[material.code] > 1:
            what = f"材料代码重复 two materials with one code: {material.code}"
            yield ("materials", place, "code"), what, "换一个代码 choose another code"
    if len(set(item.channels)) != len(item.channels):
        yield ("channels",), "渠道重复 a channel is named twice", "只保留一个 keep one"


def _ways(item: Item, county: _County) -> Found:
    """Whether it can be handled from wherever it may be handed in, and somebody sits there."""
    entrances: dict[Channel, list[str]] = {
        "village": county.of_kind("village"),
        "kiosk": county.of_kind("village"),
        "township": county.of_kind("township"),
        "county": [item.department],
    }
    for place, channel in enumerate(item.channels):
        for path in entrances.get(channel, ()):
            try:
                way = way_of(item, path, county.book)
            except UnknownReference:
                continue  # said where the organisation is named
            if way is None:
                what = f"从 {path} 受理则无法办理 cannot be handled from there"
                yield ("channels", place), what, f"去掉渠道或改环节 drop {channel} or change steps"
            elif not county.held(INTAKE.get(channel, "department_clerk"), path):
                what = f"{path} 无人受理 nobody may accept there"
                yield ("channels", place), what, "设受理岗 give somebody the clerk's post"


def _officer(officer: Officer, county: _County) -> Found:
    stand_in = county.book.officer(officer.stand_in) if officer.stand_in else None
    yield from contradictions_of_officer(officer, county.organisations, stand_in)


def _account(account: Account, county: _County) -> Found:
    if county.book.officer(account.officer_id) is None:
        what = f"账号没有对应人员 account without officer: {account.officer_id}"
        yield ("officer_id",), what, "登记该人员或删除账号 add the officer or drop the account"
    if not account.password_hash.startswith("$argon2id$"):
        what = "口令不是 Argon2id 散列 password is not an Argon2id hash"
        yield ("password_hash",), what, "改填散列值 write the hash, never the password"


def _county_as_a_whole(county: _County) -> Iterator[Contradiction]:
    for organisation in county.organisations.values():
        for role in _NEEDED.get(organisation.kind, ()):
            if not county.held(role, organisation.path):
                what = f"{organisation.name} 无人担任 nobody holds {role} there"
                key, cure = fact_key(organisation), "在 officers.yaml 设岗 give somebody the post"
                yield Contradiction(key, (), what, cure)
    yield from _successions(county.book)


def _successions(book: ReferenceBook) -> Iterator[Contradiction]:
    versioned: list[Sequence[Item | Topic | NegativeList]] = [
        book.items(),
        book.topics(),
        book.negative_lists(),
    ]
    for before, after in (pair for facts in versioned for pair in pairwise(facts)):
        same = fact_key(before).rpartition("/")[0] == fact_key(after).rpartition("/")[0]
        if same and before.valid_from >= after.valid_from:
            what = f"施行日不晚于第 {before.version} 版 must be valid later than version before"
            cure = "改正 valid_from mend valid_from"
            yield Contradiction(fact_key(after), ("valid_from",), what, cure)


def _calendar(county: _County, year: int | None) -> Iterator[Contradiction]:
    if not county.years:
        what = "没有任何年度日历 no calendar at all"
        yield Contradiction("calendar", (), what, "加入 calendar/年份.yaml add a year file")
        return
    for missing in sorted(set(range(county.years[0], county.years[-1])) - set(county.years)):
        what = f"缺 {missing} 年日历 no calendar between the first and the last year"
        yield Contradiction("calendar", (), what, f"加入 add calendar/{missing}.yaml")
    if year is not None and year not in county.years:
        what = f"缺 {year} 年日历，期限均为暂定 no calendar for {year}: deadlines are provisional"
        cure = f"通知发布后加入 add calendar/{year}.yaml once the notice is out"
        yield Contradiction("calendar", (), what, cure, blocking=False)


_NEEDED: Final[dict[str, tuple[Role, ...]]] = {
    "village": ("village_clerk",),
    "township": ("township_clerk", "township_approver"),
    "department": ("department_reviewer",),
    "supervision_office": ("inspector",),
}
