"""The whole county as real processes: `cunban up --demo` on free ports, in a temporary folder.

`stack` is one for the whole test run. Tests that use it carry
`@pytest.mark.xdist_group("stack")`, so that under `--dist loadgroup` one worker has them all;
without that each worker that needs a stack starts one of its own, which is dear but right.
Tests that kill processes take `fresh_stack()`.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from services.one_machine import child as children
from services.one_machine.child import Child
from services.one_machine.county import ROLES, Machine
from services.one_machine.data_folder import DataFolder
from services.one_machine.ports import is_free
from services.one_machine.readiness import http_ready
from services.one_machine.rotated_log import last_lines

PROJECT: Final = Path(__file__).resolve().parents[2]
BACKEND: Final = tuple(role.name for role in ROLES if role.name != "portal")
"""Every process but the portal."""
WITH_PORTAL: Final = tuple(role.name for role in ROLES)
_START_SECONDS: Final = 120.0
_READY_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 12.0
_LOOK_EVERY: Final = 0.05
_OFFSETS: Final = {role.name: role.offset for role in ROLES}


class StackFailed(Exception):
    """The stack, or a process of it, did not come up; the message ends with the log."""


class Stack:
    """One `cunban up --demo`. Ends with the process that made it, even by `kill -9`.

    Start it from the main thread: the kernel kills it when the thread that started it ends.
    `services` are the processes whose `/readyz` must be 200 before `start` returns.
    """

    def __init__(self, folder: Path, services: Iterable[str] = BACKEND) -> None:
        self.data: Path = folder / "data"
        self.port_base = free_base()
        self._services = tuple(services)
        self._said = folder / "up.log"
        self._up: Child | None = None
        self._killed: dict[str, int] = {}

    @property
    def bootstrap(self) -> str:
        """Address of the broker for clients."""
        return f"127.0.0.1:{self.machine.broker_port}"

    @property
    def machine(self) -> Machine:
        """What runs, as `cunban up` sees it."""
        return Machine(self.port_base, DataFolder(self.data), demo=True)

    def url(self, name: str) -> str:
        """Give the address of a service or another process of the stack, no slash at its end."""
        return f"http://127.0.0.1:{self.port_base + _OFFSETS[name]}"

    def environment(self, name: str) -> dict[str, str]:
        """Give the settings that the process of this name runs with, for one more beside it."""
        specs = {spec.name: spec for spec in self.machine.services()}
        return dict(specs[name].env)

    def pid_of(self, name: str) -> int:
        """Give the process id of a process of the stack: `kafka`, or a role of `county.ROLES`."""
        return int(self._status()[name]["pid"])

    def restarts_of(self, name: str) -> int:
        """Give how often `up` has started it anew."""
        return int(self._status()[name]["restarts"])

    def log_of(self, name: str) -> Path:
        """Give the file that holds what the process says."""
        return Path(self._status()[name]["log"])

    async def start(self) -> None:
        """Start it and wait until every process of `services` is ready.

        Raises:
            StackFailed: it ended, or took longer than two minutes.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        argv = (sys.executable, "-m", "services.cli.main", "up", "--demo")
        own = ("--port-base", str(self.port_base), "--data", str(self.data))
        with self._said.open("ab") as said:
            self._up = children.spawn((*argv, *own), {}, PROJECT, said.fileno())
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._until(lambda: (self.data / "status.json").exists())
                for name in self._services:
                    await self.wait_ready(name, _START_SECONDS)
        except TimeoutError:
            raise self._failed("not ready in time") from None

    async def wait_ready(self, name: str, seconds: float = _READY_SECONDS) -> None:
        """Wait until the process is ready; after `kill` it is its successor that is meant.

        Raises:
            StackFailed: it is not, within the limit.
        """
        ready = http_ready(self.port_base + _OFFSETS[name]) if name in _OFFSETS else None
        try:
            async with asyncio.timeout(seconds):
                await self._until(lambda: self._is_up(name))
                # Another process cannot set an event of ours.
                while ready is not None and not await ready():  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            raise self._failed(f"{name} is not ready: {self._status().get(name)}") from None

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send the signal to the process, give its id; `up` starts a successor."""
        pid = self.pid_of(name)
        os.kill(pid, number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self._killed[name] = pid
        return pid

    def stop(self) -> None:
        """End it as Ctrl-C does, and kill what has not ended in time. May be said twice."""
        if self._up is not None:
            asyncio.run(children.stop(self._up, _STOP_SECONDS))
            self._up = None

    def _is_up(self, name: str) -> bool:
        found = self._status().get(name, {})
        return bool(found.get("state") == "ready" and found["pid"] != self._killed.get(name))

    def _status(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.data / "status.json").read_text())["processes"]
        except FileNotFoundError:
            return {}
        return found

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            if self._up is None or self._up.poll() is not None:
                raise self._failed("up has ended")
            await asyncio.sleep(_LOOK_EVERY)

    def _failed(self, what: str) -> StackFailed:
        logs = [self._said, *sorted(self.data.glob("logs/*.log"))]
        ends = "\n".join(f"--- {log}\n{last_lines(log)}" for log in logs if log.exists())
        return StackFailed(f"{what}\n{ends}")


def free_base() -> int:
    """Give a `--port-base` under which every port is free now.

    Below the range from which the kernel takes the ports of outgoing connections: they would
    take ours between this look and the start.
    """
    while True:
        base = random.randrange(10_000, 32_000, 16)
        ports = Machine(base, DataFolder(Path()), demo=False).ports().values()
        if all(is_free(port) for port in ports):
            return base


@contextmanager
def fresh_stack(services: Iterable[str] = BACKEND) -> Iterator[Stack]:
    """Give a stack of the caller's own, ready; it and its folder are gone afterwards.

    Not to be called where an event loop runs.

    Raises:
        StackFailed: it did not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix="cunban-stack-"))
    stack = Stack(folder, services)
    try:
        asyncio.run(stack.start())
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The one stack of the test run, all processes but the portal waited for."""
    with fresh_stack() as running:
        yield running
