"""One more worker of a service, beside the stack's own; started anew after each kill."""

import asyncio
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from services.one_machine import child as children
from services.one_machine.child import Child
from services.one_machine.ports import free_ports
from services.one_machine.readiness import http_ready
from tests.support.stack import PROJECT, Stack

_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 6.0


class ExtraWorker:
    """`cunban serve SERVICE --role worker` with a name and a port of its own.

    Use it from the main thread: the kernel kills it when the thread that started it ends.
    """

    def __init__(self, stack: Stack, service: str) -> None:
        (self._port,) = free_ports(1)
        self._argv = (sys.executable, "-m", "services.cli.main", "serve", service)
        self._env = {
            **stack.environment(service),
            "CUNBAN_HTTP__PORT": str(self._port),
            "CUNBAN_INSTANCE": f"{service}-extra",
        }
        self._said: Path = stack.data / "logs" / f"{service}-extra.log"
        self._child: Child | None = None

    async def __aenter__(self) -> "ExtraWorker":
        self.start()
        await self.wait_ready()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child is not None:
            await children.stop(self._child, _STOP_SECONDS)

    def start(self) -> None:
        """Start it; not yet ready."""
        with self._said.open("ab") as said:
            argv = (*self._argv, "--role", "worker")
            self._child = children.spawn(argv, self._env, PROJECT, said.fileno())

    async def kill(self) -> None:
        """End it by `kill -9` and start its successor; not yet ready."""
        assert self._child is not None
        self._child.send_signal(signal.SIGKILL)
        await children.ended(self._child)
        self.start()

    async def wait_ready(self) -> None:
        """Wait until it owns its partitions."""
        ready = http_ready(self._port)
        async with asyncio.timeout(_READY_SECONDS):
            while not await ready():  # noqa: ASYNC110  another process cannot set an event
                await asyncio.sleep(0.05)
