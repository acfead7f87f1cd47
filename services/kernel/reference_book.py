"""Reference facts in memory: what is in force, by version. Key of a fact: `kind/code/version`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.credit_facts import CreditRule
from schemas.facts import Account, Item, NegativeList, Officer, Organisation, Topic
from schemas.values import Channel
from schemas.window_facts import WindowSchedule
from services.kernel.calendar import Calendar, YearFile, calendar_from
from services.kernel.decider import UnknownReference

Fact: TypeAlias = (
    Item
    | Topic
    | NegativeList
    | Organisation
    | Officer
    | Account
    | YearFile
    | WindowSchedule
    | CreditRule
)
FactT = TypeVar("FactT", WindowSchedule, CreditRule)

KINDS: Final[Mapping[str, type[Fact]]] = {
    "organisation": Organisation,
    "officer": Officer,
    "account": Account,
    "calendar": YearFile,
    "item": Item,
    "topic": Topic,
    "negative-list": NegativeList,
    "window-schedule": WindowSchedule,
    "credit-rule": CreditRule,
}
"""In the order in which they are published: what is named comes before who names it."""
VERSIONED: Final = frozenset(
    {"item", "topic", "negative-list", "calendar", "window-schedule", "credit-rule"}
)
"""Kinds whose versions never change: an open case rests on the one that it was accepted under."""
NO_YEARS: Final = "none"


class UnreadableFact(ValueError):
    """A key or value that no form of fact fits; `reason` is stable, dotted, lower case."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


def fact_key(fact: Fact) -> str:
    """Give `item/felling-permit/1`, `topic/having-a-child/1`, `negative-list/village/1`,
    `calendar/2026/1`, `organisation/qingyun/t-heping/1`, `officer/o-001/1`,
    `account/town.approver/1`, `window-schedule/qingyun/t-heping/1`, `credit-rule/dishonesty/1`.

    Kinds that are not versioned always have version 1: a later content takes the place.
    """
    match fact:
        case Item():
            return f"item/{fact.code}/{fact.version}"
        case Topic():
            return f"topic/{fact.code}/{fact.version}"
        case NegativeList():
            return f"negative-list/{fact.channel}/{fact.version}"
        case YearFile():
            return f"calendar/{fact.year}/{fact.version}"
        case Organisation():
            return f"organisation{fact.path}/1"
        case Officer():
            return f"officer/{fact.officer_id}/1"
        case Account():
            return f"account/{fact.login}/1"
        case WindowSchedule():
            return f"window-schedule{fact.organisation}/{fact.version}"
        case CreditRule():
            return f"credit-rule/{fact.kind}/{fact.version}"


def kind_of(key: str) -> str:
    """Give the first part of a fact's key."""
    return key.partition("/")[0]


def encode_fact(fact: Fact) -> bytes:
    """Give the JSON of a fact; equal facts are equal bytes."""
    # Widened: pydantic's `model_dump_json` is the same for every member of the union.
    model: BaseModel = fact
    return model.model_dump_json().encode()


def decode_fact(key: str, value: bytes) -> Fact:
    """Read what `encode_fact` wrote under `fact_key`.

    Raises:
        UnreadableFact: `fact.unknown-kind`, `fact.malformed`, or `fact.key-differs`.
    """
    kind = KINDS.get(kind_of(key))
    if kind is None:
        raise UnreadableFact(key, "fact.unknown-kind")
    try:
        fact = kind.model_validate_json(value)
    except ValidationError as invalid:
        raise UnreadableFact(key, "fact.malformed") from invalid
    if fact_key(fact) != key:
        raise UnreadableFact(key, "fact.key-differs")
    return fact


