"""Names for codes: items from the catalogue, organisations and officers as answers tell them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from services.portal import shown
from services.portal.apis import ApiProblem, Apis, ServiceAsked

FRESH_SECONDS: Final = 60.0
"""The catalogue changes on a day, not in a minute."""
RETRY_SECONDS: Final = 2.0
_PUBLIC: Final[tuple[tuple[ServiceAsked, str], ...]] = (
    ("intake", "/v1/items"),
    ("routing", "/v1/organisations"),
)
"""What anybody may read: things and places, no persons."""


class Names:
    """What codes are called. A code without a name is shown as it is; nothing waits for a name."""

    def __init__(self) -> None:
        self._items: dict[str, str] = {}
        self._organisations: dict[str, str] = {}
        self._officers: dict[str, str] = {}
        self._bodies: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        """Of organisations, by path."""

    def item(self, code: str | None) -> str:
        """Give the name of an item."""
        return self._items.get(code or "", code or "—")

    def organisation(self, path: str | None) -> str:
        """Give the name of an organisation."""
        return self._organisations.get(path or "", path or "—")

    def bodies(self) -> tuple[tuple[str, str], ...]:
        """Give path and name of those that may be asked for an opinion: departments, townships."""
        return tuple(sorted(self._bodies.items()))

    def peers(self, path: str) -> tuple[tuple[str, str], ...]:
        """Give path and name of the other organisations of its kind, by path."""
        kind = self._kinds.get(path)
        others = (known for known, its in self._kinds.items() if its == kind and known != path)
        return tuple((known, self.organisation(known)) for known in sorted(others))

    def units(self, path: str) -> tuple[tuple[str, str], ...]:
        """Give path and name of the organisations directly below `path`, by path."""
        below = (known for known in self._organisations if known.rpartition("/")[0] == path)
        return tuple((known, self._organisations[known]) for known in sorted(below))

    def officer(self, officer_id: str | None) -> str:
        """Give the name of an officer."""
        return self._officers.get(officer_id or "", officer_id or "—")

    def knows(self, officer_id: str) -> bool:
        """Say whether the name of an officer is known."""
        return officer_id in self._officers

    def key(self, by: str, key: str) -> str:
        """Give the name of a row of timeliness by `by`; what has no value says so."""
        if not key:
            return "（未注明）"
        if by == "day":
            return shown.day(key)
        if by == "source":
            return "本系统" if key == "cunban" else key
        named = {"organisation": self.organisation, "officer": self.officer, "item": self.item}
        return named[by](key) if by in named else key

    def learn(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Take the names that lines of answers and of the catalogue carry beside their codes."""
        for line in lines:
            for table, code, name in self._told(line):
                if code and name:
                    table[code] = name
            if line.get("path") and line.get("kind"):
                self._kinds[line["path"]] = line["kind"]
            if line.get("kind") in ("department", "township") and line.get("path"):
                self._bodies[line["path"]] = line.get("name") or line["path"]

    def _told(self, line: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], Any, Any]]:
        yield self._items, line.get("item"), line.get("item_name")
        yield self._items, line.get("code"), line.get("name")
        yield self._organisations, line.get("organisation"), line.get("organisation_name")
        yield self._organisations, line.get("path"), line.get("name")
        yield self._officers, line.get("officer_id"), line.get("officer_name") or line.get("name")


async def keep_fresh(names: Names, apis: Apis, stop: asyncio.Event) -> None:
    """Read the names again and again until `stop`; where a service is away, the old ones stay."""
    while not stop.is_set():
        found = [await _read(names, apis, service, path) for service, path in _PUBLIC]
        try:
            await asyncio.wait_for(stop.wait(), FRESH_SECONDS if all(found) else RETRY_SECONDS)
        except TimeoutError:
            continue


async def _read(names: Names, apis: Apis, service: ServiceAsked, path: str) -> bool:
    try:
        names.learn((await apis.get(service, path)).body)
    except ApiProblem as problem:
        return problem.status != 503
    return True
