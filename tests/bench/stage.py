"""What the benchmarks run on: a broker of their own, programs as processes, cores to sit on."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from aiokafka.admin import NewTopic

from schemas.topics import topics
from services.one_machine import child as children
from services.one_machine.rotated_log import last_lines
from services.runtime.kafka_clients import admin_client
from services.runtime.topics_admin import Layout, apply_topics, settings_of
from tests.support.broker import TestBroker

PROJECT: Final = Path(__file__).resolve().parents[2]
PARTITIONS: Final = 6
_PROGRAM_SECONDS: Final = 600.0


class ProgramFailed(Exception):
    """A program of a benchmark ended badly; the end of its log is the message."""


class Stage:
    """A broker with all topics, and a folder; both are gone when the benchmark ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = TestBroker(folder / "broker")

    @property
    def bootstrap(self) -> str:
        """Address of the broker."""
        return self.broker.bootstrap

    async def run(
        self,
        program: str,
        *arguments: str | int,
        cores: Iterable[int] = (),
        seconds: float = _PROGRAM_SECONDS,
    ) -> dict[str, Any]:
        """Run `tests.bench.<program>` to its end; give the JSON object of its last line.

        Raises:
            ProgramFailed: it ended with another status than 0.
            TimeoutError: it took longer than `seconds`.
        """
        log = self.folder / f"{program}.log"
        with log.open("wb") as errors:
            running = await asyncio.create_subprocess_exec(
                *python(program, *arguments),
                cwd=PROJECT,
                preexec_fn=partial(os.sched_setaffinity, 0, set(cores) or all_cores()),
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
            try:
                said, _ = await asyncio.wait_for(running.communicate(), seconds)
            except BaseException:
                running.kill()
                await running.wait()
                raise
        if running.returncode != 0:
            raise ProgramFailed(f"{program}: {said.decode()[-2000:]}\n{last_lines(log)}")
        found: dict[str, Any] = orjson.loads(said.splitlines()[-1])
        return found

    @asynccontextmanager
    async def beside(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
    ) -> AsyncIterator[int]:
        """Keep a process running while the block runs; give its id."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as output:
            child = children.spawn(argv, env, PROJECT, output.fileno())
        try:
            yield child.pid
            if child.poll() is not None:
                raise ProgramFailed(f"{name} has ended\n{last_lines(log)}")
        finally:
            await children.stop(child, 10.0)

    async def make_topics(self, names: Iterable[str]) -> None:
        """Make more topics, as wide as a stream and set up like one of its events."""
        like = next(topic for topic in topics() if topic.kind == "events")
        settings = settings_of(like, Layout())
        new = [NewTopic(name, PARTITIONS, 1, topic_configs=settings) for name in names]
        await self._administer("create_topics", new)

    async def drop_topics(self, names: Iterable[str]) -> None:
        """Remove what one round has written."""
        await self._administer("delete_topics", list(names))

    async def _administer(self, what: str, which: Any) -> None:
        admin = admin_client(self.bootstrap)
        await admin.start()
        try:
            await getattr(admin, what)(which)
        finally:
            await admin.close()


def python(program: str, *arguments: str | int) -> tuple[str, ...]:
    """Give the command line of a program of this package."""
    return (sys.executable, "-m", f"tests.bench.{program}", *map(str, arguments))


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Give a stage with a warm broker; it is ended and its folder removed in any case."""
    folder = Path(tempfile.mkdtemp(prefix="cunban-bench-"))
    made = Stage(folder)
    try:
        await made.broker.start()
        await apply_topics(made.bootstrap, Layout())
        yield made
    finally:
        await made.broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


def pin(pid: int, cores: Iterable[int]) -> None:
    """Let every thread of a process run on these cores only; new threads inherit it."""
    wanted = set(cores)
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), wanted)


def all_cores() -> set[int]:
    """Give the cores that this process may use."""
    return os.sched_getaffinity(0)
