"""From a limit to the deadline in an event: facts on one side, the statutory clock on the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final

from schemas.codec import instant_text
from schemas.facts import Limit, Shift
from schemas.values import Term
from services.kernel import clock
from services.kernel.calendar import ZONE, Calendar, local
from services.kernel.clock_correction import corrected, why_corrected
from services.kernel.decider import Reference

ANSWER: Final = Limit(limit=5, unit="working_days")
"""By when an application must be accepted, refused or all that is wrong with it be said
(Administrative Licensing Law, art. 32)."""

PRECHECK: Final = Limit(limit=1, unit="working_days")
"""By when a pre-check (网上预审) is answered where the item says nothing else: the county's own
promise, no legal term (ADR 0025)."""

DELIVERY: Final = Limit(limit=10, unit="working_days")
"""Within which what was approved is issued and delivered (Administrative Licensing Law,
art. 44)."""


def term(
    limit: Limit, started_at: datetime, organisation: str, calendar_version: str, facts: Reference
) -> Term:
    """Set a clock at `started_at` against the office hours of `organisation` (a path).

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
    """
    calendar, hours = facts.calendar(calendar_version), office_hours(organisation, facts)
    return _set(limit, started_at, _due(limit, started_at, calendar, hours), calendar_version)


def moved_term(
    limit: Limit,
    started_at: datetime,
    events: Sequence[clock.ClockEvent],
    organisation: str,
    calendar_version: str,
    facts: Reference,
) -> Term:
    """Give the term of a clock that has been stopped, resumed or extended; `limit` of the result
    holds the extension.

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
        Unreckonable: as `clock.due_at`.
    """
    calendar, hours = facts.calendar(calendar_version), office_hours(organisation, facts)
    if not events:
        return _set(limit, started_at, _due(limit, started_at, calendar, hours), calendar_version)
    given = clock.Limit(limit.limit, limit.unit)
    due = clock.due_at(started_at, given, events, calendar, hours)
    more = sum(event.days for event in events if isinstance(event, clock.Extension))
    extended = Limit(limit=limit.limit + more, unit=limit.unit)
    return _set(extended, started_at, due, calendar_version)


def runs_again_at(
    stop: clock.Stop, organisation: str, calendar_version: str, facts: Reference
) -> datetime:
    """Give the instant from which a clock runs by itself that nobody resumes (ALL 45), +08:00.

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
    """
    calendar, hours = facts.calendar(calendar_version), office_hours(organisation, facts)
    return clock.capped_at(stop, calendar, hours).at


def office_hours(organisation: str, facts: Reference) -> clock.OfficeHours:
    """Give the hours on which the deadlines of `organisation` (a path) are counted.

    Raises:
        UnknownReference: the organisation is not (yet) known.
    """
    return _hours(facts.organisation(organisation).office_hours)


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


def corrected_term(
    term: Term,
    events: Sequence[clock.ClockEvent],
    organisation: str,
    calendar_version: str,
    facts: Reference,
) -> Term | None:
    """Give `term` by an amended calendar; None where that changes nothing (`corrected`).

    Raises:
        UnknownReference: the organisation or the calendar is not (yet) known.
    """
    calendar, hours = facts.calendar(calendar_version), office_hours(organisation, facts)
    return corrected(term, events, calendar, hours)


def why_moved(old: Term, new: Term, facts: Reference) -> str:
    """Say for people which days made `new` of `old`: between the start and the later due date.

    Raises:
        UnknownReference: one of the calendars is not (yet) known.
    """
    first, last = local(new.started_at).date(), local(max(old.due_at, new.due_at)).date()
    before, after = facts.calendar(old.calendar_version), facts.calendar(new.calendar_version)
    return _why_moved(_Same(before), _Same(after), first, last)


def _due(
    limit: Limit, started_at: datetime, calendar: Calendar, hours: clock.OfficeHours
) -> clock.Due:
    if limit.unit == "working_days":
        # The time of day of the start does not matter, so one reckoning serves a day's cases.
        return _due_in_days(local(started_at).date(), limit.limit, _Same(calendar), hours)
    minutes = clock.Limit(limit.limit, limit.unit)
    return clock.due_at(started_at, minutes, (), calendar, hours)


def _set(limit: Limit, started_at: datetime, due: clock.Due, calendar_version: str) -> Term:
    return Term(
        limit=limit.limit,
        unit=limit.unit,
        started_at=started_at,
        due_at=due.at,
        provisional=due.provisional,
        calendar_version=calendar_version,
    )


class _Same:
    """A calendar in the key of a cache: known by identity, since its years are slow to compare."""

    __slots__ = ("calendar",)

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __hash__(self) -> int:
        return id(self.calendar)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.calendar is other.calendar


@lru_cache(maxsize=4096)
def _due_in_days(day: date, days: int, known: _Same, hours: clock.OfficeHours) -> clock.Due:
    noon = datetime.combine(day, time(12), ZONE)
    due = clock.due_at(noon, clock.Limit(days), (), known.calendar, hours)
    return clock.Due(due.at.astimezone(UTC), due.provisional)


@lru_cache(maxsize=4096)
def _why_moved(old: _Same, new: _Same, first: date, last: date) -> str:
    return why_corrected(old.calendar, new.calendar, first, last)


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
