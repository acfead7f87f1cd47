"""A real broker for tests: one for the whole test run, or one of its own for a test that kills it.

The broker of the run is shared by all xdist workers. Each holds a shared lock while it may use it;
a keeper process beside them waits for the exclusive one, gets it when the last of them is gone
(also by `kill -9`), and then ends the broker and removes its folder.
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from services.one_machine import child as children
from services.one_machine.broker import Broker
from services.one_machine.child import Child
from services.one_machine.kafka_jars import CACHE_VARIABLE, class_path, default_cache
from services.one_machine.ports import free_ports
from services.one_machine.rotated_log import last_lines

_PROJECT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_STOP_SECONDS = 8.0


class BrokerFailed(Exception):
    """The broker ended, or did not answer in time; the end of its log is the message."""


class TestBroker:
    """One real broker with a folder and free ports of its own. Ends with the process that made it.

    It keeps its ports and its folder over `stop` or `kill` and `start`. Use it from the main
    thread: the kernel kills it when the thread that started it ends.
    """

    __test__ = False

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        port, controller_port = free_ports(2)
        cache = Path(os.environ.get(CACHE_VARIABLE) or default_cache())
        self._broker = Broker(home, port, controller_port, class_path(cache))
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """Address for clients, `host:port`."""
        return self._broker.bootstrap

    @property
    def home(self) -> Path:
        """The folder of its files, settings and logs."""
        return self._broker.home

    @property
    def pid(self) -> int:
        """Of the running broker."""
        assert self._child is not None
        return self._child.pid

    async def start(self) -> None:
        """Start it and wait until it serves.

        Raises:
            BrokerFailed: it does not.
        """
        self._broker.prepare()
        spec = self._broker.spec()
        with (self._broker.home / "logs" / "kafka.out").open("ab") as output:
            self._child = children.spawn(spec.argv, spec.env, spec.cwd, output.fileno())
        assert spec.ready is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await spec.ready():
                    self._require_alive()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise self._failed() from None

    async def stop(self) -> None:
        """Stop it as `cunban up` does."""
        if self._child is not None:
            await children.stop(self._child, _STOP_SECONDS)

    async def kill(self) -> None:
        """End it by `kill -9` and wait until it is gone."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGKILL)
            await children.ended(self._child)

    def _require_alive(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            raise self._failed()

    def _failed(self) -> BrokerFailed:
        logs = self._broker.home / "logs"
        return BrokerFailed(
            "\n".join(last_lines(logs / name) for name in ("kafka.log", "kafka.out"))
        )


@pytest.fixture(scope="session")
def kafka(testrun_uid: str) -> Iterator[str]:
    """Address of the real broker of this test run. Topics and groups need names of their own."""
    with shared_broker(Path(tempfile.gettempdir()) / f"cunban-broker-{testrun_uid}") as bootstrap:
        yield bootstrap


@contextmanager
def shared_broker(root: Path) -> Iterator[str]:
    """Give the address of the broker that all who name the same `root` share; started if need be.

    Raises:
        BrokerFailed: it could not be started.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "guard").open("a") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        found = _join(root / "current.json") or _launch(root)
        bootstrap, using = found
    with using:
        yield bootstrap


def _join(current: Path) -> tuple[str, IO[str]] | None:
    if not current.exists():
        return None
    broker = json.loads(current.read_text())
    try:
        using = Path(broker["users"]).open("r")  # noqa: SIM115  held by the caller
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(using, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        using.close()
        return None  # the keeper has it: that broker is ending
    return broker["bootstrap"], using


def _launch(root: Path) -> tuple[str, IO[str]]:
    root.mkdir(exist_ok=True)  # a keeper may just have cleaned it up
    home = Path(tempfile.mkdtemp(dir=root, prefix="broker-"))
    users = home / "users"
    using = users.open("w")
    fcntl.flock(using, fcntl.LOCK_SH)
    log = home.with_suffix(".log")
    with log.open("w") as said:
        kept = subprocess.run(
            (sys.executable, "-m", "tests.support.broker", str(home)),
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            start_new_session=True,
            text=True,
            check=False,
        )
    bootstrap = kept.stdout.strip()
    if not bootstrap:
        using.close()
        raise BrokerFailed(last_lines(log, 40))
    (root / "current.json").write_text(json.dumps({"users": str(users), "bootstrap": bootstrap}))
    return bootstrap, using


def _keep(home: Path) -> None:
    """Be the keeper: say the broker's address, wait until nobody uses it, and clean up."""
    if os.fork() != 0:
        os._exit(0)  # whoever launched us reads until the other end says the address
    asyncio.run(_run_until_unused(home))
    with (home.parent / "guard").open("a") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        shutil.rmtree(home)
        if not list(home.parent.glob("broker-*/")):
            shutil.rmtree(home.parent)


async def _run_until_unused(home: Path) -> None:
    broker = TestBroker(home)
    await broker.start()
    sys.stdout.write(broker.bootstrap)
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with (home / "users").open("r") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        await broker.kill()


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
