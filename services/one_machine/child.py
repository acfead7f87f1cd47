"""Child processes that end when we do, whichever way we end."""

import asyncio
import ctypes
import functools
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Child: TypeAlias = subprocess.Popen[bytes]

_PR_SET_PDEATHSIG = 1


def spawn(
    argv: Sequence[str],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: int | None = subprocess.PIPE,
) -> Child:
    """Start a process in a group of its own and in our session; `env` adds to our environment.

    A terminal's Ctrl-C does not reach it, a `kill -9` of ours does: the kernel kills it when the
    *thread* that called this ends, so call it from the main thread. Standard output and error go
    to `output`.

    Raises:
        OSError: the program is not there or may not be executed.
    """
    return subprocess.Popen(
        argv,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=_tie(os.getpid()),  # noqa: PLW1509  one system call, loaded before the fork
    )


def _tie(parent: int) -> Callable[[], None]:
    prctl = _prctl()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return tie


@functools.cache
def _prctl() -> Callable[[int, int], int]:
    prctl: Callable[[int, int], int] = ctypes.CDLL(None).prctl
    return prctl


async def ended(child: Child) -> int:
    """Wait for the end of the process; negative is the number of the signal that ended it."""
    loop = asyncio.get_running_loop()
    gone: asyncio.Future[None] = loop.create_future()
    descriptor = os.pidfd_open(child.pid)
    try:
        loop.add_reader(descriptor, _settle, gone)
        await gone
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return child.wait()


def _settle(gone: asyncio.Future[None]) -> None:
    if not gone.done():
        gone.set_result(None)


async def stop(child: Child, seconds: float) -> bool:
    """Ask the process to end, and kill its group where it has not within `seconds`.

    Gives whether it ended by itself.
    """
    if child.poll() is not None:
        return True
    child.terminate()
    try:
        await asyncio.wait_for(ended(child), seconds)
    except TimeoutError:
        kill(child)
        await ended(child)
        return False
    return True


def kill(child: Child) -> None:
    """Kill the process and what it started, at once; one that has ended is left alone."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)


def how_it_ended(code: int) -> str:
    """Say it as people do: `exit 3`, `SIGKILL`."""
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
