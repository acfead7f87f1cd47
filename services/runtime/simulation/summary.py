"""What a run came to, and what the system is to show for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from services.runtime.simulation.ledger import (
    Ledger,
    acts_and_refusals,
    by_organisation,
    by_topic,
)


@dataclass(slots=True)
class Summary:
    """What a run came to, and what the system is to show for it."""

    days: int
    seed: int
    cases: int = 0
    commands: int = 0
    """Answered for good, refused ones included."""
    refused: int = 0
    """Of them: attempts that had to be refused, and were."""
    repeated: int = 0
    """Of them: needed more than one try."""
    ways: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    """Carried out, by the last part of their path."""
    done: dict[str, int] = field(default_factory=dict)
    """What acts were about: which procedure, which delivery, what a meeting came to."""
    refusals: dict[str, int] = field(default_factory=dict)
    """What the county refused, by code."""
    topics: dict[str, int] = field(default_factory=dict)
    """Families that were handed in, by topic; each of their cases is counted above."""
    organisations: dict[str, dict[str, int]] = field(default_factory=dict)
    """By the path of where the case was accepted: accepted, completed, open."""
    unexpected: list[str] = field(default_factory=list)
    """At most twenty, in words."""
    failed: int = 0
    """Cases that ended otherwise than planned; all of `unexpected`, and more."""

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)


def counted(found: Summary, ledger: Ledger) -> Summary:
    """Fill `found` in from what was written down, and give it."""
    found.cases = len(ledger.cases)
    found.commands = len(ledger.acknowledged)
    found.refused = sum(line.status in {403, 409, 412} for line in ledger.acknowledged)
    found.repeated = sum(line.tries > 1 for line in ledger.acknowledged)
    found.ways = dict(sorted(Counter(case.way for case in ledger.cases).items()))
    found.shapes = dict(sorted(Counter(case.shape for case in ledger.cases).items()))
    found.items = dict(sorted(Counter(case.item for case in ledger.cases).items()))
    found.kinds = dict(sorted(Counter(case.item_kind for case in ledger.cases).items()))
    found.channels = dict(sorted(Counter(case.channel for case in ledger.cases).items()))
    found.done = dict(sorted(Counter(w for case in ledger.cases for w in case.done).items()))
    found.topics = by_topic(ledger.cases)
    found.acts, found.refusals = acts_and_refusals(ledger.acknowledged)
    found.organisations = by_organisation(ledger.cases)
    return found
