"""Names for codes: items from the catalogue, organisations and officers as answers tell them."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from services.portal.apis import ApiProblem, Apis

FRESH_SECONDS: Final = 60.0
"""The catalogue changes on a day, not in a minute."""


class Names:
    """What codes are called. A code without a name is shown as it is; nothing waits for a name."""

    def __init__(self) -> None:
        self._items: dict[str, str] = {}
        self._organisations: dict[str, str] = {}
        self._officers: dict[str, str] = {}

    def item(self, code: str | None) -> str:
        """Give the name of an item."""
        return self._items.get(code or "", code or "—")

    def organisation(self, path: str | None) -> str:
        """Give the name of an organisation."""
        return self._organisations.get(path or "", path or "—")

    def officer(self, officer_id: str | None) -> str:
        """Give the name of an officer."""
        return self._officers.get(officer_id or "", officer_id or "—")

    def learn_items(self, items: list[dict[str, Any]]) -> None:
        """Take the names of a catalogue."""
        self._items.update({item["code"]: item["name"] for item in items})

    def learn_officer(self, officer_id: str, name: str) -> None:
        """Take the name of an officer."""
        self._officers[officer_id] = name

    def learn_organisation(self, path: str, name: str) -> None:
        """Take the name of an organisation."""
        self._organisations[path] = name


async def keep_fresh(names: Names, apis: Apis, stop: asyncio.Event) -> None:
    """Read the names again and again until `stop`; where a service is away, the old ones stay."""
    while not stop.is_set():
        wait = FRESH_SECONDS
        try:
            names.learn_items((await apis.get("intake", "/v1/items")).body)
        except ApiProblem:
            wait = 2.0
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            continue
