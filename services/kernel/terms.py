"""From a limit to the deadline in an event: facts on one side, the statutory clock on the other."""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from typing import Final

from schemas.codec import instant_text
from schemas.facts import Limit, Shift
from schemas.values import Term
from services.kernel import clock
from services.kernel.decider import Reference

ANSWER: Final = Limit(limit=5, unit="working_days")
"""By when an application must be accepted, refused or all that is wrong with it be said
(Administrative Licensing Law, art. 32)."""


def term(
    limit: Limit, started_at: datetime, organisation: str, calendar_version: str, facts: Reference
) -> Term:
    """Set a clock at `started_at` against the office hours of `organisation` (a path).

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
    """
    due = clock.due_at(
        started_at,
        clock.Limit(limit.limit, limit.unit),
        (),
        facts.calendar(calendar_version),
        _hours(facts.organisation(organisation).office_hours),
    )
    return Term(
        limit=limit.limit,
        unit=limit.unit,
        started_at=started_at,
        due_at=due.at,
        provisional=due.provisional,
        calendar_version=calendar_version,
    )


def term_view(term: Term) -> dict[str, object]:
    """Give a term as JSON for the answer to a query."""
    return {
        "limit": term.limit,
        "unit": term.unit,
        "started_at": instant_text(term.started_at),
        "due_at": instant_text(term.due_at),
        "provisional": term.provisional,
        "calendar_version": term.calendar_version,
    }


@lru_cache(maxsize=256)
def _hours(shifts: tuple[Shift, ...]) -> clock.OfficeHours:
    # A third shift is extended service (延时服务): it eases access and shortens no deadline.
    if len(shifts) == 1:
        return _undivided(shifts[0])
    first, second = shifts[:2]
    return clock.OfficeHours(
        (_time(first.opens), _time(first.closes)), (_time(second.opens), _time(second.closes))
    )


def _undivided(day: Shift) -> clock.OfficeHours:
    opens, closes = _time(day.opens), _time(day.closes)
    minutes = (opens.hour + closes.hour) * 60 + opens.minute + closes.minute
    noon = time(*divmod(minutes // 2, 60))
    return clock.OfficeHours((opens, noon), (noon, closes))


def _time(text: str) -> time:
    return time.fromisoformat(text)
