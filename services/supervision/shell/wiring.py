"""Supervision, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import PRESENCE
from services.runtime.people_names import TOPIC as PEOPLE
from services.runtime.people_names import PeopleNames
from services.runtime.rate_limit import TokenBuckets
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service, adapters
from services.runtime.signals import TOPIC as SIGNALS
from services.runtime.tokens import TokenIssuer, jwks_of
from services.runtime.topic_follower import TopicFollower
from services.runtime.windows import WindowRules
from services.supervision.core.presence import (
    State,
    answer,
    decider,
    version,
    version_of_view,
    view,
)
from services.supervision.core.presence_commands import COMMANDS
from services.supervision.core.windows import Signal, Window, fallen_silent, heard, session_of
from services.supervision.shell import (
    api_cases,
    api_documents,
    api_figures,
    api_operate,
    api_people,
    api_prechecks,
    api_results,
    api_seals,
    api_stream,
    api_waiting,
    sessions,
)
from services.supervision.shell.api_documents import BURST, PER_MINUTE
from services.supervision.shell.presence_signals import read_signal
from services.supervision.shell.projecting import projecting
from services.supervision.shell.sessions import Door

_STATE: TypeAdapter[Any] = TypeAdapter(State)

SERVICE: Service[Any] = Service(
    name="supervision",
    events_topic=PRESENCE,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
    remember=timedelta(hours=24),
)


@asynccontextmanager
async def _door(host: Host) -> AsyncIterator[None]:
    secrets, state = SecretFiles(host.settings.secrets_dir), host.app.state
    signing = secrets.signing_key()
    state.jwks, state.code_secret = jwks_of(signing), secrets.code_secret()
    state.people_names = names = PeopleNames()
    state.verifications = TokenBuckets(BURST, PER_MINUTE)
    follower = TopicFollower(host.bootstrap, PEOPLE, names.take, host.health)
    host.go(follower.follow(), "followers")
    state.door = door = Door(state.shell, TokenIssuer(signing), demo=host.settings.demo)
    try:
        yield
    finally:
        door.shut()


WINDOWS: WindowRules[Window, Signal] = WindowRules(
    service="supervision",
    source=SIGNALS,
    read=read_signal,
    heard=heard,
    due=fallen_silent,
    parent=session_of,
    commands=dict(SERVICE.commands),
)

PARTS = Parts(
    name="supervision",
    title="实时监察 supervision",
    service=SERVICE,
    routers=(
        sessions.router,
        api_cases.router,
        api_documents.router,
        api_prechecks.router,
        api_results.router,
        api_seals.router,
        api_figures.router,
        api_stream.router,
        api_operate.router,
        api_waiting.router,
        api_people.router,
    ),
    windows=WINDOWS,
    api_part=_door,
    projector_part=projecting,
)
