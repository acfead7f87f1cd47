"""Commands and events of a window's day, every field filled. The day: Tuesday 2025-03-04."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from schemas.events.appointment import (
    AppointmentBooked,
    AppointmentBound,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentServed,
    TicketCalled,
    TicketPassed,
    TicketTaken,
)
from services.intake.core.appointments.commands import (
    Book,
    Call,
    Cancel,
    CheckIn,
    MarkMissed,
    Move,
    Pass,
    Serve,
)
from services.intake.core.appointments.decide import decider
from services.kernel.window_days import window_day
from tests.support.builders import APPLICANT, CASE, MONDAY, VILLAGE, at, county, officer
from tests.support.published_calendars import CALENDAR

CLERK: Final = officer("village_clerk")
OUTSIDER: Final = officer("village_clerk", "/qingyun/t-anle/v-xiping")
TUESDAY: Final = date(2025, 3, 4)
KEY: Final = window_day(VILLAGE, TUESDAY)
CAME: Final = at("2025-03-04 09:20")
"""When the person of the 09:30 slot comes."""
CALLED: Final = at("2025-03-04 09:31")
EVENING: Final = at("2025-03-04 17:20")
"""Every slot and its grace are over."""
OTHER: Final = "p-00000000000000000000000b"
OTHER_CASE: Final = "01942a3b-0000-7000-8000-000000000002"
appointments: Final = decider(county())


def person(number: int) -> str:
    return f"p-{number:024x}"


def book(**changes: Any) -> Book:
    given: dict[str, Any] = {
        "key": KEY,
        "actor": CLERK,
        "at": MONDAY,
        "organisation": VILLAGE,
        "on": TUESDAY,
        "slot": "09:30",
        "applicant_ref": APPLICANT,
        "item_code": "township-decides",
        "channel": "village",
        "schedule_version": 1,
        "calendar_version": CALENDAR,
    }
    return Book(**{**given, **changes})


def _of(changes: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"key": KEY, "actor": CLERK, "number": 1, **given, **changes}


def cancel(**changes: Any) -> Cancel:
    return Cancel(**_of(changes, at=MONDAY, reason="另有安排"))


def move(**changes: Any) -> Move:
    return Move(**_of(changes, at=MONDAY, slot="10:00", schedule_version=1))


def check_in(**changes: Any) -> CheckIn:
    return CheckIn(**_of(changes, at=CAME))


def call(**changes: Any) -> Call:
    return Call(**_of(changes, at=CALLED, desk="1号窗口"))


def pass_over(**changes: Any) -> Pass:
    return Pass(**_of(changes, at=CALLED))


def serve(**changes: Any) -> Serve:
    return Serve(**_of(changes, at=CALLED, case_id=CASE))


def mark_missed(**changes: Any) -> MarkMissed:
    return MarkMissed(**_of(changes, at=EVENING))


def booked(number: int = 1, **changes: Any) -> AppointmentBooked:
    given: dict[str, Any] = {
        "appointment_id": f"{KEY}.{number}",
        "organisation": VILLAGE,
        "on": TUESDAY,
        "slot": "09:30",
        "applicant_ref": APPLICANT if number == 1 else person(number),
        "item_code": "township-decides",
        "channel": "village",
        "schedule_version": 1,
        "booked_at": MONDAY,
    }
    return AppointmentBooked.model_validate({**given, **changes})


def cancelled(number: int = 1, slot: str = "09:30") -> AppointmentCancelled:
    return AppointmentCancelled(appointment_id=f"{KEY}.{number}", slot=slot, reason="另有安排")


def moved(slot: str = "10:00", version: int = 1) -> AppointmentMoved:
    return AppointmentMoved(
        appointment_id=f"{KEY}.1", former_slot="09:30", slot=slot, schedule_version=version
    )


def ticket_taken(number: int = 1, ticket: int = 1) -> TicketTaken:
    return TicketTaken(appointment_id=f"{KEY}.{number}", ticket=ticket, waiting_since=CAME)


def called(time: int = 1, desk: str = "1号窗口") -> TicketCalled:
    return TicketCalled(
        appointment_id=f"{KEY}.1", ticket=1, desk=desk, time=time, waiting_since=CAME
    )


def passed() -> TicketPassed:
    return TicketPassed(appointment_id=f"{KEY}.1", ticket=1)


def served(case_id: str | None = CASE) -> AppointmentServed:
    return AppointmentServed(
        appointment_id=f"{KEY}.1", ticket=1, desk="1号窗口", waiting_since=CAME, case_id=case_id
    )


def bound(case_id: str = CASE) -> AppointmentBound:
    return AppointmentBound(appointment_id=f"{KEY}.1", case_id=case_id)


def missed() -> AppointmentMissed:
    return AppointmentMissed(
        appointment_id=f"{KEY}.1", applicant_ref=APPLICANT, on=TUESDAY, slot="09:30"
    )
