"""A window's day as JSON: the queue for the clerks, one appointment for whoever acted."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from services.intake.core.appointments.commands import Book, Command
from services.intake.core.appointments.decide import not_found
from services.intake.core.appointments.state import (
    Appointment,
    Called,
    Day,
    Passed,
    Served,
    State,
    Waiting,
)
from services.kernel.window_days import appointment_id, key_and_number, parts_of


def view(key: str, state: State, part: str | None) -> dict[str, object]:
    """Give the whole day, or one appointment by its number.

    Raises:
        Refused: `appointments.not_found`.
    """
    if part is not None:
        return _one(key, state, int(part))
    organisation, on = parts_of(key)
    head: dict[str, object] = {"organisation": organisation, "on": on.isoformat()}
    found = state.appointments if isinstance(state, Day) else ()
    return {**head, "appointments": [_shown(key, appointment) for appointment in found]}


def answer(key: str, state: State, events: Sequence[Event]) -> dict[str, object]:
    """Give the appointment that the command was about; the day where nothing happened."""
    for event in events:
        number = key_and_number(getattr(event, "appointment_id", f"{key}.0"))[1]
        return _one(key, state, number)
    return {"organisation": parts_of(key)[0], "on": parts_of(key)[1].isoformat()}


def version(state: State, command: Command) -> int:
    """Give what `If-Match` of a command is compared with: events of that appointment."""
    if not isinstance(command, Book):
        return _version(state, command.number)
    found = state.appointments if isinstance(state, Day) else ()
    own = [a.booking for a in found if a.booking.applicant_ref == command.applicant_ref]
    return own[-1].version if own else 0


def version_of_view(state: State, part: str | None) -> int:
    """Give the `ETag` of a view: of the appointment, or the number of all events of the day."""
    if part is not None:
        return _version(state, int(part))
    found = state.appointments if isinstance(state, Day) else ()
    return sum(appointment.booking.version for appointment in found)


def _version(state: State, number: int) -> int:
    found = state.numbered(number) if isinstance(state, Day) else None
    return found.booking.version if found else 0


def _one(key: str, state: State, number: int) -> dict[str, object]:
    found = state.numbered(number) if isinstance(state, Day) else None
    if found is None:
        raise not_found()
    organisation, on = parts_of(key)
    return {"organisation": organisation, "on": on.isoformat(), **_shown(key, found)}


def _shown(key: str, found: Appointment) -> dict[str, object]:
    booking = found.booking
    shown: dict[str, object] = {
        "appointment_id": appointment_id(key, booking.number),
        "status": found.kind,
        "version": booking.version,
        "slot": booking.slot,
        "applicant_ref": booking.applicant_ref,
        "item_code": booking.item_code,
    }
    if isinstance(found, Waiting | Called | Passed | Served):
        shown["ticket"] = found.ticket
    if isinstance(found, Waiting | Called | Passed):
        shown["waiting_since"] = found.waiting_since.isoformat()
    if isinstance(found, Called):
        shown["desk"] = found.desk
    if isinstance(found, Served):
        shown["case_id"] = found.case_id
    return shown
