"""A small county to test with: every field is filled, a test writes only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from schemas.credit_facts import CreditRule
from schemas.envelope import Envelope
from schemas.events.base import Event
from schemas.facts import Item, Officer, Organisation, Post
from schemas.values import Material, Role, Term
from schemas.window_facts import WindowSchedule
from services.kernel.actor import SYSTEM, Actor, Held
from services.kernel.calendar import ZONE, Calendar
from services.kernel.decider import UnknownReference
from tests.support.published_calendars import (
    AMENDED,
    CALENDAR,
    amended_calendar,
    published_calendar,
)

CASE: Final = "01942a3b-0000-7000-8000-000000000001"
APPLICANT: Final = "p-0123456789abcdef01234567"

COUNTY: Final = "/qingyun"
TOWNSHIP: Final = "/qingyun/t-heping"
VILLAGE: Final = "/qingyun/t-heping/v-dongping"
OTHER_VILLAGE: Final = "/qingyun/t-anle/v-xiping"
LAND: Final = "/qingyun/d-land"
WATER: Final = "/qingyun/d-water"
FORESTRY: Final = "/qingyun/d-forestry"
HOUSING: Final = "/qingyun/d-housing"
HALL: Final = "/qingyun/c-hall"

_KINDS: Final = {
    COUNTY: "county",
    TOWNSHIP: "township",
    VILLAGE: "village",
    "/qingyun/t-anle": "township",
    OTHER_VILLAGE: "village",
    LAND: "department",
    WATER: "department",
    FORESTRY: "department",
    HOUSING: "department",
    "/qingyun/d-land/u-plots": "department",
    HALL: "service_centre",
    "/other": "county",
    "/other/v-far": "village",
}


def at(text: str) -> datetime:
    """Give the instant of a local time, `2025-03-03 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


MONDAY: Final = at("2025-03-03 09:00")
"""A plain working day; no holiday within the next twenty working days."""


def organisation(path: str = VILLAGE, **changes: Any) -> Organisation:
    """Give one organisation of the county."""
    return Organisation.model_validate(
        {
            "path": path,
            "name": f"机构{path.rpartition('/')[2]}",
            "name_en": path,
            "kind": _KINDS[path],
            "division": "410322105207",
            "office_hours": [
                {"opens": "08:30", "closes": "12:00"},
                {"opens": "14:00", "closes": "17:30"},
            ],
            **changes,
        }
    )


def step(stage: int, at_level: str, duty: str, role: Role, **changes: Any) -> dict[str, Any]:
    """Give one step of an item."""
    limit = {"limit": 3, "unit": "working_days"}
    title = f"{at_level} {duty}"
    found = {"stage": stage, "title": title, "at": at_level, "duty": duty, "role": role}
    return {**found, "limit": limit, **changes}


STEPS: Final[dict[str, list[dict[str, Any]]]] = {
    "village_decides": [step(1, "village", "decide", "village_clerk")],
    "township_decides": [step(1, "township", "decide", "township_approver")],
    "township_forwards": [
        step(1, "township", "forward", "township_approver"),
        step(2, FORESTRY, "decide", "chief_representative"),
    ],
    "straight_to_county": [step(1, LAND, "decide", "department_reviewer")],
    "joint": [
        step(1, LAND, "opinion", "department_reviewer"),
        step(1, WATER, "opinion", "department_reviewer"),
        step(1, FORESTRY, "opinion", "department_reviewer"),
        step(2, HOUSING, "decide", "joint_convener"),
    ],
}
"""The five shapes of a route."""

DEPARTMENTS: Final = {"township_forwards": FORESTRY, "straight_to_county": LAND}


def item(shape: str = "township_decides", **changes: Any) -> Item:
    """Give an item of one shape; its code is the shape with hyphens."""
    return Item.model_validate(
        {
            "code": shape.replace("_", "-"),
            "version": 1,
            "valid_from": date(2025, 1, 1),
            "name": "农村宅基地审批",
            "name_en": "Rural house plot",
            "department": DEPARTMENTS.get(shape, HOUSING),
            "subject": "person",
            "kind": "commitment",
            "shape": shape,
            "channels": ["village", "township", "county", "online"],
            "legal": {"limit": 20, "unit": "working_days"},
            "promised": {"limit": 10, "unit": "working_days"},
            "materials": [
                {"code": "identity", "name": "身份证", "form": "original"},
                {"code": "consent", "name": "四邻意见", "form": "copy", "count": 2},
                {"code": "sketch", "name": "示意图", "form": "copy", "required": False},
            ],
            "steps": STEPS[shape],
            "legal_basis": "《土地管理法》第六十二条",
            **changes,
        }
    )


def schedule(path: str = VILLAGE, **changes: Any) -> WindowSchedule:
    """Give the slots of a window: half hours, two places each, a week ahead."""
    no_show = {"grace_minutes": 15, "limit": 3, "within_days": 30}
    return WindowSchedule.model_validate(
        {
            "organisation": path,
            "version": 1,
            "valid_from": date(2025, 1, 1),
            "slot_minutes": 30,
            "capacity": 2,
            "days_ahead": 7,
            "no_show": no_show,
            "source": "本县自定",
            **changes,
        }
    )


def credit_rule(kind: str = "false-papers", **changes: Any) -> CreditRule:
    """Give what a kind of restriction does: here, it blocks whoever applies."""
    return CreditRule.model_validate(
        {
            "kind": kind,
            "version": 1,
            "valid_from": date(2025, 1, 1),
            "name": "提供虚假材料",
            "name_en": "False papers",
            "effects": [{"of": "applicant", "restraint": "block"}],
            "longest_days": 730,
            "ask": "县信用窗口",
            "source": "本县自定",
            **changes,
        }
    )


@dataclass(frozen=True)
class County:
    """Reference facts in memory; the contract of `services.kernel.decider.Reference`."""

    items: Mapping[tuple[str, int], Item]
    organisations: Mapping[str, Organisation]
    calendars: Mapping[str, Calendar]
    officers: Mapping[str, Officer] = field(default_factory=dict)
    rules: tuple[WindowSchedule | CreditRule, ...] = ()

    def item(self, code: str, version: int) -> Item:
        """Give the item, or raise `UnknownReference`."""
        if (found := self.items.get((code, version))) is None:
            raise UnknownReference("item", f"{code}/{version}")
        return found

    def organisation(self, path: str) -> Organisation:
        """Give the organisation, or raise `UnknownReference`."""
        if (found := self.organisations.get(path)) is None:
            raise UnknownReference("organisation", path)
        return found

    def officer(self, officer_id: str) -> Officer | None:
        """Give the officer; None where there is none."""
        return self.officers.get(officer_id)

    def calendar(self, version: str) -> Calendar:
        """Give the calendar, or raise `UnknownReference`."""
        if (found := self.calendars.get(version)) is None:
            raise UnknownReference("calendar", version)
        return found

    def window_schedule(self, organisation: str, version: int) -> WindowSchedule:
        """Give the schedule, or raise `UnknownReference`."""
        wanted = (organisation, version)
        for rule in self.rules:
            if isinstance(rule, WindowSchedule) and (rule.organisation, rule.version) == wanted:
                return rule
        raise UnknownReference("window-schedule", f"{organisation}/{version}")

    def credit_rule(self, kind: str, version: int) -> CreditRule:
        """Give the rule, or raise `UnknownReference`."""
        for rule in self.rules:
            if isinstance(rule, CreditRule) and (rule.kind, rule.version) == (kind, version):
                return rule
        raise UnknownReference("credit-rule", f"{kind}/{version}")


def _of_staff(officer_id: str, path: str, role: Role, stand_in: str | None = None) -> Officer:
    posts = (Post(organisation=path, role=role),)
    return Officer(
        officer_id=officer_id, name="甲", organisation=path, posts=posts, stand_in=stand_in
    )


LAND_UNIT: Final = "/qingyun/d-land/u-plots"
"""An office of the department."""
STAFF: Final = (
    _of_staff("o-li", VILLAGE, "village_clerk"),
    _of_staff("o-wang", TOWNSHIP, "township_approver", stand_in="o-xu"),
    _of_staff("o-wu", TOWNSHIP, "township_approver"),
    _of_staff("o-xu", TOWNSHIP, "township_clerk"),
    _of_staff("o-lin", FORESTRY, "chief_representative"),
    _of_staff("o-land", LAND, "department_reviewer"),
    _of_staff("o-plots", LAND_UNIT, "department_reviewer"),
    _of_staff("o-zhao", HOUSING, "joint_convener"),
    _of_staff("o-sun", HOUSING, "department_clerk"),
)
"""Officers whom an act may name."""


def county(*facts: Item | Organisation | WindowSchedule | CreditRule) -> County:
    """Give the county with one item of each shape, a window in the village and one credit rule;
    `facts` replace those of their code and version."""
    items = (*map(item, STEPS), *(f for f in facts if isinstance(f, Item)))
    known = {(i.code, i.version): i for i in items}
    places = {path: organisation(path) for path in _KINDS}
    places |= {f.path: f for f in facts if isinstance(f, Organisation)}
    staff = {officer.officer_id: officer for officer in STAFF}
    calendars = {CALENDAR: published_calendar(), AMENDED: amended_calendar()}
    rules = tuple(f for f in facts if isinstance(f, WindowSchedule | CreditRule))
    return County(known, places, calendars, staff, (*rules, schedule(), credit_rule()))


def officer(role: Role, path: str = VILLAGE, officer_id: str = "o-li") -> Actor:
    """Give an officer with one post."""
    return Actor(officer_id, path, (Held(path, role),))


def system(path: str = VILLAGE) -> Actor:
    """Give a service that reacts."""
    return Actor(SYSTEM, path)


def term(
    limit: int = 20, due: str = "2025-03-31 17:30", started: datetime = MONDAY, **changes: Any
) -> Term:
    """Give a term whose due date the test has reckoned by hand."""
    written = {"limit": limit, "unit": "working_days", "started_at": started, "due_at": at(due)}
    written |= {"provisional": False, "calendar_version": CALENDAR}
    return Term.model_validate({**written, **changes})


PAPERS: Final = (
    Material(code="identity", form="original"),
    Material(code="consent", form="copy", count=2),
)
"""All that the items ask for."""


def later(minutes: int = 1) -> datetime:
    """Give an instant so many minutes after `MONDAY`."""
    return MONDAY + timedelta(minutes=minutes)


def envelope(event: Event, occurred_at: datetime = MONDAY) -> Envelope[Event]:
    """Give `event` as it stands on the log."""
    return Envelope(
        event_id="01942a3b-0000-5000-8000-0000000000e1",
        key=CASE,
        sequence=1,
        occurred_at=occurred_at,
        source=VILLAGE,
        actor="o-li",
        causation_id="01942a3b-0000-4000-8000-0000000000c1",
        correlation_id="01942a3b-0000-4000-8000-0000000000c1",
        event=event,
    )
