"""HTTP of appointments: slots for everybody, booking and queue for clerks (预约、取号、叫号)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from schemas.values import AppointmentId, OrganisationPath
from schemas.window_facts import WindowSchedule
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
from services.intake.core.appointments.slots import begins_at, slots_of
from services.intake.shell.appointment_bodies import (
    Booking,
    CaseOpened,
    Desk,
    OtherSlot,
    Reason,
)
from services.intake.shell.bodies import Nothing
from services.intake.shell.handing_in import Window
from services.intake.shell.people import People, Telling
from services.intake.shell.told import AppointmentTold, QueueTold
from services.kernel.authority_contradictions import is_cancelled
from services.kernel.calendar import local
from services.kernel.competence import may
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.kernel.rules_in_force import schedule_in_force
from services.kernel.succession import is_closed
from services.kernel.window_days import key_and_number, parts_of, window_day
from services.runtime import clock
from services.runtime.api_document import problem_answers
from services.runtime.command_calls import Call as HttpCall
from services.runtime.command_calls import Head, told, view
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn

NAME: Final = "appointments"
router = APIRouter(prefix="/v1", tags=["appointments"])
Key = Annotated[AppointmentId, Path(description="预约编号 appointment id")]
Calling = Annotated[HttpCall, Depends(Head(NAME))]
Place = Annotated[OrganisationPath, Query(description="机构 path of the organisation")]
Day = Annotated[date, Query(alias="date", description="日期 local day")]


class Slot(BaseModel):
    """One slot of a day, as anybody may see it."""

    slot: str
    """Local time at which it begins, `HH:MM`."""
    capacity: int
    left: int


class Slots(BaseModel):
    """The slots of a window on a day; empty where it is closed."""

    organisation: str
    on: date
    slot_minutes: int
    days_ahead: int
    open: bool
    why_closed: str = ""
    slots: list[Slot]


class BookableWindow(BaseModel):
    """A window that gives out places today."""

    organisation: str
    name: str
    days_ahead: int


@router.get("/appointments/windows")
async def windows(request: Request) -> list[BookableWindow]:
    """Give the windows at which one may book, by path. Public."""
    book: ReferenceBook = request.app.state.shell.reference.book
    today = local(clock.now()).date()
    there = (o for o in book.organisations() if not is_closed(o, today))
    found = ((o, schedule_in_force(book, o.path, today)) for o in there)
    return [
        BookableWindow(organisation=o.path, name=o.name, days_ahead=schedule.days_ahead)
        for o, schedule in found
        if schedule is not None
    ]


@router.get("/appointments/slots", responses=problem_answers(404))
async def slots(request: Request, organisation: Place, on: Day) -> Slots:
    """Give the slots of a window on a day and how many places each has left. Public."""
    book: ReferenceBook = request.app.state.shell.reference.book
    schedule = _schedule(book, organisation, on)
    kind = book.calendar(book.current_calendar_version()).day(on)
    found: list[Slot] = []
    if kind.is_working:
        window: Window = request.app.state.window
        window.require_ready()
        key, now = window_day(organisation, on), clock.now()
        for slot in slots_of(schedule, book.organisation(organisation)):
            taken = (
                schedule.capacity if begins_at(on, slot) <= now else window.places.taken(key, slot)
            )
            left = max(0, schedule.capacity - taken)
            found.append(Slot(slot=slot, capacity=schedule.capacity, left=left))
    return Slots(
        organisation=organisation,
        on=on,
        slot_minutes=schedule.slot_minutes,
        days_ahead=schedule.days_ahead,
        open=kind.is_working,
        why_closed=kind.note or kind.name,
        slots=found,
    )


@router.post("/appointments", status_code=201, responses={201: {"model": AppointmentTold}})
async def book(request: Request, body: Booking, call: Calling) -> Response:
    """预约. Take one place of a slot for somebody."""
    organisation = body.organisation or call.actor.organisation
    reference = call.shell.reference.book
    schedule = _schedule(reference, organisation, body.on)
    if body.item_code is not None:
        today = local(clock.now()).date()
        item = reference.current_item(body.item_code, today)
        if item is None or is_cancelled(item):
            told_so = f"没有事项 {body.item_code}，或已取消，请核对事项目录。"
            raise Problem("intake.item_not_in_force", 404, detail=told_so)
    window: Window = request.app.state.window
    window.require_ready()
    on, allowed = local(call.at).date(), may(call.actor, Book.action, organisation)
    telling = Telling(organisation, on, body.confirm_changed_person, allowed)
    applicant_ref = await window.people.remember(body.applicant, telling, "applicant")
    command = Book(
        key=window_day(organisation, body.on),
        actor=call.actor,
        at=call.at,
        organisation=organisation,
        on=body.on,
        slot=body.slot,
        applicant_ref=applicant_ref,
        item_code=body.item_code,
        channel=body.channel,
        schedule_version=schedule.version,
        calendar_version=call.calendar_version,
        missed=window.places.missed(applicant_ref),
    )
    return _with_query_code(await call.carry_out(command, 201), window.people)


@router.get("/appointments", responses={200: {"model": QueueTold}})
async def queue(request: Request, officer: SignedIn, organisation: Place, on: Day) -> Response:
    """Give all appointments of a window's day with their queue numbers, for its clerks."""
    if not may(officer.actor, "appointments.view", organisation):
        raise Problem("rights.denied")
    key = window_day(organisation, on)
    return told(await view(request, officer, key, None, NAME))


