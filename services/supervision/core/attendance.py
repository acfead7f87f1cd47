"""Attendance of a day, from presence transitions and the duty of the day (domain §6). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from schemas.facts import Shift
from services.kernel.calendar import ZONE, Calendar

Status: TypeAlias = Literal["active", "idle", "absent", "field"]
GRACE: Final = timedelta(minutes=10)
"""Late is who has not signed in ten minutes after duty begins; left early likewise."""
_SIGNED_IN: Final = "cn.cunban.officer.signed-in.v1"
_SIGNED_OUT: Final = "cn.cunban.officer.signed-out.v1"
_STATUS: Final[dict[str, Status]] = {
    _SIGNED_IN: "active",
    "cn.cunban.officer.came-back.v1": "active",
    "cn.cunban.officer.went-idle.v1": "idle",
    "cn.cunban.officer.went-offline.v1": "absent",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """From `at` on (UTC) the officer is `status`."""

    at: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class Interval:
    """The officer was `status` from `start` until before `end`; UTC."""

    start: datetime
    end: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class Sheet:
    """One officer's day as far as it has gone; seconds of duty time only."""

    duty_seconds: int
    """Of the whole day's duty; 0 on a day off."""
    elapsed_seconds: int
    """Of duty that lies before `as_of`."""
    active_seconds: int
    idle_seconds: int
    absent_seconds: int
    field_seconds: int
    """On site; neither counted for nor against."""
    first_seen_at: datetime | None
    """Since when the officer was online or on site."""
    last_seen_at: datetime | None
    """Up to when, at most `as_of`."""
    late: bool
    left_early: bool

    @property
    def online_rate(self) -> float | None:
        """Active ÷ (duty so far − field); None where there was none."""
        counted = self.elapsed_seconds - self.field_seconds
        return self.active_seconds / counted if counted else None


@dataclass(frozen=True, slots=True)
class Told:
    """One event of an officer's presence, as the table keeps it."""

    type: str
    """CloudEvents type."""
    session_id: str
    since: datetime
    """From when on what it says holds, UTC."""


def transitions(told: Iterable[Told]) -> tuple[Transition, ...]:
    """Give what the events of one officer, in the order of their sequence, say together.

    Several devices are one presence: signing out of one of them says nothing while another is
    signed in.
    """
    open_sessions: set[str] = set()
    found = []
    for event in told:
        if event.type == _SIGNED_IN:
            open_sessions.add(event.session_id)
        elif event.type == _SIGNED_OUT:
            open_sessions.discard(event.session_id)
            if open_sessions:
                continue
        found.append(transition_of(event.type, event.since, None))
    return tuple(found)


def transition_of(event_type: str, occurred_at: datetime, since: datetime | None) -> Transition:
    """Give what one presence event says; a sign-out, and whatever is newer than us, is absence."""
    return Transition(since or occurred_at, _STATUS.get(event_type, "absent"))


def intervals(transitions: Iterable[Transition], until: datetime) -> tuple[Interval, ...]:
    """Give the course up to `until` without gap or overlap, neighbours of one status as one.

    `transitions` come in the order of their sequence. A mark is told after the time it is for
    (an idle mark of the thirtieth minute, a silence of the last beat): it takes over from its
    time, but never before the transition that it follows.
    """
    found: list[Interval] = []
    current: Transition | None = None
    for told in transitions:
        at = told.at if current is None else max(told.at, current.at)
        if current is not None:
            _extend(found, current, min(at, until))
        current = Transition(at, told.status)
    if current is not None:
        _extend(found, current, until)
    return tuple(found)


def duty_of(day: date, shifts: Sequence[Shift], calendar: Calendar) -> tuple[Interval, ...]:
    """Give the duty of a day by the organisation's office hours; nothing on a day off. UTC."""
    if not calendar.is_working_day(day):
        return ()
    return tuple(
        Interval(_instant(day, shift.opens), _instant(day, shift.closes), "active")
        for shift in shifts
    )


def sheet(course: Sequence[Interval], duty: Sequence[Interval], as_of: datetime) -> Sheet:
    """Give the attendance of one day up to `as_of`: every second of duty is active, idle, on site
    or absent."""
    seconds = {"active": 0, "idle": 0, "field": 0}
    for interval in course:
        if interval.status != "absent":
            seconds[interval.status] += sum(_overlap(interval, d, as_of) for d in duty)
    elapsed = sum(_overlap(d, d, as_of) for d in duty)
    online = [i for i in course if i.status != "absent" and _touches(i, duty)]
    first = min((i.start for i in online), default=None)
    last = max((min(i.end, as_of) for i in online), default=None)
    return Sheet(
        duty_seconds=sum(_seconds(d.start, d.end) for d in duty),
        elapsed_seconds=elapsed,
        active_seconds=seconds["active"],
        idle_seconds=seconds["idle"],
        absent_seconds=elapsed - sum(seconds.values()),
        field_seconds=seconds["field"],
        first_seen_at=first,
        last_seen_at=last,
        late=_late(duty, first, as_of),
        left_early=_left_early(duty, last, as_of),
    )


def status_at(course: Sequence[Interval]) -> tuple[Status, datetime | None]:
    """Give the last status and since when; absent since never where nothing is known."""
    if not course:
        return "absent", None
    return course[-1].status, course[-1].start


def _late(duty: Sequence[Interval], first: datetime | None, as_of: datetime) -> bool:
    if not duty or as_of < duty[0].start + GRACE:
        return False
    return first is None or first > duty[0].start + GRACE


def _left_early(duty: Sequence[Interval], last: datetime | None, as_of: datetime) -> bool:
    if not duty or as_of < duty[-1].end or last is None:
        return False
    return last < duty[-1].end - GRACE


def _extend(found: list[Interval], current: Transition, end: datetime) -> None:
    if end <= current.at:
        return
    if found and found[-1].status == current.status and found[-1].end == current.at:
        found[-1] = Interval(found[-1].start, end, current.status)
    else:
        found.append(Interval(current.at, end, current.status))


def _touches(interval: Interval, duty: Sequence[Interval]) -> bool:
    return any(interval.start < d.end and interval.end > d.start for d in duty)


def _overlap(interval: Interval, duty: Interval, as_of: datetime) -> int:
    start, end = max(interval.start, duty.start), min(interval.end, duty.end, as_of)
    return max(0, _seconds(start, end))


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _instant(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZONE)
