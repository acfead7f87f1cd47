"""What each command brings about on a window's day, state by state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from schemas.events.appointment import AppointmentCancelled, AppointmentMissed
from schemas.events.base import Event
from services.intake.core.appointments.booking import booked, moved, require_before
from services.intake.core.appointments.commands import (
    Book,
    Call,
    Cancel,
    CheckIn,
    Command,
    MarkMissed,
    Move,
    OfAppointment,
    Pass,
    Serve,
)
from services.intake.core.appointments.evolve import evolve
from services.intake.core.appointments.queueing import (
    bound,
    called,
    passed,
    require_same_desk,
    served,
    ticket_taken,
)
from services.intake.core.appointments.slots import missed_from
from services.intake.core.appointments.state import (
    Appointment,
    Booked,
    Called,
    Cancelled,
    Day,
    Missed,
    Passed,
    Served,
    State,
    Untouched,
    Waiting,
)
from services.kernel.competence import require
from services.kernel.decider import Decider, Reference, Refused
from services.kernel.window_days import appointment_id

_NOTHING: Final[Sequence[Event]] = ()


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of appointments under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        match state:
            case Untouched():
                return _untouched(command, reference)
            case Day():
                return _day(state, command, reference)
            case _:
                assert_never(state)

    return Decider(Untouched(), decide, evolve)


def _untouched(command: Command, reference: Reference) -> Sequence[Event]:
    if isinstance(command, Book):
        require(command.actor, command.action, command.organisation)
        return booked(None, command, reference)
    raise not_found()


def _day(day: Day, command: Command, reference: Reference) -> Sequence[Event]:
    require(command.actor, command.action, day.organisation)
    if isinstance(command, Book):
        return booked(day, command, reference)
    found = day.numbered(command.number)
    if found is None:
        raise not_found()
    match found:
        case Booked():
            return _booked(day, found, command, reference)
        case Waiting():
            return _waiting(found, command)
        case Called():
            return _called(found, command)
        case Passed():
            return _passed(found, command)
        case Served():
            return _served(found, command)
        case Cancelled() | Missed():
            return _ended(found, command)
        case _:
            assert_never(found)


def _booked(
    day: Day, found: Booked, command: OfAppointment, reference: Reference
) -> Sequence[Event]:
    match command:
        case Cancel():
            require_before(day.on, found.booking.slot, command.at)
            return [
                AppointmentCancelled(
                    appointment_id=appointment_id(command.key, command.number),
                    slot=found.booking.slot,
                    reason=command.reason,
                )
            ]
        case Move():
            return moved(day, found, command, reference)
        case CheckIn():
            return ticket_taken(day, command)
        case MarkMissed():
            return _missed(day, found, command, reference)
        case Call() | Pass() | Serve():
            raise Refused("appointments.not_checked_in", "该预约人尚未到场取号，请先取号。")
        case _:
            assert_never(command)


def _waiting(found: Waiting, command: OfAppointment) -> Sequence[Event]:
    match command:
        case CheckIn():
            return _NOTHING  # delivered twice
        case Call():
            return called(found, 1, command)
        case Pass() | Serve():
            raise Refused("appointments.not_called", f"{found.ticket} 号尚未叫号，请先叫号。")
        case Cancel() | Move() | MarkMissed():
            raise _already_checked_in(found.ticket)
        case _:
            assert_never(command)


def _called(found: Called, command: OfAppointment) -> Sequence[Event]:
    match command:
        case Call():
            require_same_desk(found, command)
            return _NOTHING  # delivered twice
        case Pass():
            return passed(found, command)
        case Serve():
            return served(found, command)
        case CheckIn() | Cancel() | Move() | MarkMissed():
            raise _already_checked_in(found.ticket)
        case _:
            assert_never(command)


def _passed(found: Passed, command: OfAppointment) -> Sequence[Event]:
    match command:
        case Pass():
            return _NOTHING  # delivered twice
        case Call():
            return called(found, found.times + 1, command)
        case Serve():
            raise Refused("appointments.not_called", f"{found.ticket} 号已过号，请重新叫号。")
        case CheckIn() | Cancel() | Move() | MarkMissed():
            raise _already_checked_in(found.ticket)
        case _:
            assert_never(command)


def _served(found: Served, command: OfAppointment) -> Sequence[Event]:
    match command:
        case Serve():
            return bound(found, command)
        case Cancel() | Move() | CheckIn() | Call() | Pass() | MarkMissed():
            raise Refused("appointments.already_served", f"{found.ticket} 号已接待，无需再操作。")
        case _:
            assert_never(command)


def _ended(found: Cancelled | Missed, command: OfAppointment) -> Sequence[Event]:
    match command:
        case Cancel() if isinstance(found, Cancelled):
            return _NOTHING  # delivered twice
        case MarkMissed() if isinstance(found, Missed):
            return _NOTHING  # delivered twice
        case Cancel() | Move() | CheckIn() | Call() | Pass() | Serve() | MarkMissed():
            raise _ended_so(found)
        case _:
            assert_never(command)


def _missed(day: Day, found: Booked, command: MarkMissed, reference: Reference) -> Sequence[Event]:
    schedule = reference.window_schedule(day.organisation, found.booking.schedule_version)
    if command.at < missed_from(day.on, found.booking.slot, schedule):
        raise Refused(
            "appointments.not_yet_missed",
            f"时段结束 {schedule.no_show.grace_minutes} 分钟后仍未到场，方可记为爽约。",
        )
    return [
        AppointmentMissed(
            appointment_id=appointment_id(command.key, command.number),
            applicant_ref=found.booking.applicant_ref,
            on=day.on,
            slot=found.booking.slot,
        )
    ]


def not_found() -> Refused:
    """Give the refusal of what names no appointment."""
    return Refused("appointments.not_found", "没有这个预约，请核对预约编号。")


def _already_checked_in(ticket: int) -> Refused:
    return Refused(
        "appointments.already_checked_in", f"已到场取号（{ticket} 号），请在队列中办理。"
    )


def _ended_so(found: Appointment) -> Refused:
    if isinstance(found, Cancelled):
        return Refused("appointments.already_cancelled", "该预约已取消，如需办理请重新预约。")
    return Refused("appointments.already_missed", "该预约已记为爽约，请重新预约或现场办理。")
