"""One process of a service: its roles side by side in one loop, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

import structlog
import uvloop
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from services.runtime.collector import calm_collector
from services.runtime.command_calls import ReadFacts, Shell, status_routes
from services.runtime.gateway import Gateway
from services.runtime.health import Health
from services.runtime.http import create_app
from services.runtime.kafka_clients import gateway_producer, stop_producer
from services.runtime.reactions import Reactions, Reactor, new_app
from services.runtime.reference_topic import ReferenceFollower, ReferenceUnavailable
from services.runtime.revocations import Revocations
from services.runtime.secret_files import SecretFiles
from services.runtime.service import Service
from services.runtime.serving import serving, stop_on_signals
from services.runtime.settings import ServiceName, Settings
from services.runtime.signals import Signals
from services.runtime.timers import TimerRules, Timers
from services.runtime.tokens import TokenVerifier, jwks_of
from services.runtime.watchdog import watch
from services.runtime.windows import WindowRules, Windows
from services.runtime.worker import Worker

Role: TypeAlias = Literal["api", "worker", "reactions", "projector"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
RETRY_SECONDS: Final = 1.0
STOP_SECONDS: Final = 4.0
"""For the transactions under way; what is not committed by then was never acknowledged."""
log = structlog.get_logger()


@dataclass
class Host:
    """What the roles of a process share."""

    settings: Settings
    health: Health
    reference: ReferenceFollower
    stop: asyncio.Event
    app: FastAPI
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    worker: Worker | None = None

    @property
    def bootstrap(self) -> str:
        """Where Kafka is."""
        return self.settings.kafka.bootstrap

    def go(self, work: Awaitable[None], name: str) -> None:
        """Run `work` until the process ends; where it fails the process ends with it."""

        async def until_done() -> None:
            try:
                await work
            finally:
                self.stop.set()

        self.tasks.append(asyncio.create_task(until_done(), name=name))


Part: TypeAlias = Callable[[Host], AbstractAsyncContextManager[None]]
"""Something of one service's own, open for as long as its role runs."""


@dataclass(frozen=True)
class Parts:
    """What one service is made of."""

    name: ServiceName
    title: str
    service: Service[Any] | None = None
    routers: tuple[APIRouter, ...] = ()
    reactor: Reactor | None = None
    windows: WindowRules[Any, Any] | None = None
    timers: TimerRules[Any] | None = None
    api_part: Part | None = None
    projector_part: Part | None = None
    of_acts: type[BaseModel] | None = None
    """What its commands are answered with, for the API document."""


def run(parts: Parts, settings: Settings, roles: Sequence[Role]) -> None:
    """Run the roles of one service in this process until SIGTERM.

    Raises:
        PortTaken: somebody else listens there.
        ExceptionGroup: a role failed and the process has to be started anew.
    """
    calm_collector()
    uvloop.run(_run(parts, settings, roles))


async def _run(parts: Parts, settings: Settings, roles: Sequence[Role]) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    health = Health()
    # Named in the health only where it is followed: the portal needs no broker.
    reference = ReferenceFollower(settings.kafka.bootstrap, health if parts.service else None)
    commands = (status_routes(),) if parts.service else ()
    routers = (*parts.routers, *commands) if "api" in roles else ()
    host: Host | None = None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        nonlocal host
        host = Host(settings, health, reference, stop, app)
        async with AsyncExitStack() as stack:
            await _open(host, parts, roles, stack)
            yield
            await _end(host)

    app = create_app(parts.title, settings, health, lifespan, routers, parts.of_acts)
    await serving(app, settings, settings.port_of(parts.name), stop)
    if host is not None:
        _raise_failures(host)


async def _open(host: Host, parts: Parts, roles: Sequence[Role], stack: AsyncExitStack) -> None:
    if parts.service is None:  # the portal: pages that ask the others by HTTP; no broker is needed
        if parts.api_part is not None:
            await stack.enter_async_context(parts.api_part(host))
        return
    host.go(_follow_reference(host), "reference")
    if "worker" in roles:
        host.worker = Worker(
            parts.service, host.reference.book, host.bootstrap, host.health, host.settings.instance
        )
        host.go(_with_reference(host, host.worker.run), "worker")
    if "reactions" in roles:
        await stack.enter_async_context(_reacting(host, parts))
    if "api" in roles:
        await stack.enter_async_context(_answering(host, parts.service))
        if parts.api_part is not None:
            await stack.enter_async_context(parts.api_part(host))
    if "projector" in roles and parts.projector_part is not None:
        await stack.enter_async_context(parts.projector_part(host))


