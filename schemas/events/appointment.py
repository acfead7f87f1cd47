"""`window.appointment.events.v1`: booking and queue (预约、取号、叫号). Key: the window's day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from schemas.events.base import APPOINTMENT, Event
from schemas.values import (
    ApplicantRef,
    AppointmentId,
    CaseId,
    Channel,
    Hour,
    Instant,
    ItemCode,
    Label,
    OrganisationPath,
    Text,
)

Ticket = Annotated[int, Field(ge=1, le=9999)]


class _Appointment(Event):
    topics: ClassVar[tuple[str, ...]] = (APPOINTMENT,)

    appointment_id: AppointmentId


class AppointmentBooked(_Appointment):
    """预约. One of the places of a slot is taken."""

    type: ClassVar[str] = "cn.cunban.appointment.booked.v1"

    organisation: OrganisationPath
    on: date
    """Local day."""
    slot: Hour
    """When the slot begins."""
    applicant_ref: ApplicantRef
    item_code: ItemCode | None = None
    """For what; None where it is only to ask."""
    channel: Channel
    schedule_version: Annotated[int, Field(ge=1)]
    """Of the window's schedule: its slots, places and grace hold for this booking."""
    booked_at: Instant


class AppointmentCancelled(_Appointment):
    """取消预约. The place is free again."""

    type: ClassVar[str] = "cn.cunban.appointment.cancelled.v1"

    slot: Hour
    reason: Text


class AppointmentMoved(_Appointment):
    """改约. Another slot of the same window and day."""

    type: ClassVar[str] = "cn.cunban.appointment.moved.v1"

    former_slot: Hour
    slot: Hour
    schedule_version: Annotated[int, Field(ge=1)]


class TicketTaken(_Appointment):
    """取号. Came to the window; stands in the queue from now on."""

    type: ClassVar[str] = "cn.cunban.appointment.ticket-taken.v1"

    ticket: Ticket
    """Place in the day's queue of this organisation, from 1."""
    waiting_since: Instant


class TicketCalled(_Appointment):
    """叫号. Asked to come to a desk."""

    type: ClassVar[str] = "cn.cunban.appointment.ticket-called.v1"

    ticket: Ticket
    desk: Label
    time: Annotated[int, Field(ge=1, le=99)]
    """1 for the first call, more where one who was passed is called again."""
    waiting_since: Instant


class TicketPassed(_Appointment):
    """过号. Did not come to the desk; may be called again."""

    type: ClassVar[str] = "cn.cunban.appointment.ticket-passed.v1"

    ticket: Ticket


class AppointmentServed(_Appointment):
    """接待. Whoever was called is at the desk."""

    type: ClassVar[str] = "cn.cunban.appointment.served.v1"

    ticket: Ticket
    desk: Label
    waiting_since: Instant
    case_id: CaseId | None = None
    """The application that was opened for it; may come later."""


class AppointmentBound(_Appointment):
    """关联办件. The clerk has opened the application that the appointment was for."""

    type: ClassVar[str] = "cn.cunban.appointment.bound.v1"

    case_id: CaseId


class AppointmentMissed(_Appointment):
    """爽约. Did not come, and had not cancelled."""

    type: ClassVar[str] = "cn.cunban.appointment.missed.v1"

    applicant_ref: ApplicantRef
    on: date
    slot: Hour
