"""Who takes cases in, by channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_NOT_AT: Final[Mapping[str, frozenset[str]]] = {
    "township": frozenset({"village"}),
    "county": frozenset({"village", "township"}),
}
"""Channel → where no step of the item may be: the way from there does not pass that place."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Logins of those who take cases in."""

    village: Sequence[str]
    township: Sequence[str] = ()
    county: Sequence[str] = ()
    """Of the service centre: everybody's items."""

    def serving(self, channel: str, item: Mapping[str, Any]) -> Sequence[str]:
        """Give who may take `item` in through `channel`; nobody where it does not come that way."""
        places = {str(step["at"]) for step in item["steps"]}
        if channel not in item["channels"] or places & _NOT_AT.get(channel, frozenset()):
            return ()
        if channel in {"village", "township", "county"}:
            return {"village": self.village, "township": self.township, "county": self.county}[
                channel
            ]
        # What may not be handed in at the village is not typed in there for the applicant either.
        return self.village if "village" in item["channels"] else self.county
