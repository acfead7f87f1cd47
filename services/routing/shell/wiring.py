"""Routing, put together."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import EXTERNAL, INTAKE, REVIEW, ROUTING
from services.routing.core.commands import COMMANDS
from services.routing.core.decide import decider
from services.routing.core.react import react
from services.routing.core.state import State
from services.routing.core.timers import sign_of_closed, timers
from services.routing.core.view import answer, version, version_of_view, view
from services.routing.shell.api import router
from services.routing.shell.told import RouteTold
from services.runtime.reactions import Reactor
from services.runtime.roles import Parts
from services.runtime.service import Service, adapters
from services.runtime.timers import TimerRules

_STATE: TypeAdapter[Any] = TypeAdapter(State)

SERVICE: Service[Any] = Service(
    name="routing",
    events_topic=ROUTING,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
)

PARTS = Parts(
    name="routing",
    title="分级流转 routing",
    service=SERVICE,
    routers=(router,),
    reactor=Reactor("routing", (INTAKE, REVIEW, EXTERNAL), react, dict(SERVICE.commands)),
    timers=TimerRules(SERVICE, timers, signs_of_closed=sign_of_closed),
    of_acts=RouteTold,
)