@router.get("/appointments/{appointment_id}", responses={200: {"model": AppointmentTold}})
async def appointment(request: Request, appointment_id: Key, officer: SignedIn) -> Response:
    """Give one appointment as it stands now."""
    key, number = _parts(appointment_id)
    if not may(officer.actor, "appointments.view", parts_of(key)[0]):
        raise Problem("rights.denied")
    return told(await view(request, officer, key, str(number), NAME))


@router.post("/appointments/{appointment_id}/cancel", responses={200: {"model": AppointmentTold}})
async def cancel(appointment_id: Key, body: Reason, call: Calling) -> Response:
    """取消预约. The place is free again."""
    return await call.carry_out(Cancel(**_of(appointment_id, call), reason=body.reason))


@router.post("/appointments/{appointment_id}/move", responses={200: {"model": AppointmentTold}})
async def move(appointment_id: Key, body: OtherSlot, call: Calling) -> Response:
    """改约. Another slot of the same day; for another day book there and cancel here."""
    key = _parts(appointment_id)[0]
    schedule = _schedule(call.shell.reference.book, *parts_of(key))
    return await call.carry_out(
        Move(**_of(appointment_id, call), slot=body.slot, schedule_version=schedule.version)
    )


@router.post("/appointments/{appointment_id}/check-in", responses={200: {"model": AppointmentTold}})
async def check_in(appointment_id: Key, body: Nothing, call: Calling) -> Response:
    """到场取号. Gives the number in the day's queue."""
    return await call.carry_out(CheckIn(**_of(appointment_id, call)))


@router.post("/appointments/{appointment_id}/call", responses={200: {"model": AppointmentTold}})
async def call_up(appointment_id: Key, body: Desk, call: Calling) -> Response:
    """叫号. Call the number to a desk, or once more after it was passed."""
    return await call.carry_out(Call(**_of(appointment_id, call), desk=body.desk))


@router.post("/appointments/{appointment_id}/pass", responses={200: {"model": AppointmentTold}})
async def pass_over(appointment_id: Key, body: Nothing, call: Calling) -> Response:
    """过号. Nobody came to the desk."""
    return await call.carry_out(Pass(**_of(appointment_id, call)))


@router.post("/appointments/{appointment_id}/serve", responses={200: {"model": AppointmentTold}})
async def serve(appointment_id: Key, body: CaseOpened, call: Calling) -> Response:
    """接待. Begin at the desk, or name the case that was opened since."""
    return await call.carry_out(Serve(**_of(appointment_id, call), case_id=body.case_id))


@router.post("/appointments/{appointment_id}/miss", responses={200: {"model": AppointmentTold}})
async def miss(appointment_id: Key, body: Nothing, call: Calling) -> Response:
    """爽约. Nobody came, and the grace is over."""
    return await call.carry_out(MarkMissed(**_of(appointment_id, call)))


def _of(appointment_id: str, call: HttpCall) -> dict[str, Any]:
    key, number = _parts(appointment_id)
    return {"key": key, "number": number, "actor": call.actor, "at": call.at}


def _parts(appointment_id: str) -> tuple[str, int]:
    """Give key and number; an id whose day is none names nothing."""
    key, number = key_and_number(appointment_id)
    try:
        parts_of(key)
    except ValueError:
        raise Problem("appointments.not_found", 404, detail="没有这个预约，请核对编号。") from None
    return key, number


def _schedule(book: ReferenceBook, organisation: str, on: date) -> WindowSchedule:
    found = schedule_in_force(book, organisation, on)
    try:
        if is_closed(book.organisation(organisation), on):
            found = None
    except UnknownReference:
        found = None
    if found is None:
        detail = f"{organisation} 在 {on} 不提供预约，请直接到窗口办理。"
        raise Problem("appointments.not_offered", 404, detail=detail)
    return found


def _with_query_code(response: Response, people: People) -> Response:
    """Add the villager's code. It is derived, so a repeat is told the same."""
    body = orjson.loads(bytes(response.body))
    if "appointment_id" not in body:
        return response
    body["query_code"] = people.query_code(body["appointment_id"])
    headers = {
        "ETag": response.headers["etag"],
        "Location": f"/v1/appointments/{body['appointment_id']}",
    }
    return Response(
        orjson.dumps(body), response.status_code, headers, media_type="application/json"
    )
