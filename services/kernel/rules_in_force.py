"""Which version of a window's schedule or of a credit rule holds on a day."""

from __future__ import annotations

from datetime import date

from schemas.credit_facts import CreditRule
from schemas.window_facts import WindowSchedule
from services.kernel.reference_book import ReferenceBook


def schedule_in_force(book: ReferenceBook, organisation: str, on: date) -> WindowSchedule | None:
    """Give the highest version valid on `on`, local date; None where no places are given out."""
    valid = [
        schedule
        for schedule in book.all_of(WindowSchedule)
        if schedule.organisation == organisation and schedule.valid_from <= on
    ]
    return max(valid, key=lambda schedule: schedule.version, default=None)


def credit_rules_in_force(book: ReferenceBook, on: date) -> dict[str, CreditRule]:
    """Give the highest version of each rule valid on `on`, local date, by kind."""
    valid = [rule for rule in book.all_of(CreditRule) if rule.valid_from <= on]
    return {rule.kind: rule for rule in sorted(valid, key=lambda rule: rule.version)}
