"""The clocks of a case, explained day by day (architecture A6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.kernel.calendar import Calendar
from services.kernel.clock import Limit, clock_at
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.supervision.shell.queries_cases import Clock, Step, WholeCase


def explained_clocks(
    book: ReferenceBook, whole: WholeCase, as_of: datetime
) -> list[dict[str, Any]]:
    """Give the legal, the promised and each step's clock: state and explanation at `as_of`.

    One that has ended is told as of its end. One whose calendar is not (yet) here has an empty
    explanation. While a case waits for its acceptance the clock of the answer runs instead.
    """
    ended = whole.case.completed_at or whole.case.ended_at
    names = ("legal", "promised") if whole.case.accepted_at else ("answer",)
    found = [
        {"clock": name, **_explained(book, asdict(clock), ended or as_of)}
        for name in names
        if (clock := whole.clocks.get(name)) is not None
    ]
    for step in whole.steps:
        head = {"clock": "step", "step_id": step.step_id}
        found.append({**head, **_explained(book, _set(step), step.closed_at or ended or as_of)})
    return found


def _set(step: Step) -> Mapping[str, Any]:
    assert step.opened_at is not None
    assert step.due_at is not None
    clock = Clock(
        step.limit,
        step.unit,
        step.opened_at,
        step.due_at,
        step.provisional,
        step.calendar_version,
    )
    return asdict(clock)


def _explained(book: ReferenceBook, clock: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    head = {**clock, "at": at, "overdue": at > clock["due_at"]}
    calendar = _calendar(book, clock["calendar_version"])
    if calendar is None:
        return {**head, "explanation": []}
    limit = Limit(clock["limit"], clock["unit"])
    # A clock shows nothing before it was set: two acts of one instant may come in either order.
    state = clock_at(clock["started_at"], limit, (), calendar, as_of=max(at, clock["started_at"]))
    return {
        **head,
        "counted": state.counted,
        "remaining": state.remaining,
        "stopped": state.stopped,
        "explanation": [asdict(day) for day in state.explanation],
    }


def _calendar(book: ReferenceBook, version: str) -> Calendar | None:
    try:
        return book.calendar(version)
    except UnknownReference:
        return None
