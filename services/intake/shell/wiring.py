"""Intake, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import INTAKE
from services.intake.core.commands import COMMANDS
from services.intake.core.decide import decider
from services.intake.core.state import State
from services.intake.core.view import answer, version, version_of_view, view
from services.intake.shell import appointments, bundles, credit
from services.intake.shell.api import router
from services.intake.shell.credit import CREDIT_SERVICE, restrictions
from services.intake.shell.people import People
from services.intake.shell.window_service import APPOINTMENTS, places
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service, adapters

_STATE: TypeAdapter[Any] = TypeAdapter(State)

SERVICE: Service[Any] = Service(
    name="intake",
    events_topic=INTAKE,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
)


@asynccontextmanager
async def _people(host: Host) -> AsyncIterator[None]:
    secret = SecretFiles(host.settings.secrets_dir).code_secret()
    host.app.state.people = people = People(host.bootstrap, secret)
    try:
        async with places(host), restrictions(host):
            yield
    finally:
        await people.close()


PARTS = Parts(
    name="intake",
    title="村级受理 intake",
    service=SERVICE,
    beside=(APPOINTMENTS, CREDIT_SERVICE),
    routers=(router, bundles.router, appointments.router, credit.router),
    api_part=_people,
)
