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
from services.intake.core.timers import timers
from services.intake.core.view import answer, version, version_of_view, view
from services.intake.shell import batch, bundles, people_api
from services.intake.shell.api import router
from services.intake.shell.handing_in import Window
from services.intake.shell.open_cases import SPAN, OpenCases
from services.intake.shell.people import TOPIC as PEOPLE
from services.intake.shell.people import People
from services.intake.shell.told import ApplicationTold
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service, adapters
from services.runtime.timers import TimerRules
from services.runtime.topic_follower import TopicFollower

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
    people, open_cases = People(host.bootstrap, secret), OpenCases()
    followers = (
        TopicFollower(host.bootstrap, PEOPLE, people.take, host.health),
        TopicFollower(host.bootstrap, INTAKE, open_cases.take, host.health, SPAN),
    )
    host.app.state.window = Window(
        people, open_cases, lambda: all(follower.ready for follower in followers)
    )
    for follower in followers:
        host.go(follower.follow(), "followers")
    try:
        yield
    finally:
        await people.close()


PARTS = Parts(
    name="intake",
    title="村级受理 intake",
    service=SERVICE,
    routers=(batch.router, router, people_api.router, bundles.router),
    timers=TimerRules(SERVICE, timers, signs=(b'"kind":"submitted"',)),
    api_part=_people,
    of_acts=ApplicationTold,
)
