"""Timers of a service, on Faust: a fold of its own snapshots, swept every second (ADR 0014).

Each snapshot holds the state after a key's last command, so what is pending is read off the latest
one of each key, and nothing else is kept. At least once: a command given twice has the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final, Generic, TypeVar

import faust
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from schemas.envelope import Record
from schemas.topics import commands_topic, dead_letter_topic
from services.kernel.reaction import Facts, Occasion, Timer
from services.kernel.reference_book import ReferenceBook
from services.kernel.succession import closed_among
from services.runtime import metrics
from services.runtime.clock import now
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.dead_letters import DeadLetterLimit, UndeliveredMessage, dead_letter
from services.runtime.ids import derived_id
from services.runtime.packed import Packed
from services.runtime.reactions import RETRY_SECONDS, one_by_one, raw_headers, raw_topic, send
from services.runtime.recovery import RecoveryIncomplete, read_partition
from services.runtime.service import Service
from services.runtime.snapshots import carried_out, state_of

State = TypeVar("State")
SWEEP_SECONDS: Final = 1.0
SENT_AT_ONCE: Final = 500
READ_AT_ONCE: Final = 200
"""Snapshots of a fold between two chances for others in the loop."""
log = structlog.get_logger()


@dataclass(frozen=True)
class TimerRules(Generic[State]):
    """What a service's states wait for."""

    service: Service[State]
    timers: Callable[[str, State, Occasion], Sequence[Timer]]
    """Pure: from key and state to all its timers, in any order."""
    signs: tuple[bytes, ...] = ()
    """One of them stands in the JSON of every state that may have a timer; no other is read."""
    signs_of_closed: Callable[[str], bytes] | None = None
    """From a closed organisation's path to a further sign; None where no timer asks for it."""

    @property
    def source(self) -> str:
        """The topic that is folded."""
        return self.service.snapshots_topic


@dataclass(slots=True)
class Pending:
    """A timer without its state: only what giving its command wants."""

    due_ms: int
    name: str
    command_id: str
    body: bytes


class Board(Generic[State]):
    """The pending timers of one partition, by key."""

    def __init__(self, rules: TimerRules[State], facts: Facts) -> None:
        self._rules = rules
        self.facts = facts
        further = rules.signs_of_closed
        self._signs = (*rules.signs, *(map(further, facts.closed) if further else ()))
        self.next_offset = 0
        """What stands before it is in the board already."""
        self._pending: dict[bytes, tuple[Pending, ...]] = {}
        self._next_ms: float = float("inf")

    def __len__(self) -> int:
        return sum(map(len, self._pending.values()))

    def set(self, key: bytes, stored: bytes | None, at: datetime) -> None:
        """Replace the timers of `key` by those of its snapshot; of a tombstone there are none.

        Raises:
            ValueError: the snapshot cannot be read; the timers of before stay.
        """
        if stored is None or not self.may_have(stored):
            self._pending.pop(key, None)
            return
        state = self._rules.service.state.validate_json(state_of(stored))
        timers = self._rules.timers(key.decode(), state, self._occasion(at))
        found = tuple(
            pending for timer in timers if (pending := self._pend(timer, stored)) is not None
        )
        if found:
            self._pending[key] = found
            self._next_ms = min(self._next_ms, *(pending.due_ms for pending in found))
        else:
            self._pending.pop(key, None)

    def may_have(self, stored: bytes) -> bool:
        """Say whether a snapshot has to be read at all."""
        state = state_of(stored)
        return not state or any(sign in state for sign in self._signs)

    def _occasion(self, at: datetime) -> Occasion:
        return Occasion(at, self.facts.calendar_version, self.facts.closed)

    def take_due(self, at: datetime) -> list[Record]:
        """Give the commands due at `at`, earliest first, and forget their timers."""
        now_ms = at.timestamp() * 1000
        if now_ms < self._next_ms:
            return []
        due: list[tuple[int, bytes, Pending]] = []
        for key, all_of_key in list(self._pending.items()):
            ripe = [pending for pending in all_of_key if pending.due_ms <= now_ms]
            if ripe:
                due += ((pending.due_ms, key, pending) for pending in ripe)
                self._keep(key, tuple(p for p in all_of_key if p.due_ms > now_ms))
        left = (pending.due_ms for each in self._pending.values() for pending in each)
        self._next_ms = min(left, default=float("inf"))
        due.sort(key=lambda found: found[:2])
        return [_record(key, pending) for _, key, pending in due]

    def _pend(self, timer: Timer, stored: bytes) -> Pending | None:
        reaction = timer.reaction
        command_id = derived_id(timer.parent, reaction.name)
        if carried_out(stored, command_id):
            return None  # it brought nothing about, else the state would not ask for it again
        name = type(reaction.command).__name__
        body = self._rules.service.commands[name].dump_json(reaction.command)
        return Pending(ceil(timer.due_at.timestamp() * 1000), name, command_id, body)

    def _keep(self, key: bytes, left: tuple[Pending, ...]) -> None:
        if left:
            self._pending[key] = left
        else:
            del self._pending[key]


