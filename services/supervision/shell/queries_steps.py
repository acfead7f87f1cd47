"""A step of a case, as lists and cases show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.supervision.shell.store.engine import Row


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case, at one organisation."""

    case_id: str
    step_id: str
    number: int
    stage: int
    title: str
    organisation: str
    duty: str
    role: str
    item: str
    opened_at: datetime | None
    limit: int
    unit: str
    due_at: datetime | None
    provisional: bool
    calendar_version: str
    received_at: datetime | None
    claimed_by: str
    """Empty where nobody has claimed it, or it was given back."""
    claimed_at: datetime | None
    closed_at: datetime | None
    outcome: str
    closed_by: str
    moves: int
    """How often it was laid to others."""
    stand_in: str
    """Who may act for `acting_for` on it from `stand_in_since` until `stand_in_until`; empty where
    nobody is named."""
    acting_for: str
    stand_in_since: datetime | None
    stand_in_until: datetime | None
    recalled_for: str
    """`returned` or `uploaded` while it is being taken back; else empty."""


def step_of(row: Row) -> Step:
    """Give the step that a row of `steps` tells of."""
    return Step(**{name: row[name] for name in Step.__slots__})
