"""What an amended calendar does to a clock that is still open (domain §4.6, ADR 0009)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from schemas.values import Term, to_utc_milliseconds
from services.kernel.calendar import Calendar, DayKind
from services.kernel.clock import due_at
from services.kernel.clock_terms import ClockEvent, Limit, OfficeHours, settled

_MOST_NAMED: Final = 10
"""Changed days named in the reason; a text on the log is bounded."""
_KINDS: Final = {
    "working": ("工作日", "working day"),
    "weekend": ("公休日", "weekend"),
    "holiday": ("放假", "holiday"),
    "make_up": ("调休上班日", "make-up workday"),
    "closure": ("停办", "closed"),
}


def corrected(
    term: Term, events: Sequence[ClockEvent], calendar: Calendar, hours: OfficeHours
) -> Term | None:
    """Give `term` as `calendar` has it, with its version; None where neither the due instant nor
    whether it is provisional changes.

    `events` hold the stops, and the extension unless `term.limit` holds it already; it stays
    granted even if by the new calendar the clock was due before it.

    Raises:
        Unreckonable: an event that cannot be, as in `due_at`.
    """
    limit = Limit(term.limit, term.unit)
    due = due_at(term.started_at, limit, settled(events), calendar, hours)
    at = to_utc_milliseconds(due.at)
    if at == term.due_at and due.provisional == term.provisional:
        return None
    return term.model_copy(
        update={
            "due_at": at,
            "provisional": due.provisional,
            "calendar_version": calendar.version,
        }
    )


def supersedes(version: str, other: str) -> bool:
    """Say whether a calendar version is newer than another: each year of `other` is in it, none
    with a lower number, and they differ. `none` is older than all; a text that is no version is
    neither newer nor older."""
    new, old = _years(version), _years(other)
    if new is None or old is None or new == old:
        return False
    return all(new.get(year, 0) >= number for year, number in old.items())


def _years(version: str) -> dict[str, int] | None:
    if version == "none":
        return {}
    parts = [part.partition(".") for part in version.split("-")]
    if not all(year.isdecimal() and number.isdecimal() for year, _, number in parts):
        return None
    return {year: int(number) for year, _, number in parts}


def changed_days(old: Calendar, new: Calendar, first: date, last: date) -> tuple[date, ...]:
    """Give the days from `first` to `last`, in order, that are working by one calendar only."""
    span = (first + timedelta(n) for n in range((last - first).days + 1))
    return tuple(day for day in span if old.is_working_day(day) != new.is_working_day(day))


def why_corrected(old: Calendar, new: Calendar, first: date, last: date) -> str:
    """Say for people what differs between `first` and `last`: days, then years now published.
    The version of `new` where nothing does."""
    changed = changed_days(old, new, first, last)
    said = [_changed(day, old.day(day), new.day(day)) for day in changed[:_MOST_NAMED]]
    if len(changed) > _MOST_NAMED:
        said.append(f"共{len(changed)}日 {len(changed)} days in all")
    said += [
        f"{year}年安排已公布 the notice for {year} is published"
        for year in _newly_published(old, new, first, last)
    ]
    return "；".join(said) or f"工作日历 calendar {new.version}"


def _changed(day: date, before: DayKind, after: DayKind) -> str:
    was, is_now = _KINDS[before.kind], _KINDS[after.kind]
    return f"{day} {was[0]}改为{_called(is_now[0], after)} {was[1]} → {is_now[1]}"


def _called(kind: str, day: DayKind) -> str:
    named = "，".join(part for part in (day.name, day.notice) if part)
    return f"{kind}（{named}）" if named else kind


def _newly_published(old: Calendar, new: Calendar, first: date, last: date) -> Iterator[int]:
    for year in range(first.year, last.year + 1):
        new_year = date(year, 1, 1)
        if new.published(new_year) and not old.published(new_year):
            yield year