class Timers(Generic[State]):
    """Keeps the timers of the partitions that Faust gives this process, and fires them."""

    def __init__(
        self, app: faust.App, bootstrap: str, rules: TimerRules[State], reference: ReferenceBook
    ) -> None:
        self._app, self._bootstrap, self._rules = app, bootstrap, rules
        self._reference = reference
        self._commands = raw_topic(app, commands_topic(rules.service.name))
        self._dead = raw_topic(app, dead_letter_topic(rules.source))
        self._boards: dict[int, Board[State]] = {}
        self._folding = asyncio.Lock()
        self._limit = DeadLetterLimit()
        self._seen: Facts | None = None
        self._given = 0
        """How often partitions were given out anew."""
        app.agent(raw_topic(app, rules.source), name=f"hear_{rules.service.name}_snapshots")(
            self.hear
        )
        app.timer(SWEEP_SECONDS, name="fire_timers")(self.sweep)
        app.on_partitions_revoked.connect(self._forget)

    @property
    def pending(self) -> int:
        """How many timers are pending in this process."""
        return sum(map(len, self._boards.values()))

    async def _forget(self, _app: faust.App, _revoked: Any, **_: Any) -> None:
        # Another process may hear snapshots in between, even where a partition comes back.
        self._given += 1
        self._boards.clear()

    async def hear(self, stream: Any) -> None:
        """Take in each snapshot."""
        await one_by_one(self._app, stream, self._hear_one)

    async def _hear_one(self, message: Any) -> None:
        board = await self._of(message.partition)
        if message.offset < board.next_offset:
            return  # folded already; an older state must not bring its timers back
        board.next_offset = message.offset + 1
        try:
            board.set(message.key, message.value, now())
        except ValueError:
            await self._bury(message)
        else:
            self._limit.note(1, 0)

    async def sweep(self) -> None:
        """Give the commands whose instant has come."""
        mine = {
            t.partition for t in self._app.consumer.assignment() if t.topic == self._rules.source
        }
        facts = self._facts()
        # A publication is several facts: taken as whole once it has stood still for a sweep.
        settled, self._seen = facts == self._seen, facts
        for partition, board in list(self._boards.items()):
            if partition not in mine or (settled and board.facts != facts):
                del self._boards[partition]
        for partition in sorted(mine):
            board = await self._of(partition)
            await self._fire(board.take_due(now()))
        metrics.gauge("timers_pending", service=self._rules.service.name).set(self.pending)

    def _facts(self) -> Facts:
        version = self._reference.current_calendar_version()
        if self._rules.signs_of_closed is None:
            return Facts(version)
        return Facts(version, closed_among(self._reference.organisations()))

    async def _fire(self, commands: Sequence[Record]) -> None:
        for first in range(0, len(commands), SENT_AT_ONCE):
            some = commands[first : first + SENT_AT_ONCE]
            await asyncio.gather(*(send(self._commands, command) for command in some))
            name = self._rules.service.name
            metrics.counter("timers_fired", service=name).inc(len(some))

    async def _of(self, partition: int) -> Board[State]:
        async with self._folding:
            while partition not in self._boards:
                given = self._given
                board = await self._fold(partition)
                if given == self._given:  # else others may have heard what is missing in it
                    self._boards[partition] = board
            return self._boards[partition]

    async def _fold(self, partition: int) -> Board[State]:
        board = Board(self._rules, self._facts())
        latest = Packed()

        def take(record: Any) -> None:
            board.next_offset = record.offset + 1
            if record.value is not None and board.may_have(record.value):
                latest[record.key] = record.value
            else:
                latest.pop(record.key, None)

        started = asyncio.get_running_loop().time()
        await self._read(TopicPartition(self._rules.source, partition), take)
        await _set_all(board, latest.items())
        log.info(
            "timers read",
            topic=self._rules.source,
            partition=partition,
            count=len(board),
            seconds=round(asyncio.get_running_loop().time() - started, 3),
        )
        return board

    async def _read(self, tp: TopicPartition, take: Callable[[Any], None]) -> None:
        while True:
            try:
                await read_partition(self._bootstrap, tp, take)
            except (KafkaError, OSError, RecoveryIncomplete) as fault:
                log.warning("snapshots not read", topic=tp.topic, code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _bury(self, message: Any) -> None:
        place = (message.topic, message.partition, message.offset)
        raw = UndeliveredMessage(message.key, message.value, raw_headers(message))
        metrics.counter("dead_letters", topic=message.topic).inc()
        log.warning("snapshot put aside", topic=message.topic, offset=message.offset)
        await send(self._dead, dead_letter(place, raw, "snapshot.does-not-fit"))
        self._limit.note(1, 1)


async def _set_all(board: Board[Any], snapshots: Iterable[tuple[bytes, bytes]]) -> None:
    for number, (key, stored) in enumerate(snapshots, start=1):
        try:
            board.set(key, stored, now())
        except ValueError:  # put aside when it was first heard
            log.warning("snapshot passed over", case_id=key.decode(errors="replace"))
        if number % READ_AT_ONCE == 0:
            await asyncio.sleep(0)


def _record(key: bytes, pending: Pending) -> Record:
    return to_record(
        CommandRecord(
            name=pending.name,
            command_id=pending.command_id,
            key=key.decode(),
            body=pending.body,
        )
    )
