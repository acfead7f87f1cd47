"""Intake, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter

from schemas.events.base import APPOINTMENT, CREDIT, INTAKE, REVIEW
from services.intake.core.appointments.places import Places
from services.intake.core.commands import COMMANDS
from services.intake.core.credit.in_force import Restrictions
from services.intake.core.decide import decider
from services.intake.core.prior_results import PriorResults
from services.intake.core.state import State
from services.intake.core.timers import timers
from services.intake.core.view import answer, version, version_of_view, view
from services.intake.shell import (
    appointments,
    appointments_public,
    attachments,
    batch,
    bundles,
    credit,
    letters_api,
    people_api,
    prechecks,
)
from services.intake.shell.api import router
from services.intake.shell.credit import CREDIT_SERVICE
from services.intake.shell.folds import events_to
from services.intake.shell.handing_in import Window
from services.intake.shell.open_cases import SPAN, OpenCases
from services.intake.shell.people import TOPIC as PEOPLE
from services.intake.shell.people import People
from services.intake.shell.prior import SPAN as PRIOR_SPAN
from services.intake.shell.prior import taking, wanted_first
from services.intake.shell.told import ApplicationTold
from services.intake.shell.window_service import APPOINTMENTS
from services.intake.shell.window_service import SPAN as BOOKING_SPAN
from services.runtime.printing import printing
from services.runtime.roles import Host, Parts
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service, adapters
from services.runtime.timers import TimerRules
from services.runtime.topic_follower import TopicFollower
from services.runtime.uploads import open_attachments

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
async def _reach_out(host: Host) -> AsyncIterator[None]:
    open_attachments(host.app, host.settings)
    secret = SecretFiles(host.settings.secrets_dir).code_secret()
    people, open_cases = People(host.bootstrap, secret), OpenCases()
    places, restrictions = Places(), Restrictions()
    facts = host.app.state.shell.reference.follower
    results = PriorResults(wanted_first(lambda: facts.book))
    take_results = taking(results)

    def take_cases(record: Any) -> None:
        open_cases.take(record)
        take_results(record)

    cases = TopicFollower(host.bootstrap, INTAKE, take_cases, host.health, max(SPAN, PRIOR_SPAN))
    given = TopicFollower(host.bootstrap, REVIEW, take_results, host.health, PRIOR_SPAN)
    followers = (
        TopicFollower(host.bootstrap, PEOPLE, people.take, host.health),
        TopicFollower(
            host.bootstrap, APPOINTMENT, events_to(places.take), host.health, BOOKING_SPAN
        ),
        TopicFollower(host.bootstrap, CREDIT, events_to(restrictions.take), host.health),
    )
    host.app.state.window = Window(
        people,
        open_cases,
        lambda: all(follower.ready for follower in (*followers, cases, given)),
        restrictions,
        places,
        results,
    )
    for follower in followers:
        host.go(follower.follow(), "followers")
    # What is wanted first stands in the catalogue; whose a result is, in the case.
    host.go(_after(facts.until_read, cases), "followers")
    host.go(_after(cases.until_read, given), "followers")
    try:
        async with printing(host, secret, people.name_of):
            yield
    finally:
        await people.close()


async def _after(before: Callable[[], Awaitable[None]], follower: TopicFollower) -> None:
    await before()
    await follower.follow()


PARTS = Parts(
    name="intake",
    title="村级受理 intake",
    service=SERVICE,
    beside=(APPOINTMENTS, CREDIT_SERVICE),
    routers=(
        batch.router,
        router,
        attachments.router,
        prechecks.router,
        letters_api.router,
        people_api.router,
        bundles.router,
        appointments.router,
        appointments_public.router,
        credit.router,
    ),
    timers=TimerRules(SERVICE, timers, signs=(b'"kind":"submitted"', b'"precheck":{')),
    api_part=_reach_out,
    of_acts=ApplicationTold,
)
