"""What a submission carries of what must come first: names of items, and results in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from schemas.codec import Position, Unreadable, decode
from schemas.events.custody import ResultReissued
from schemas.events.intake import CaseAccepted
from schemas.events.results import ResultCorrected, ResultIssued, ResultRevoked
from services.intake.core.commands import Prior
from services.intake.core.prior_results import PriorResults
from services.kernel.calendar import local
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock

SPAN: Final = timedelta(days=400)
"""How far back the streams are read; an older result is shown by its paper (ADR 0026)."""
_WANTED: Final = frozenset(
    event.type.encode()
    for event in (CaseAccepted, ResultIssued, ResultReissued, ResultRevoked, ResultCorrected)
)


def wanted_first(book: Callable[[], ReferenceBook]) -> Callable[[str], bool]:
    """Give what says of an item's code whether another item, in any version, wants it first."""
    known: tuple[int, frozenset[str]] = (-1, frozenset())

    def wanted(code: str) -> bool:
        nonlocal known
        facts = book()
        if known[0] != len(facts):
            found = (c for i in facts.items() for p in i.preconditions for c in p.items)
            known = len(facts), frozenset(found)
        return code in known[1]

    return wanted


def taking(results: PriorResults) -> Callable[[Any], None]:
    """Give what a `TopicFollower` calls; what tells nothing of results is not even decoded."""

    def take(record: Any) -> None:
        if dict(record.headers).get("ce_type") not in _WANTED:
            return
        try:
            position = Position(record.topic, record.partition, record.offset)
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable:
            return  # the projector puts it aside
        results.take(envelope)

    return take


def prior_of(
    book: ReferenceBook, results: PriorResults | None, item: tuple[str, int], applicant_ref: str
) -> tuple[Prior, ...]:
    """Give the items that `item`, code and version, wants first, each with the applicant's result
    that is in force today, if there is one."""
    today = local(clock.now()).date()
    try:
        conditions = book.item(*item).preconditions
    except UnknownReference:
        return ()  # the rules say so
    codes = dict.fromkeys(code for condition in conditions for code in condition.items)
    found = []
    for code in codes:
        result = results.in_force(applicant_ref, code, today) if results is not None else None
        current = book.current_item(code, today)
        found.append(
            Prior(
                item=code,
                name=current.name if current is not None else code,
                document_number=result.document_number if result is not None else None,
                case_id=result.case_id if result is not None else None,
            )
        )
    return tuple(found)
