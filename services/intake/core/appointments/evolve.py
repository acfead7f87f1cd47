"""What each event changes on a window's day. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from dataclasses import replace

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
from schemas.events.base import Event
from services.intake.core.appointments.state import (
    Appointment,
    Booked,
    Booking,
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
from services.kernel.window_days import key_and_number


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    match state, event:
        case _, AppointmentBooked():
            return _booked(state, event)
        case Day(), (
            AppointmentCancelled()
            | AppointmentMoved()
            | TicketTaken()
            | TicketCalled()
            | TicketPassed()
            | AppointmentServed()
            | AppointmentBound()
            | AppointmentMissed()
        ):
            return _changed(state, event)
        case _:
            return state


def _booked(state: State, event: AppointmentBooked) -> Day:
    before = state.appointments if isinstance(state, Day) else ()
    booking = Booking(
        number=len(before) + 1,
        version=1,
        slot=event.slot,
        applicant_ref=event.applicant_ref,
        item_code=event.item_code,
        schedule_version=event.schedule_version,
        booked_at=event.booked_at,
    )
    return Day(
        organisation=event.organisation,
        on=event.on,
        appointments=(*before, Booked(booking=booking)),
        tickets=0 if isinstance(state, Untouched) else state.tickets,
    )


def _changed(
    day: Day,
    event: AppointmentCancelled
    | AppointmentMoved
    | TicketTaken
    | TicketCalled
    | TicketPassed
    | AppointmentServed
    | AppointmentBound
    | AppointmentMissed,
) -> Day:
    number = key_and_number(event.appointment_id)[1]
    former = day.numbered(number)
    if former is None:
        return day
    booking = replace(former.booking, version=former.booking.version + 1)
    after = _after(former, booking, event)
    appointments = (*day.appointments[: number - 1], after, *day.appointments[number:])
    tickets = event.ticket if isinstance(event, TicketTaken) else day.tickets
    return replace(day, appointments=appointments, tickets=tickets)


def _after(former: Appointment, booking: Booking, event: Event) -> Appointment:
    match event:
        case AppointmentCancelled():
            return Cancelled(booking=booking)
        case AppointmentMoved():
            slot, version = event.slot, event.schedule_version
            return Booked(booking=replace(booking, slot=slot, schedule_version=version))
        case AppointmentMissed():
            return Missed(booking=booking)
        case AppointmentBound():
            ticket = former.ticket if isinstance(former, Served) else 0
            return Served(booking=booking, ticket=ticket, case_id=event.case_id)
        case _:
            return _queued(former, booking, event)


def _queued(former: Appointment, booking: Booking, event: Event) -> Appointment:
    match event:
        case TicketTaken():
            since = event.waiting_since
            return Waiting(booking=booking, ticket=event.ticket, waiting_since=since)
        case TicketCalled():
            return Called(
                booking=booking,
                ticket=event.ticket,
                waiting_since=event.waiting_since,
                desk=event.desk,
                times=event.time,
            )
        case TicketPassed() if isinstance(former, Called):
            return Passed(
                booking=booking,
                ticket=event.ticket,
                waiting_since=former.waiting_since,
                times=former.times,
            )
        case AppointmentServed():
            return Served(booking=booking, ticket=event.ticket, case_id=event.case_id)
        case _:
            return former
