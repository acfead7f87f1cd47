"""The board's figures from the answers: sums, groups and the address of the list behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from services.portal.templating import address

By: TypeAlias = Literal["organisation", "officer", "item", "division", "day", "source"]
PRESENCES: Final = ("active", "idle", "field", "absent")


@dataclass(frozen=True, slots=True)
class Window:
    """What the board is asked to show; days of the county, both included."""

    by: By
    first: date
    last: date
    source: str = ""

    def query(self, **more: str) -> dict[str, str]:
        """Give it as it stands in addresses."""
        days = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        return {**days, "source": self.source, **more}

    def list_of(self, figure: str, key: str | None = None) -> str:
        """Give the address of the cases that `figure` counts; of one row, or of all.

        Empty for the row of what has no value: no list is filtered by that.
        """
        if key == "":
            return ""
        asked = self.query(figure=figure)
        if key is not None:
            asked[self.by] = key
        return address("/cases", asked)


@dataclass(frozen=True, slots=True)
class Desk:
    """The officers of one organisation, or of all, as they are now."""

    organisation: str | None
    counts: Mapping[str, int]

    @property
    def expected(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def list_of(self, status: str = "") -> str:
        """Give the address of the officers who are counted."""
        return address("/officers", {"organisation": self.organisation or "", "status": status})


def desks(lines: Iterable[Mapping[str, Any]]) -> tuple[Desk, list[Desk]]:
    """Give the presence of all together, and by organisation in the order they came."""
    grouped: dict[str, dict[str, int]] = {}
    whole = dict.fromkeys(PRESENCES, 0)
    for line in lines:
        counts = grouped.setdefault(line["organisation"], dict.fromkeys(PRESENCES, 0))
        counts[line["status"]] = counts.get(line["status"], 0) + 1
        whole[line["status"]] = whole.get(line["status"], 0) + 1
    return Desk(None, whole), [Desk(path, counts) for path, counts in grouped.items()]
