"""Taking a place: on a working day, in a slot that has one left, once a person and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from schemas.events.appointment import AppointmentBooked, AppointmentMoved
from schemas.events.base import Event
from schemas.window_facts import WindowSchedule
from services.intake.core.appointments.commands import Book, Move
from services.intake.core.appointments.slots import barred, begins_at, slots_of
from services.intake.core.appointments.state import Booked, Cancelled, Day, Missed
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.kernel.window_days import appointment_id, window_day

MOST: Final = 2000
"""Bookings of one day and window; a snapshot holds them all."""


def booked(day: Day | None, command: Book, reference: Reference) -> Sequence[Event]:
    """Give the booking; nothing where it is the same one delivered twice.

    Raises:
        Refused: `appointments.not_offered`, `appointments.item_not_offered`,
            `appointments.too_far_ahead`, `appointments.online_suspended`,
            `appointments.already_booked`, and as `_require_place`.
        UnknownReference: schedule, organisation or calendar is not (yet) known.
    """
    mine = _live_booking_of(day, command.applicant_ref)
    if mine is not None:
        if mine.booking.booked_at == command.at and mine.booking.slot == command.slot:
            return ()
        raise Refused(
            "appointments.already_booked",
            f"该办事人当日已在此预约 {mine.booking.slot}（第 {mine.booking.number} 号），"
            "同日只能预约一次，可改约或取消。",
        )
    schedule = reference.window_schedule(command.organisation, command.schedule_version)
    _require_offered(command, schedule)
    _require_near(command, schedule)
    _require_open(command.on, command.calendar_version, reference)
    _require_place(day, command.on, command.slot, command.at, schedule, reference)
    if command.channel == "online" and barred(command.missed, local(command.at).date(), schedule):
        rule = schedule.no_show
        raise Refused(
            "appointments.online_suspended",
            f"近 {rule.within_days} 日内爽约已达 {rule.limit} 次，暂停网上预约；请到窗口现场预约。",
        )
    number = len(day.appointments) + 1 if day else 1
    return [
        AppointmentBooked(
            appointment_id=appointment_id(command.key, number),
            organisation=command.organisation,
            on=command.on,
            slot=command.slot,
            applicant_ref=command.applicant_ref,
            item_code=command.item_code,
            channel=command.channel,
            schedule_version=schedule.version,
            booked_at=command.at,
        )
    ]


def moved(day: Day, found: Booked, command: Move, reference: Reference) -> Sequence[Event]:
    """Give the move to another slot of the day; nothing where it is there already.

    Raises:
        Refused: as `_require_place`, and `appointments.too_late` where the old slot has begun.
        UnknownReference: the schedule is not (yet) known.
    """
    if found.booking.slot == command.slot:
        return ()
    schedule = reference.window_schedule(day.organisation, command.schedule_version)
    require_before(day.on, found.booking.slot, command.at)
    _require_place(day, day.on, command.slot, command.at, schedule, reference)
    return [
        AppointmentMoved(
            appointment_id=appointment_id(command.key, command.number),
            former_slot=found.booking.slot,
            slot=command.slot,
            schedule_version=schedule.version,
        )
    ]


def require_before(on: date, slot: str, at: datetime) -> None:
    """Pass where the slot has not begun.

    Raises:
        Refused: `appointments.too_late`.
    """
    if at >= begins_at(on, slot):
        raise Refused(
            "appointments.too_late", f"{on} {slot} 的时段已开始，请另选时段或到窗口现场取号。"
        )


def _live_booking_of(day: Day | None, applicant_ref: str) -> Booked | None:
    """Give the place that the person keeps, or has used, on this day; a missed one is gone."""
    for found in day.appointments if day else ():
        if found.booking.applicant_ref == applicant_ref and not isinstance(
            found, Cancelled | Missed
        ):
            return Booked(booking=found.booking)
    return None


def _require_offered(command: Book, schedule: WindowSchedule) -> None:
    if command.key != window_day(command.organisation, command.on):
        raise Refused("appointments.not_offered", "预约编号与机构、日期不符，请重新选择。")
    if schedule.valid_from > command.on:
        raise Refused(
            "appointments.not_offered", f"该预约安排自 {schedule.valid_from} 起施行，请改选日期。"
        )
    if command.item_code and schedule.items and command.item_code not in schedule.items:
        raise Refused(
            "appointments.item_not_offered",
            f"事项 {command.item_code} 在此不接受预约，请直接到窗口办理。",
        )


def _require_near(command: Book, schedule: WindowSchedule) -> None:
    if (command.on - local(command.at).date()).days > schedule.days_ahead:
        raise Refused(
            "appointments.too_far_ahead",
            f"只能预约 {schedule.days_ahead} 日内的时段，请临近时再约。",
        )


def _require_open(on: date, calendar_version: str, reference: Reference) -> None:
    kind = reference.calendar(calendar_version).day(on)
    if not kind.is_working:
        raise Refused(
            "appointments.closed_day", f"{on} 不办公（{kind.note or kind.name}），请改选工作日。"
        )


def _require_place(
    day: Day | None,
    on: date,
    slot: str,
    at: datetime,
    schedule: WindowSchedule,
    reference: Reference,
) -> None:
    """Pass where `slot` is one of the day's, has not begun, and has a place left.

    Raises:
        Refused: `appointments.no_such_slot`, `appointments.too_late`, `appointments.slot_full`.
        UnknownReference: the organisation is not (yet) known.
    """
    offered = slots_of(schedule, reference.organisation(schedule.organisation))
    if slot not in offered:
        raise Refused("appointments.no_such_slot", f"没有 {slot} 这个时段，请从时段表中选择。")
    require_before(on, slot, at)
    taken = day.taken(slot) if day else 0
    if taken >= schedule.capacity or (day is not None and len(day.appointments) >= MOST):
        raise Refused("appointments.slot_full", f"{on} {slot} 已约满，请改选其他时段。")
