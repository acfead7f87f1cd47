"""The credit restrictions that a draft or submission meets: in force today, each with its rule."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from schemas.values import Restriction
from services.intake.core.credit.in_force import Restrictions
from services.kernel.calendar import local
from services.kernel.reference_book import ReferenceBook
from services.kernel.rules_in_force import credit_rules_in_force
from services.runtime import clock


def met_restrictions(
    book: ReferenceBook,
    restrictions: Restrictions,
    item_code: str,
    applicant_ref: str,
    agent_ref: str | None,
) -> dict[str, Any]:
    """Give what a command carries of credit: restrictions in force today of applicant and agent,
    and the topics of the item."""
    today = local(clock.now()).date()
    rules = credit_rules_in_force(book, today)
    roles: tuple[tuple[Literal["applicant", "agent"], str | None], ...] = (
        ("applicant", applicant_ref),
        ("agent", agent_ref),
    )
    found = tuple(
        Restriction(
            restriction_id=held.restriction_id,
            of=of,
            kind=held.kind,
            rule_version=rules[held.kind].version,
            basis=held.basis,
            imposed_by=held.imposed_by,
            since=held.since,
            until=held.until,
        )
        for of, ref in roles
        if ref is not None
        for held in restrictions.in_force(ref, today)
        if held.kind in rules
    )
    return {"restrictions": found, "item_topics": _topics_of(book, item_code, today)}


def _topics_of(book: ReferenceBook, item_code: str, today: date) -> tuple[str, ...]:
    codes = sorted({topic.code for topic in book.topics()})
    current = [book.current_topic(code, today) for code in codes]
    return tuple(t.code for t in current if t is not None and item_code in t.items)
