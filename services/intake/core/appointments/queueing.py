"""The queue at the window: number taken, called, passed, served (取号、叫号、过号、接待)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.appointment import (
    AppointmentBound,
    AppointmentServed,
    TicketCalled,
    TicketPassed,
    TicketTaken,
)
from schemas.events.base import Event
from services.intake.core.appointments.commands import Call, CheckIn, Pass, Serve
from services.intake.core.appointments.state import Called, Day, Passed, Served, Waiting
from services.kernel.calendar import local
from services.kernel.decider import Refused
from services.kernel.window_days import appointment_id

_MOST_CALLS = 99


def ticket_taken(day: Day, command: CheckIn) -> Sequence[Event]:
    """Give the next number of the day's queue.

    Raises:
        Refused: `appointments.other_day`.
    """
    if local(command.at).date() != day.on:
        raise Refused("appointments.other_day", f"预约日期为 {day.on}，请于当日到场取号。")
    return [
        TicketTaken(
            appointment_id=appointment_id(command.key, command.number),
            ticket=day.tickets + 1,
            waiting_since=command.at,
        )
    ]


def called(found: Waiting | Passed, time: int, command: Call) -> Sequence[Event]:
    """Give the call to a desk; the 99th is the last that is counted."""
    return [
        TicketCalled(
            appointment_id=appointment_id(command.key, command.number),
            ticket=found.ticket,
            desk=command.desk,
            time=min(time, _MOST_CALLS),
            waiting_since=found.waiting_since,
        )
    ]


def require_same_desk(found: Called, command: Call) -> None:
    """Pass where the number was called to this desk.

    Raises:
        Refused: `appointments.already_called`.
    """
    if found.desk != command.desk:
        raise Refused(
            "appointments.already_called", f"{found.ticket} 号已由“{found.desk}”叫号，请叫下一号。"
        )


def passed(found: Called, command: Pass) -> Sequence[Event]:
    """Give the passing over."""
    return [
        TicketPassed(
            appointment_id=appointment_id(command.key, command.number), ticket=found.ticket
        )
    ]


def served(found: Called, command: Serve) -> Sequence[Event]:
    """Give the beginning at the desk."""
    return [
        AppointmentServed(
            appointment_id=appointment_id(command.key, command.number),
            ticket=found.ticket,
            desk=found.desk,
            waiting_since=found.waiting_since,
            case_id=command.case_id,
        )
    ]


def bound(found: Served, command: Serve) -> Sequence[Event]:
    """Give the case that was opened since; nothing where it is known, or none is named.

    Raises:
        Refused: `appointments.bound_to_other_case`.
    """
    if command.case_id is None or command.case_id == found.case_id:
        return ()
    if found.case_id is not None:
        raise Refused(
            "appointments.bound_to_other_case", f"该号已关联办件 {found.case_id}，不能再关联其他。"
        )
    return [
        AppointmentBound(
            appointment_id=appointment_id(command.key, command.number), case_id=command.case_id
        )
    ]
