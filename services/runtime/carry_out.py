"""One batch of commands of one partition: what it writes. Knows no rule, no broker, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

import orjson
import structlog
from pydantic import ValidationError

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.base import ActionRefused, Event
from services.kernel.decider import Command, Decider, Refused, UnknownReference
from services.runtime import results
from services.runtime.command_record import VIEW, CommandRecord, NotACommand, from_message
from services.runtime.dead_letters import Undelivered
from services.runtime.first_come import STALE_CODE, by_whom, epoch_ms, require_first, stale
from services.runtime.ids import derived_id
from services.runtime.packed import Packed
from services.runtime.results import Result
from services.runtime.service import Service
from services.runtime.snapshots import (
    Snapshot,
    find_remembered,
    from_bytes,
    keep,
    remembered_line,
    to_bytes,
)

State = TypeVar("State")
HOT: Final = 1024
"""Decoded snapshots kept beside the stored ones."""
log = structlog.get_logger()


class Message(Undelivered, Protocol):
    """What is needed of a consumed Kafka message."""

    @property
    def offset(self) -> int: ...


class Book(Generic[State]):
    """The snapshots of one partition: all of them as stored, the latest used ones decoded."""

    def __init__(self, service: Service[State]) -> None:
        self._service = service
        self._hot: dict[bytes, Snapshot[State]] = {}
        self.stored = Packed()

    def get(self, key: bytes) -> Snapshot[State] | None:
        """Give the committed state of `key`, None where nothing has happened yet."""
        if (hot := self._hot.get(key)) is not None:
            return hot
        if (stored := self.stored.get(key)) is None:
            return None
        self._warm(key, found := from_bytes(stored, self._service.state))
        return found

    def commit(self, staged: dict[bytes, Snapshot[State]], written: dict[bytes, bytes]) -> None:
        """Take over what a committed transaction wrote (pitfall A13: never before)."""
        self.stored.update(written)
        for key, snapshot in staged.items():
            self._warm(key, snapshot)

    def _warm(self, key: bytes, snapshot: Snapshot[State]) -> None:
        self._hot.pop(key, None)
        self._hot[key] = snapshot
        if len(self._hot) > HOT:
            del self._hot[next(iter(self._hot))]


@dataclass(slots=True)
class Outcome(Generic[State]):
    """What one batch brings about; nothing of it counts before the commit."""

    events: list[Record] = field(default_factory=list)
    staged: dict[bytes, Snapshot[State]] = field(default_factory=dict)
    results: list[Record] = field(default_factory=list)
    dead: list[tuple[Message, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """Commands by outcome, for the metrics."""

    def written(self, service: Service[State]) -> dict[bytes, bytes]:
        """Give the snapshots to write, one a key however many commands it had."""
        return {key: to_bytes(s, service.state) for key, s in self.staged.items()}


class Batch(Generic[State]):
    """Carries out the commands of one poll, in order, against one book."""

    def __init__(
        self,
        service: Service[State],
        decider: Decider[State, Any],
        book: Book[State],
        *,
        missing_reference_is_dead: bool = False,
    ) -> None:
        self._service = service
        self._decider = decider
        self._book = book
        self._give_up = missing_reference_is_dead
        self._keep_ms = _milliseconds(service.remember)
        self.outcome: Outcome[State] = Outcome()

    def carry_out(self, messages: Sequence[Message]) -> Outcome[State]:
        """Give what the messages bring about; the book is not changed.

        Raises:
            UnknownReference: reference facts are not here yet; try the same batch again.
        """
        for message in messages:
            try:
                record = from_message(message.key, message.value, message.headers)
            except NotACommand as broken:
                self._bury(message, broken.reason)
                continue
            self._one(message, record)
        return self.outcome

    def _one(self, message: Message, record: CommandRecord) -> None:
        snapshot = self._snapshot(record)
        if record.name == VIEW:
            self._answer(message, record, snapshot)
        elif known := find_remembered(snapshot.remembered, record.command_id.encode()):
            self._tell(record, *_repeated(record, *known))
        else:
            self._attempt(message, record, snapshot)

    def _answer(self, message: Message, record: CommandRecord, snapshot: Snapshot[State]) -> None:
        try:
            result = self._viewed(record, snapshot)
        except Exception as fault:  # top of the worker: one bad question must not stop all
            log.exception("question failed", command_id=record.command_id)
            self._bury(message, f"command.fault.{type(fault).__name__}", record)
        else:
            self._tell(record, result, "viewed")

    def _attempt(self, message: Message, record: CommandRecord, snapshot: Snapshot[State]) -> None:
        adapter = self._service.commands.get(record.name)
        if adapter is None:
            return self._bury(message, "command.unknown", record)
        try:
            command: Command = adapter.validate_json(record.body)
            if command.key != record.key:
                return self._bury(message, "command.key-is-not-of-the-message", record)
            self._decide(record, command, snapshot)
        except ValidationError:
            self._bury(message, "command.body-does-not-fit", record)
        except UnknownReference as missing:
            if not self._give_up:
                raise
            self._bury(message, f"command.unknown-{missing.kind}", record)
        except Exception as fault:  # top of the worker: one bad command must not stop all
            log.exception("command failed", command_id=record.command_id, code=record.name)
            self._bury(message, f"command.fault.{type(fault).__name__}", record)
        return None

    def _decide(self, record: CommandRecord, command: Command, snapshot: Snapshot[State]) -> None:
        version = self._service.version(snapshot.state, command)
        try:
            if record.expected_version not in (None, version):
                raise stale(snapshot, version)
            events = self._decider.decide(snapshot.state, command)
            if not events:
                require_first(snapshot, command, version)
        except Refused as refused:
            self._refuse(record, command, snapshot, refused)
            return
        state = snapshot.state
        for event in events:
            state = self._decider.evolve(state, event)
        body = self._service.answer(record.key, state, events)
        result = Result(results.ACCEPTED, orjson.dumps(body), self._service.version(state, command))
        self._stage(record, command, snapshot, (state, events, result))
        self._tell(record, result, "accepted")

    def _refuse(
        self, record: CommandRecord, command: Command, snapshot: Snapshot[State], why: Refused
    ) -> None:
        status = results.FORBIDDEN if why.kind == "forbidden" else results.CONFLICT
        if why.code == STALE_CODE:
            status = results.STALE
        version = self._service.version(snapshot.state, command)
        told = why.detail if status != results.CONFLICT else why.detail + by_whom(snapshot, command)
        result = results.refusal(status, why.code, told, version)
        event = ActionRefused(action=command.action, code=why.code, detail=why.detail)
        self._stage(record, command, snapshot, (snapshot.state, [event], result))
        log.info("command refused", case_id=record.key, command_id=record.command_id, code=why.code)
        self._tell(record, result, "refused")

    def _stage(
        self,
        record: CommandRecord,
        command: Command,
        snapshot: Snapshot[State],
        effect: tuple[State, Sequence[Event], Result],
    ) -> None:
        state, events, result = effect
        at = epoch_ms(command.at)
        envelopes = [
            Envelope(
                event_id=derived_id(record.command_id, str(index)),
                key=record.key,
                sequence=snapshot.sequence + 1 + index,
                occurred_at=command.at,
                source=command.actor.organisation,
                actor=command.actor.officer_id,
                causation_id=record.command_id,
                correlation_id=record.correlation_id,
                event=event,
            )
            for index, event in enumerate(events)
        ]
        # All or nothing: should one not be written, none of this command may stand.
        self.outcome.events += [encode(envelope) for envelope in envelopes]
        line = remembered_line(record.command_id, record.fingerprint, at, result)
        effective = state is not snapshot.state
        self.outcome.staged[record.key.encode()] = Snapshot(
            sequence=snapshot.sequence + len(envelopes),
            changes=snapshot.changes + effective,
            last_actor=command.actor.officer_id if effective else snapshot.last_actor,
            last_at=at if effective else snapshot.last_at,
            state=state,
            remembered=keep((*snapshot.remembered, line), at, self._keep_ms),
        )

    def _viewed(self, record: CommandRecord, snapshot: Snapshot[State]) -> Result:
        try:
            body = self._service.view(record.key, snapshot.state, record.part)
        except Refused as refused:
            return results.refusal(results.NOT_FOUND, refused.code, refused.detail)
        version = self._service.version_of_view(snapshot.state, record.part)
        return Result(results.ACCEPTED, orjson.dumps(body), version)

    def _snapshot(self, record: CommandRecord) -> Snapshot[State]:
        key = record.key.encode()
        found = self.outcome.staged.get(key) or self._book.get(key)
        return found or Snapshot(0, 0, "-", 0, self._decider.start, ())

    def _tell(self, record: CommandRecord, result: Result, outcome: str) -> None:
        self._count(outcome)
        told = results.to_record(record.key.encode(), record.command_id, result)
        self.outcome.results.append(told)

    def _bury(self, message: Message, reason: str, record: CommandRecord | None = None) -> None:
        self.outcome.dead.append((message, reason))
        if record is None:
            self._count("dead")
            return
        text = "命令无法执行，已转入死信队列，请联系运维人员。"
        self._tell(record, results.refusal(results.FAULT, "command.unreadable", text), "dead")

    def _count(self, outcome: str) -> None:
        self.outcome.counts[outcome] = self.outcome.counts.get(outcome, 0) + 1


def _repeated(record: CommandRecord, fingerprint: str, first: Result) -> tuple[Result, str]:
    if fingerprint == record.fingerprint:
        return first, "repeated"
    detail = "同一个 Idempotency-Key 已用于内容不同的请求；新的请求请换一个新的键。"
    return results.refusal(results.KEY_REUSED, "idempotency.key_reused", detail), "conflict"


def _milliseconds(span: timedelta | None) -> int | None:
    return None if span is None else span // timedelta(milliseconds=1)
