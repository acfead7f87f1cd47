"""Small programs that stand for the broker and the services where only processes matter."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from services.one_machine.county import Machine
from services.one_machine.data_folder import DataFolder
from services.one_machine.ports import free_ports, is_free
from services.one_machine.supervision_tree import ProcessSpec

_TOY = """
import pathlib, signal, sys, time
name, diary, habit = sys.argv[1:]
def note(what):
    with open(diary, "a") as file:
        file.write(f"{name} {what}\\n")
def on_term(*_):
    note("asked")
    if habit == "stubborn":
        return
    if habit == "slow":
        time.sleep(0.3)
    note("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, on_term)
signal.signal(signal.SIGINT, lambda *_: note("interrupted"))
note("started")
print(f"{name} says hello", flush=True)
if habit == "dies":
    sys.exit(3)
while True:
    signal.pause()
"""


def free_base() -> int:
    """Give a `--port-base` under which every port of a machine is free now."""
    while True:
        (base,) = free_ports(1)
        ports = Machine(base, DataFolder(Path()), demo=False).ports().values()
        if all(port < 65_536 and is_free(port) for port in ports):
            return base


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what other processes do, twenty seconds at most."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  another process cannot set an event
            await asyncio.sleep(0.01)


def pid_of(name: str, status: Path) -> int:
    """Give the process id that the status file names."""
    pid = json.loads(status.read_text())["processes"][name]["pid"]
    assert isinstance(pid, int)
    return pid


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; one that ended and was not yet asked about does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


class Diary:
    """What the toys did, in order, one line each: `kafka started`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []

    def toy(self, name: str, habit: str = "good", stage: int = 1) -> ProcessSpec:
        """Give a process. Habits: good, slow or stubborn when asked to stop, dies at once."""

        async def started() -> bool:
            return f"{name} started" in self.lines()

        argv = (sys.executable, "-S", "-c", _TOY, name, str(self.path), habit)
        return ProcessSpec(name, argv, ready=started, stage=stage)
