"""What a case tells of the others that were handed in with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from schemas.events.intake import ApplicationSubmitted, CaseAccepted
from services.supervision.core.families import all_ended, all_ready, due_of, in_order
from services.supervision.shell.answers import Reading
from services.supervision.shell.names_of import item_name, organisation_name
from services.supervision.shell.queries_cases import Act
from services.supervision.shell.queries_families import family_by_id

_TELLING: Final = frozenset({ApplicationSubmitted.type, CaseAccepted.type})


async def told_family(reading: Reading, trace: Iterable[Act]) -> dict[str, Any] | None:
    """Give the family of a case by its trace, with how each sibling stands; None where it has
    none.

    Raises:
        Problem: 503, the store is away.
    """
    heads = (act.fact.get("family") for act in trace if act.type in _TELLING)
    named = next((head["family_id"] for head in heads if head), None)
    family = await reading.read(family_by_id, named) if named is not None else None
    if family is None:
        return None
    book = reading.book
    topics = [t for t in book.topics() if t.code == family.topic]
    same = [t for t in topics if t.version == family.topic_version]
    cases = in_order(family.cases, same[0].items if same else ())
    due_at = due_of(family)
    return {
        **asdict(family),
        "due_at": due_at,
        "overdue": due_at is not None and due_at < reading.as_of,
        "topic_name": same[0].name if same else family.topic,
        "all_ended": all_ended(family),
        "all_ready": all_ready(family),
        "cases": [
            {
                **asdict(case),
                "item_name": item_name(book, case.item),
                "organisation_name": organisation_name(book, case.organisation),
                "overdue": case.due_at is not None
                and case.completed_at is None
                and not case.at_superior
                and case.due_at < reading.as_of,
            }
            for case in cases
        ],
    }
