"""An application on its port, in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from services.runtime.settings import Settings

STOP_SECONDS: Final = 3
"""Requests may end within; streams that still listen are then cut."""
BACKLOG: Final = 2048
log = structlog.get_logger()


class PortTaken(Exception):
    """Somebody else listens there; the text names the port and what to do."""


def serve(app: FastAPI, settings: Settings, port: int) -> None:
    """Serve `app` until SIGTERM or SIGINT, then end within five seconds.

    Raises:
        PortTaken: `port` is in use.
    """

    async def until_told() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        await serving(app, settings, port, stop)

    uvloop.run(until_told())


async def serving(app: FastAPI, settings: Settings, port: int, stop: asyncio.Event) -> None:
    """Serve `app` in the running loop until `stop` is set; other roles may run beside it.

    Returns when requests have ended and the application's lifespan is closed. A stream sees
    `stop` as `app.state.stopping` and had better end by itself: it is cut after three seconds.

    Raises:
        PortTaken: `port` is in use.
    """
    listening = _listen(settings.http.host, port)
    app.state.stopping = stop
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    log.info("serving", address=settings.http.host, port=port)
    watching = asyncio.create_task(_tell(server, stop))
    try:
        await server.serve(sockets=[listening])
    finally:
        watching.cancel()
        listening.close()
    log.info("served", port=port)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT, in the running loop of the main thread."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the process: workers must stop on them, too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _tell(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as fault:
        raise PortTaken(
            f"端口 {host}:{port} 无法使用（{fault.strerror}），请换一个 --port-base，"
            f"或停掉占用它的程序。Port {port} cannot be used: choose another --port-base."
        ) from fault
