"""HTTP of one's own appointment, by its number and query code; nobody signs in."""

from __future__ import annotations

import hmac
from typing import Annotated
from uuid import uuid4

import orjson
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from schemas.values import AppointmentId
from services.intake.shell.handing_in import Window
from services.kernel.window_days import key_and_number
from services.runtime import results
from services.runtime.api_document import problem_answers
from services.runtime.command_calls import shell_of
from services.runtime.command_record import VIEW, CommandRecord
from services.runtime.problems import Problem

router = APIRouter(prefix="/v1/public", tags=["appointments"])


class OwnAppointment(BaseModel):
    """What a villager may see of the own appointment."""

    appointment_id: str
    organisation: str
    on: str
    slot: str
    status: str
    ticket: int | None = None
    """Queue number, once at the window."""
    desk: str | None = None
    """Where to go, once called."""
    ahead: int
    """How many are in the queue before."""


@router.get("/appointments/{appointment_id}", responses=problem_answers(404))
async def own_appointment(
    request: Request,
    appointment_id: Annotated[AppointmentId, Path(description="预约编号 appointment id")],
    query_code: Annotated[str, Query(min_length=4, max_length=20)],
) -> OwnAppointment:
    """我的预约. Give slot, queue number and how many are ahead, for the number and its code."""
    window: Window = request.app.state.window
    expected = window.people.query_code(appointment_id)
    if not hmac.compare_digest(expected.encode(), query_code.strip().upper().encode()):
        raise Problem("public.not_found")
    key, _ = key_and_number(appointment_id)
    record = CommandRecord(VIEW, str(uuid4()), key, b"{}")
    result = await shell_of(request, "appointments").gateway.ask(record)
    if result is None or result.status != results.ACCEPTED:
        raise Problem("server.unavailable", headers={"Retry-After": "2"})
    day = orjson.loads(result.body)
    rows = day["appointments"]
    own = next((row for row in rows if row["appointment_id"] == appointment_id), None)
    if own is None:
        raise Problem("public.not_found")
    waiting = [r["ticket"] for r in rows if r["status"] == "waiting"]
    ahead = sum(ticket < own["ticket"] for ticket in waiting) if own["status"] == "waiting" else 0
    return OwnAppointment(
        appointment_id=appointment_id,
        organisation=day["organisation"],
        on=day["on"],
        slot=own["slot"],
        status=own["status"],
        ticket=own.get("ticket"),
        desk=own.get("desk"),
        ahead=ahead,
    )
