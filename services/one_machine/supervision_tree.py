"""Keeps processes running: starts, restarts with back-off, says what happened, stops in order."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from services.one_machine import child as children
from services.one_machine.child import Child
from services.one_machine.readiness import Ready
from services.one_machine.rotated_log import pour

State: TypeAlias = Literal["starting", "ready", "waiting", "stopped"]
Announce: TypeAlias = Callable[[str], None]
"""Shows one line to the person at the terminal."""

_ASKED_EVERY_SECONDS = 0.1
_CANNOT_RUN = 127
"""What a shell answers for a program that is not there."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process to keep running."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Ready | None = None
    """Without it, a process counts as ready when it has started."""
    stage: int = 1
    """Stopped from the highest stage down; within a stage all at once."""
    critical: bool = False
    """Its death before it was ever ready is `SupervisionTree.doomed`, not restarted."""
    cwd: Path | None = None
    own_log: Path | None = None
    """Where it writes its log by itself; what else it says then goes to `<name>.out`."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long to wait before a restart, in seconds: doubled at each death in a row."""

    first: float = 0.5
    longest: float = 30.0
    longest_if_ready: float = 4.0
    """After a process that had been ready: whoever asks it again succeeds within ten seconds."""
    healthy_after: float = 60.0

    def after(self, former: float | None, lived: float, *, was_ready: bool) -> float:
        """Give the pause after a process that lived `lived` seconds; `former` is the last pause."""
        if former is None or lived >= self.healthy_after:
            return self.first
        return min(2 * former, self.longest_if_ready if was_ready else self.longest)


@dataclass(slots=True)
class _Kept:
    spec: ProcessSpec
    log: Path
    output: Path
    state: State = "starting"
    restarts: int = 0
    child: Child | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class SupervisionTree:
    """The processes of one machine; use it from one event loop, in the main thread.

    `status` is a JSON file kept up to date while it runs: pid, state, restarts and log by name.
    """

    def __init__(
        self, logs: Path, status: Path, announce: Announce, pauses: Pauses | None = None
    ) -> None:
        self._logs = logs
        self._status = status
        self._announce = announce
        self._pauses = pauses or Pauses()
        self._kept: dict[str, _Kept] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self.doomed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """The name of a critical process that died before it was ready."""

    def start(self, spec: ProcessSpec) -> None:
        """Start the process and keep it running until `stop`. Names are unique."""
        log = spec.own_log or self._logs / f"{spec.name}.log"
        kept = _Kept(spec, log, self._logs / f"{spec.name}.out" if spec.own_log else log)
        self._kept[spec.name] = kept
        self._keepers[spec.name] = asyncio.create_task(self._keep(kept), name=spec.name)

    async def until_ready(self, names: Iterable[str], seconds: float) -> tuple[str, ...]:
        """Wait for all of them; give the names of those not ready in time, sorted."""
        waiting = {name: asyncio.create_task(self._kept[name].ready.wait()) for name in names}
        if not waiting:
            return ()
        try:
            await asyncio.wait(waiting.values(), timeout=seconds)
            return tuple(sorted(name for name, wait in waiting.items() if not wait.done()))
        finally:
            for wait in waiting.values():
                wait.cancel()

    def log_of(self, name: str) -> Path:
        """Give the file that holds what the process says."""
        return self._kept[name].log

    async def stop(self, seconds: Mapping[int, float]) -> tuple[str, ...]:
        """Stop stage by stage; a process has the seconds of its stage, then it is killed.

        Gives the names of those that had to be killed. Nothing is restarted any more.
        """
        self._stopping = True
        killed: list[str] = []
        for stage in sorted({kept.spec.stage for kept in self._kept.values()}, reverse=True):
            members = [kept for kept in self._kept.values() if kept.spec.stage == stage]
            asked = (self._stop_one(kept, seconds[stage]) for kept in members)
            obeyed = await asyncio.gather(*asked)
            killed += [kept.spec.name for kept, ok in zip(members, obeyed, strict=True) if not ok]
        self._status.unlink(missing_ok=True)
        return tuple(killed)

    def kill(self) -> None:
        """Kill every process now; `stop` then has nothing to wait for."""
        self._stopping = True
        for kept in self._kept.values():
            if kept.child is not None:
                children.kill(kept.child)

    async def _stop_one(self, kept: _Kept, seconds: float) -> bool:
        obeyed = kept.child is None or await children.stop(kept.child, seconds)
        keeper = self._keepers[kept.spec.name]
        keeper.cancel()
        await asyncio.wait({keeper})
        self._enter(kept, "stopped")
        return obeyed

    async def _keep(self, kept: _Kept) -> None:
        pause: float | None = None
        while True:
            began = time.monotonic()
            code = await self._run_once(kept)
            if self._stopping:
                return
            if kept.spec.critical and not kept.ready.is_set():
                self._enter(kept, "stopped")
                self._doom(kept.spec.name)
                return
            lived, was_ready = time.monotonic() - began, kept.state == "ready"
            pause = self._pauses.after(pause, lived, was_ready=was_ready)
            self._enter(kept, "waiting")
            self._announce(
                f"✗ {kept.spec.name} 退出 ended: {children.how_it_ended(code)}, "
                f"{pause:g} s 后重启 restarts, 日志 log {kept.log}"
            )
            await asyncio.sleep(pause)
            kept.restarts += 1

    def _doom(self, name: str) -> None:
        if not self.doomed.done():
            self.doomed.set_result(name)

    async def _run_once(self, kept: _Kept) -> int:
        began = time.monotonic()
        spec = kept.spec
        try:
            kept.child = children.spawn(spec.argv, spec.env, spec.cwd)
        except OSError as error:
            kept.output.write_text(f"{error}\n", encoding="utf-8")
            return _CANNOT_RUN
        assert kept.child.stdout is not None
        self._enter(kept, "starting")
        output = await pour(kept.child.stdout, kept.output)
        asking = asyncio.create_task(self._until_answers(kept, began))
        try:
            return await children.ended(kept.child)
        finally:
            asking.cancel()
            await output.close()

    async def _until_answers(self, kept: _Kept, began: float) -> None:
        # Another process cannot set an event of ours.
        while kept.spec.ready is not None and not await kept.spec.ready():  # noqa: ASYNC110
            await asyncio.sleep(_ASKED_EVERY_SECONDS)
        self._enter(kept, "ready")
        kept.ready.set()
        again = ", 重启后 after a restart" if kept.restarts else ""
        self._announce(f"✓ {kept.spec.name} 就绪 ready ({time.monotonic() - began:.1f} s{again})")

    def _enter(self, kept: _Kept, state: State) -> None:
        kept.state = state
        self._write_status()

    def _write_status(self) -> None:
        processes = {
            name: {
                "pid": kept.child.pid if kept.child is not None else None,
                "state": kept.state,
                "restarts": kept.restarts,
                "log": str(kept.log),
            }
            for name, kept in self._kept.items()
        }
        written = self._status.with_suffix(".new")
        # A full disk must not end the supervision of processes that may outlive it.
        with contextlib.suppress(OSError):
            written.write_text(json.dumps({"pid": os.getpid(), "processes": processes}, indent=1))
            written.replace(self._status)