class ReferenceBook:
    """All reference facts, looked up by version; implements `decider.Reference`.

    One writer; readers may be in other threads. Empty at the start.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._items: dict[tuple[str, int], Item] = {}
        self._topics: dict[tuple[str, int], Topic] = {}
        self._negative_lists: dict[tuple[Channel, int], NegativeList] = {}
        self._organisations: dict[str, Organisation] = {}
        self._officers: dict[str, Officer] = {}
        self._accounts: dict[str, Account] = {}
        self._years: dict[tuple[int, int], YearFile] = {}
        self._calendars: dict[str, Calendar] = {}
        self._by_key: dict[str, Fact] = {}
        self.add(*facts)

    def __len__(self) -> int:
        return len(self._by_key)

    def add(self, *facts: Fact) -> None:
        """Take on `facts`, each in place of what its key held."""
        for fact in facts:
            self.put(fact_key(fact), fact)

    def put(self, key: str, fact: Fact | None) -> None:
        """Take on one fact under its key; None takes it out. The same again changes nothing."""
        former = self._by_key.get(key)
        if fact is None:
            if former is not None:
                del self._by_key[key]
                self._take_out(former)
            return
        self._by_key[key] = fact
        match fact:
            case Item():
                self._items[fact.code, fact.version] = fact
            case Topic():
                self._topics[fact.code, fact.version] = fact
            case NegativeList():
                self._negative_lists[fact.channel, fact.version] = fact
            case Organisation():
                self._organisations[fact.path] = fact
            case Officer():
                self._officers[fact.officer_id] = fact
            case Account():
                self._accounts[fact.login] = fact
            case YearFile():
                self._years[fact.year, fact.version] = fact
                if fact != former:
                    self._calendars = {}

    def replace(self, facts: Mapping[str, Fact]) -> None:
        """Hold exactly `facts`, by key."""
        for key in self._by_key.keys() - facts.keys():
            self.put(key, None)
        for key, fact in facts.items():
            self.put(key, fact)

    def item(self, code: str, version: int) -> Item:
        """Give one version of an item. Raises `UnknownReference`."""
        found = self._items.get((code, version))
        if found is None:
            raise UnknownReference("item", f"{code}/{version}")
        return found

    def current_item(self, code: str, on: date) -> Item | None:
        """Give the highest version valid on `on`, county date; None where there is none."""
        items = self._items.copy().values()
        valid = [i for i in items if i.code == code and i.valid_from <= on]
        return max(valid, key=lambda item: item.version, default=None)

    def items(self) -> tuple[Item, ...]:
        """Give all versions of all items, by code and version."""
        return tuple(sorted(self._items.copy().values(), key=lambda i: (i.code, i.version)))

    def current_topic(self, code: str, on: date) -> Topic | None:
        """Give the highest version valid on `on`, county date; None where there is none."""
        valid = [t for t in self.topics() if t.code == code and t.valid_from <= on]
        return max(valid, key=lambda topic: topic.version, default=None)

    def topics(self) -> tuple[Topic, ...]:
        """Give all versions of all topics, by code and version."""
        return tuple(sorted(self._topics.copy().values(), key=lambda t: (t.code, t.version)))

    def current_negative_list(self, channel: Channel, on: date) -> NegativeList | None:
        """Give the highest version valid on `on`, county date; None where there is none."""
        lists = [n for n in self.negative_lists() if n.channel == channel and n.valid_from <= on]
        return max(lists, key=lambda found: found.version, default=None)

    def negative_lists(self) -> tuple[NegativeList, ...]:
        """Give all versions of all negative lists, by channel and version."""
        lists = self._negative_lists.copy().values()
        return tuple(sorted(lists, key=lambda n: (n.channel, n.version)))

    def organisation(self, path: str) -> Organisation:
        """Give an organisation. Raises `UnknownReference`."""
        found = self._organisations.get(path)
        if found is None:
            raise UnknownReference("organisation", path)
        return found

    def organisations(self) -> tuple[Organisation, ...]:
        """Give all organisations, by path: each after the one above it."""
        return tuple(sorted(self._organisations.copy().values(), key=lambda o: o.path))

    def officer(self, officer_id: str) -> Officer | None:
        """Give an officer; None where unknown or retired."""
        return self._officers.get(officer_id)

    def officers(self) -> tuple[Officer, ...]:
        """Give all officers, by id."""
        return tuple(sorted(self._officers.copy().values(), key=lambda o: o.officer_id))

    def account(self, login: str) -> Account | None:
        """Give the account of a login; None where there is none."""
        return self._accounts.get(login)

    def window_schedule(self, organisation: str, version: int) -> WindowSchedule:
        """Give one version of the slots of a window. Raises `UnknownReference`."""
        found = self._by_key.get(f"window-schedule{organisation}/{version}")
        if not isinstance(found, WindowSchedule):
            raise UnknownReference("window-schedule", f"{organisation}/{version}")
        return found

    def credit_rule(self, kind: str, version: int) -> CreditRule:
        """Give one version of what a kind of restriction does. Raises `UnknownReference`."""
        found = self._by_key.get(f"credit-rule/{kind}/{version}")
        if not isinstance(found, CreditRule):
            raise UnknownReference("credit-rule", f"{kind}/{version}")
        return found

    def all_of(self, kind: type[FactT]) -> tuple[FactT, ...]:
        """Give all facts of one kind, by key as text."""
        return tuple(f for _, f in sorted(self._by_key.copy().items()) if isinstance(f, kind))

    def calendar(self, version: str) -> Calendar:
        """Give the calendar of that version; the same object again while its years stand.

        `none` is the calendar without years: weekends off, everything provisional.
        Raises `UnknownReference`.
        """
        built = self._calendars.get(version)
        if built is None:
            built = calendar_from(self._years_of(version))
            if built.version != version:
                raise UnknownReference("calendar", version)
            self._calendars = {**self._calendars, version: built}
        return built

    def current_calendar_version(self) -> str:
        """Give the version made of each year's latest file, `2024.1-2025.1-2026.2`, or `none`."""
        latest = dict(sorted(self._years.copy().keys()))
        return "-".join(f"{year}.{version}" for year, version in latest.items()) or NO_YEARS

    def _years_of(self, version: str) -> list[YearFile]:
        if version == NO_YEARS:
            return []
        try:
            parts = [part.split(".") for part in version.split("-")]
            # By year: a text that names one twice then differs from the version built.
            named = {int(year): int(number) for year, number in parts}
            return [self._years[file] for file in named.items()]
        except (ValueError, KeyError) as unknown:
            raise UnknownReference("calendar", version) from unknown

    def _take_out(self, former: Fact) -> None:
        match former:
            case Item():
                self._items.pop((former.code, former.version), None)
            case Topic():
                self._topics.pop((former.code, former.version), None)
            case NegativeList():
                self._negative_lists.pop((former.channel, former.version), None)
            case Organisation():
                self._organisations.pop(former.path, None)
            case Officer():
                self._officers.pop(former.officer_id, None)
            case Account():
                self._accounts.pop(former.login, None)
            case YearFile():
                self._years.pop((former.year, former.version), None)
                self._calendars = {}
