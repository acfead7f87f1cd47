"""Review, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import REVIEW, ROUTING
from services.review.core.commands import COMMANDS
from services.review.core.decide import decider
from services.review.core.react import react
from services.review.core.state import State
from services.review.core.timers import timers
from services.review.core.view import answer, version, version_of_view, view
from services.review.shell import (
    api,
    api_clocks,
    api_consulting,
    api_custody,
    api_results,
    letters_api,
    pictures,
)
from services.review.shell.payments import AtTheWindow
from services.review.shell.told import StepTold
from services.runtime.people_names import TOPIC as PEOPLE
from services.runtime.people_names import PeopleNames
from services.runtime.printing import printing
from services.runtime.reactions import Reactor
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service, adapters
from services.runtime.timers import TimerRules
from services.runtime.topic_follower import TopicFollower
from services.runtime.uploads import open_attachments

_STATE: TypeAdapter[Any] = TypeAdapter(State)

SERVICE: Service[Any] = Service(
    name="review",
    events_topic=REVIEW,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
)


@asynccontextmanager
async def _reach_out(host: Host) -> AsyncIterator[None]:
    open_attachments(host.app, host.settings)
    host.app.state.payments = AtTheWindow()
    secret = SecretFiles(host.settings.secrets_dir).code_secret()
    names = PeopleNames()
    follower = TopicFollower(host.bootstrap, PEOPLE, names.take, host.health)
    host.go(follower.follow(), "followers")
    async with printing(host, secret, names.name_of):
        yield


PARTS = Parts(
    name="review",
    title="部门审批 review",
    service=SERVICE,
    routers=(
        api.router,
        api_clocks.router,
        api_consulting.router,
        api_results.router,
        api_custody.router,
        letters_api.router,
        pictures.router,
    ),
    timers=TimerRules(
        SERVICE, timers, signs=(b'"kind":"waiting"', b'"kind":"claimed"', b'"delivery":{')
    ),
    reactor=Reactor("review", (ROUTING,), react, dict(SERVICE.commands)),
    api_part=_reach_out,
    of_acts=StepTold,
)
