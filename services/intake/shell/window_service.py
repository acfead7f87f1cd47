"""Appointments as a service beside intake's own (ADR 0021), and what its routes follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from schemas.events.base import APPOINTMENT
from services.intake.core.appointments.commands import COMMANDS
from services.intake.core.appointments.decide import decider
from services.intake.core.appointments.state import State
from services.intake.core.appointments.view import answer, version, version_of_view, view
from services.intake.shell.appointments import NAME
from services.runtime.service import Service, adapters

SPAN: Final = timedelta(days=155)
"""Booked at most 60 days ahead (`WindowSchedule.days_ahead`), missed days of at most 90 before
(`NoShowRule.within_days`), and a little."""
_STATE: TypeAdapter[Any] = TypeAdapter(State)

APPOINTMENTS: Service[Any] = Service(
    name=NAME,
    events_topic=APPOINTMENT,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
    beside=True,
)
