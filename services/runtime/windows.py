"""Windows over a topic of signals, on Faust: heard by an agent, swept by a timer (ADR 0003).

At least once like every reaction: a mark sent twice has the same command id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import faust
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from pydantic import TypeAdapter

from schemas.topics import commands_topic, dead_letter_topic
from services.kernel.reaction import Reaction
from services.runtime import metrics
from services.runtime.clock import now
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.dead_letters import DeadLetterLimit, UndeliveredMessage, dead_letter
from services.runtime.ids import derived_id
from services.runtime.reactions import (
    RETRY_SECONDS,
    one_by_one,
    raw_headers,
    raw_topic,
    send,
)
from services.runtime.recovery import RecoveryIncomplete, read_partition

Window = TypeVar("Window")
Signal = TypeVar("Signal")
SWEEP_SECONDS: Final = 5.0
log = structlog.get_logger()


@dataclass(frozen=True)
class WindowRules(Generic[Window, Signal]):
    """What a window is made of, and what it shows; all functions pure, times in ms."""

    service: str
    source: str
    read: Callable[[bytes, bytes], Signal]
    """From key and value; raises ValueError where they do not fit."""
    heard: Callable[[Window | None, Signal], tuple[Window, Sequence[Reaction]]]
    due: Callable[[str, Window, int], tuple[Window, Reaction] | None]
    """What is due at a time; asked again until it gives None."""
    parent: Callable[[Reaction], str]
    """UUID from which the command id of what a window shows is derived, with its name."""
    commands: dict[str, TypeAdapter[Any]]


class Windows(Generic[Window, Signal]):
    """Keeps the windows of the partitions that Faust gives this process.

    A window is a fold of the signals still kept (a day), read anew for each partition taken over:
    no table of Faust's is trusted with state (pitfalls F4 to F7, F14).
    """

    def __init__(self, app: faust.App, bootstrap: str, rules: WindowRules[Window, Signal]) -> None:
        self._app, self._bootstrap, self._rules = app, bootstrap, rules
        self._commands = raw_topic(app, commands_topic(rules.service))
        self._dead = raw_topic(app, dead_letter_topic(rules.source))
        self._windows: dict[int, dict[bytes, Window]] = {}
        self._folding = asyncio.Lock()
        self._limit = DeadLetterLimit()
        app.agent(raw_topic(app, rules.source), name=f"hear_{rules.service}_signals")(self.hear)
        app.timer(SWEEP_SECONDS, name="sweep_windows")(self.sweep)
        app.on_partitions_revoked.connect(self._forget)

    async def _forget(self, _app: faust.App, _revoked: Any, **_: Any) -> None:
        # Another process may hear signals in between, even where a partition comes back.
        self._windows.clear()

    async def hear(self, stream: Any) -> None:
        """Take in each signal; it is acknowledged when what it shows is."""
        await one_by_one(self._app, stream, self._hear_one)

    async def _hear_one(self, message: Any) -> None:
        windows = await self._of(message.partition)
        try:
            shown = self._take(windows, message.key, message.value)
        except ValueError:
            await self._bury(message)
            return
        for reaction in shown:
            await self._emit(reaction)
        self._limit.note(1, 0)

    async def sweep(self) -> None:
        """Mark what has become due without any signal."""
        mine = {
            t.partition for t in self._app.consumer.assignment() if t.topic == self._rules.source
        }
        for partition in set(self._windows) - mine:
            del self._windows[partition]
        at = int(now().timestamp() * 1000)
        for partition in sorted(mine):
            windows = await self._of(partition)
            for key in list(windows):
                await self._sweep_one(windows, key, at)

    async def _sweep_one(self, windows: dict[bytes, Window], key: bytes, at: int) -> None:
        while (due := self._rules.due(key.decode(), windows[key], at)) is not None:
            # First: a signal may be heard while this is sent.
            windows[key] = due[0]
            await self._emit(due[1])

    async def _of(self, partition: int) -> dict[bytes, Window]:
        async with self._folding:
            if partition not in self._windows:
                self._windows[partition] = await self._fold(partition)
            return self._windows[partition]

    async def _fold(self, partition: int) -> dict[bytes, Window]:
        windows: dict[bytes, Window] = {}
        shown: list[Reaction] = []

        def take(record: Any) -> None:
            with suppress(ValueError):  # put aside when it was first heard
                shown.extend(self._take(windows, record.key, record.value))

        await self._read(TopicPartition(self._rules.source, partition), take)
        for reaction in shown:  # whoever was here before may have died before telling
            await self._emit(reaction)
        return windows

    async def _read(self, tp: TopicPartition, take: Callable[[Any], None]) -> None:
        while True:
            try:
                await read_partition(self._bootstrap, tp, take)
            except (KafkaError, OSError, RecoveryIncomplete) as fault:
                log.warning("signals not read", topic=tp.topic, code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)  # what was taken twice then shows nothing new
            else:
                return

    def _take(
        self, windows: dict[bytes, Window], key: bytes | None, value: bytes | None
    ) -> Sequence[Reaction]:
        signal = self._rules.read(key or b"", value or b"")
        windows[key or b""], shown = self._rules.heard(windows.get(key or b""), signal)
        return shown

    async def _emit(self, reaction: Reaction) -> None:
        name = type(reaction.command).__name__
        record = CommandRecord(
            name=name,
            command_id=derived_id(self._rules.parent(reaction), reaction.name),
            key=reaction.command.key,
            body=self._rules.commands[name].dump_json(reaction.command),
        )
        await send(self._commands, to_record(record))
        metrics.counter("reactions", service=self._rules.service, outcome="emitted").inc()

    async def _bury(self, message: Any) -> None:
        place = (message.topic, message.partition, message.offset)
        raw = UndeliveredMessage(message.key, message.value, raw_headers(message))
        metrics.counter("dead_letters", topic=message.topic).inc()
        log.warning("signal put aside", topic=message.topic, offset=message.offset)
        await send(self._dead, dead_letter(place, raw, "signal.does-not-fit"))
        self._limit.note(1, 1)
