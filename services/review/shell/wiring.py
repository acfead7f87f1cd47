"""Review, put together."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import REVIEW, ROUTING
from services.review.core.commands import COMMANDS
from services.review.core.decide import decider
from services.review.core.react import react
from services.review.core.state import State
from services.review.core.timers import timers
from services.review.core.view import answer, version, version_of_view, view
from services.review.shell import api, api_clocks, api_consulting, api_results
from services.review.shell.told import StepTold
from services.runtime.reactions import Reactor
from services.runtime.roles import Parts
from services.runtime.service import Service, adapters
from services.runtime.timers import TimerRules

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

PARTS = Parts(
    name="review",
    title="部门审批 review",
    service=SERVICE,
    routers=(api.router, api_clocks.router, api_consulting.router, api_results.router),
    timers=TimerRules(SERVICE, timers, signs=(b'"kind":"waiting"', b'"kind":"claimed"')),
    reactor=Reactor("review", (ROUTING,), react, dict(SERVICE.commands)),
    of_acts=StepTold,
)
