"""一件事的办件组: how the cases stand that were handed in as one topic. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

ResultState: TypeAlias = Literal[
    "none", "to_be_issued", "issued", "ready", "under_way", "delivered", "revoked"
]


@dataclass(frozen=True, slots=True)
class Sibling:
    """One case of a family, as far as whoever sees one of them sees the others."""

    case_id: str
    case_number: str
    item: str
    organisation: str
    status: str
    """As of a case; `completed`, `not_accepted` and `withdrawn` are its end."""
    outcome: str
    due_at: datetime | None
    completed_at: datetime | None
    result: ResultState
    """How far its result has come; `none` where none is due, or not yet."""
    ready_place: str
    """Organisation where the result lies ready; empty otherwise."""
    at_superior: bool = False
    """Lies at a higher authority, whose time is not the county's; `due_at` then says nothing."""


@dataclass(frozen=True, slots=True)
class Family:
    """What was handed in as one topic, by case id."""

    family_id: str
    topic: str
    topic_version: int
    members: int
    """How many cases were handed in; one that is not in the tables yet is missing in `cases`."""
    cases: tuple[Sibling, ...]


_ENDED = frozenset({"completed", "not_accepted", "withdrawn"})
_ON_THE_WAY = frozenset({"to_be_issued", "issued", "under_way"})


def all_ended(family: Family) -> bool:
    """Say whether no case of the family is open any more."""
    known = len(family.cases) == family.members
    return known and all(case.status in _ENDED for case in family.cases)


def due_of(family: Family) -> datetime | None:
    """一件事的期限. Give when the family as a whole is due: with the last of its open cases.

    None where nothing is open any more, and as long as it cannot be said: a case is not in the
    tables, not accepted yet, or at a higher authority.
    """
    still_open = [case for case in family.cases if case.status not in _ENDED]
    dues = [_due(case) for case in still_open]
    if not dues or None in dues or len(family.cases) < family.members:
        return None
    return max(due for due in dues if due is not None)


def _due(case: Sibling) -> datetime | None:
    return case.due_at if case.status == "accepted" and not case.at_superior else None


def all_ready(family: Family) -> bool:
    """统一出件. Say whether one way is enough: all cases have ended, no result is still to come,
    and what has not been collected yet lies ready."""
    results = [case.result for case in family.cases]
    return all_ended(family) and "ready" in results and not _ON_THE_WAY.intersection(results)


def result_state(
    issued: bool, ready: bool, delivered: bool, revoked: bool, under_way: bool = False
) -> ResultState:
    """Give how far a result has come that is to be issued; one that was lost on the way is still
    under way."""
    if revoked:
        return "revoked"
    if delivered:
        return "delivered"
    if under_way:
        return "under_way"
    if ready:
        return "ready"
    return "issued" if issued else "to_be_issued"


def in_order(cases: Sequence[Sibling], items: Sequence[str]) -> tuple[Sibling, ...]:
    """Give the cases in the topic's order of items; what it does not name comes last."""
    place = {code: number for number, code in enumerate(items)}
    return tuple(sorted(cases, key=lambda case: (place.get(case.item, len(place)), case.case_id)))