async def _with_reference(host: Host, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` when the reference facts have been read once; not at all where the end is first.

    Without them the first commands and events after a start would be put aside as unknown.
    """
    waiting = [
        asyncio.create_task(host.reference.until_read()),
        asyncio.create_task(host.stop.wait()),
    ]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
    if host.reference.ready:
        await work()


async def _follow_reference(host: Host) -> None:
    while True:
        try:
            await host.reference.start()
            break
        except ReferenceUnavailable:
            await asyncio.sleep(RETRY_SECONDS)
    try:
        await host.stop.wait()
    finally:
        await host.reference.stop()


@asynccontextmanager
async def _answering(host: Host, service: Service[Any]) -> AsyncIterator[None]:
    """Gateway, tokens, revocations and signals of an API process."""
    state, settings = host.app.state, host.settings
    revocations, signals = Revocations(host.bootstrap), Signals()
    public = jwks_of(SecretFiles(settings.secrets_dir).verify_key())
    state.verifier = TokenVerifier(public, revocations.is_revoked)
    host.go(revocations.follow(), "revocations")
    producer = gateway_producer(host.bootstrap)
    host.go(_connect(producer, signals, host), "signals")
    gateway = Gateway(
        service.name,
        host.bootstrap,
        host.health,
        wait=settings.result_wait_seconds,
        in_flight_limit=settings.in_flight_limit,
    )
    state.shell = Shell(service, gateway, ReadFacts(host.reference), signals)
    await gateway.start()
    try:
        yield
    finally:
        await gateway.stop()
        await stop_producer(producer)


async def _connect(producer: Any, signals: Signals, host: Host) -> None:
    while True:
        try:
            await producer.start()
            break
        except (KafkaError, OSError):
            await asyncio.sleep(RETRY_SECONDS)
    signals.connect(producer)
    await host.stop.wait()


@asynccontextmanager
async def _reacting(host: Host, parts: Parts) -> AsyncIterator[None]:
    group = f"{parts.name}.reactions"
    app = new_app(group, host.bootstrap, host.settings.instance)
    sources: list[str] = []
    if parts.reactor is not None:
        Reactions(app, parts.reactor, host.reference.book)
        sources += parts.reactor.sources
    if parts.windows is not None:
        Windows(app, host.bootstrap, parts.windows)
        sources.append(parts.windows.source)
    if parts.timers is not None:
        Timers(app, host.bootstrap, parts.timers, host.reference.book)
        sources.append(parts.timers.source)
    host.health.expect("reactions")
    host.go(_with_reference(host, lambda: _faust(app, host)), "faust")
    host.go(watch(host.bootstrap, group, sources), "watchdog")
    yield


async def _faust(app: Any, host: Host) -> None:
    await app.start()
    host.health.up("reactions")
    try:
        await app.wait_until_stopped()
    finally:
        await app.stop()
    if app.crashed:
        raise app.crash_reason


async def _end(host: Host) -> None:
    """Let the worker finish; then end what is left."""
    host.stop.set()
    if host.worker is not None:
        host.worker.stop()
        working = [task for task in host.tasks if task.get_name() == "worker"]
        await asyncio.wait(working, timeout=STOP_SECONDS)
    for task in host.tasks:
        task.cancel()
    await asyncio.gather(*host.tasks, return_exceptions=True)


def _raise_failures(host: Host) -> None:
    failed = [
        fault
        for task in host.tasks
        if not task.cancelled() and isinstance(fault := task.exception(), Exception)
    ]
    if failed:
        for fault in failed:
            log.error("role failed", code=type(fault).__name__, exc_info=fault)
        raise ExceptionGroup("a role of this process failed", failed)
