"""The slots of a window's day: from office hours, schedule and calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from schemas.facts import Organisation
from schemas.window_facts import WindowSchedule
from services.kernel.calendar import ZONE


def slots_of(schedule: WindowSchedule, organisation: Organisation) -> tuple[str, ...]:
    """Give when the slots of a working day begin, `HH:MM`, rising; each ends within its shift."""
    found: list[str] = []
    for shift in organisation.office_hours:
        begins, closes = _minutes(shift.opens), _minutes(shift.closes)
        while begins + schedule.slot_minutes <= closes:
            found.append(f"{begins // 60:02d}:{begins % 60:02d}")
            begins += schedule.slot_minutes
    return tuple(found)


def begins_at(on: date, slot: str) -> datetime:
    """Give the instant at which a slot begins."""
    return datetime.combine(on, time.fromisoformat(slot), ZONE)


def missed_from(on: date, slot: str, schedule: WindowSchedule) -> datetime:
    """Give the instant from which one who has not come counts as missed."""
    minutes = schedule.slot_minutes + schedule.no_show.grace_minutes
    return begins_at(on, slot) + timedelta(minutes=minutes)


def barred(missed: tuple[date, ...], on: date, schedule: WindowSchedule) -> bool:
    """Say whether one who missed these days may not book online on `on` any more."""
    since = on - timedelta(days=schedule.no_show.within_days)
    return sum(since < day <= on for day in missed) >= schedule.no_show.limit


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])
