"""Reactions of a service to other services' events, on Faust (ADR 0003).

At least once, one event at a time a partition, read-committed, every send acknowledged before the
event is. What a reaction emits is a command with a deterministic id, so a repeat is harmless.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from pydantic import TypeAdapter

from schemas.codec import Position, Unreadable, decode
from schemas.envelope import Envelope, Record
from schemas.events.base import Event
from schemas.topics import commands_topic, dead_letter_topic
from services.kernel.decider import Reference, UnknownReference
from services.kernel.reaction import Reaction
from services.runtime import metrics
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.dead_letters import DeadLetterLimit, UndeliveredMessage, dead_letter
from services.runtime.ids import derived_id
from services.runtime.kafka_clients import MAX_MESSAGE_BYTES

SESSION_SECONDS: Final = 10
REFERENCE_WAIT_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 1.0
log = structlog.get_logger()


class _CommittedThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # no types shipped
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust reads uncommitted unless it is exactly_once (pitfall F13); read when it starts.
        consumer._isolation_level = "read_committed"
        return consumer


class _CommittedConsumer(driver.Consumer):  # type: ignore[misc]  # no types shipped
    def _new_consumer_thread(self) -> Any:
        return _CommittedThread(self, loop=self.loop, beacon=self.beacon)

    def _new_offset(self, tp: Any) -> int | None:
        """Give the offset after the latest acknowledged message, None where there is none new.

        Messages are seen to `one_by_one`, so nothing before it is open. Faust's own reckoning
        stands still at offset 0 of a partition where aborted events follow.
        """
        acked = self._acked[tp]
        if not acked:
            return None
        offset = max(acked) + 1
        acked.clear()
        self._acked_index[tp].clear()
        self._gap[tp].chop(0, offset)
        return int(offset)


class _CommittedTransport(driver.Transport):  # type: ignore[misc]  # no types shipped
    Consumer = _CommittedConsumer


class _App(faust.App):  # type: ignore[misc]  # no types shipped
    def _create_directories(self) -> None:
        """Make none in the working folder: nothing is kept on disk."""


@dataclass(frozen=True)
class Reactor:
    """What one service answers: from which streams, by which pure function, with which commands."""

    service: str
    sources: tuple[str, ...]
    react: Callable[[Envelope[Event], Reference], Sequence[Reaction]]
    commands: dict[str, TypeAdapter[Any]]
    """JSON forms by class name."""

    @property
    def group(self) -> str:
        """Consumer group; never shared with plain consumers (pitfall F10)."""
        return f"{self.service}.reactions"


def new_app(group: str, bootstrap: str, instance: str | None = None) -> faust.App:
    """Give a Faust app with the settings that its known faults ask for (`pitfalls`, part 2)."""
    app = _App(
        group,
        broker=f"kafka://{bootstrap}",
        store="memory://",
        processing_guarantee="at_least_once",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance or "",
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=3,
        broker_commit_interval=1.0,
        producer_acks=-1,
        # What is under way when one stops or partitions move is done again by whoever comes next.
        stream_wait_empty=False,
        producer_linger=0,
        producer_max_request_size=MAX_MESSAGE_BYTES,
        key_serializer="raw",
        value_serializer="raw",
        worker_redirect_stdouts=False,
    )
    app.transport = _CommittedTransport(app.conf.broker_consumer, app)
    return app


class Reactions:
    """The one agent of a reactor's app."""

    def __init__(self, app: faust.App, reactor: Reactor, reference: Reference) -> None:
        self._app, self._reactor, self._reference = app, reactor, reference
        self._limit = DeadLetterLimit()
        self._commands = raw_topic(app, commands_topic(reactor.service))
        self._dead = {s: raw_topic(app, dead_letter_topic(s)) for s in reactor.sources}
        app.agent(raw_topic(app, *reactor.sources), name=f"answer_{reactor.service}_sources")(
            self.answer
        )

    async def answer(self, stream: Any) -> None:
        """React to each event; it is acknowledged when its commands are."""
        await one_by_one(self._app, stream, self.answer_one)

    async def answer_one(self, message: Any) -> None:
        """React to one message; what cannot be read goes to the dead letters."""
        position = Position(message.topic, message.partition, message.offset)
        try:
            envelope = decode(position, message.key, message.value, raw_headers(message))
            reactions = await self._reactions(envelope)
        except Unreadable as unreadable:
            await self._bury(message, unreadable.reason)
            return
        except UnknownReference as missing:
            await self._bury(message, f"event.unknown-{missing.kind}")
            return
        except Exception as fault:  # top of the worker: one bad event must not stop all
            log.exception("reaction failed", topic=message.topic, offset=message.offset)
            await self._bury(message, f"event.fault.{type(fault).__name__}")
            return
        for reaction in reactions:
            await send(self._commands, self._command(envelope, reaction))
        self._limit.note(1, 0)
        outcome = "emitted" if reactions else "nothing"
        metrics.counter("reactions", service=self._reactor.service, outcome=outcome).inc()

    async def _reactions(self, envelope: Envelope[Event]) -> Sequence[Reaction]:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + REFERENCE_WAIT_SECONDS
        while True:
            try:
                return self._reactor.react(envelope, self._reference)
            except UnknownReference:
                if loop.time() > give_up_at:
                    raise
                await asyncio.sleep(0.2)

    def _command(self, envelope: Envelope[Event], reaction: Reaction) -> Record:
        name = type(reaction.command).__name__
        return to_record(
            CommandRecord(
                name=name,
                command_id=derived_id(envelope.event_id, reaction.name),
                key=reaction.command.key,
                body=self._reactor.commands[name].dump_json(reaction.command),
                correlation_id=envelope.correlation_id,
            )
        )

    async def _bury(self, message: Any, reason: str) -> None:
        place = (message.topic, message.partition, message.offset)
        metrics.counter("reactions", service=self._reactor.service, outcome="dead").inc()
        metrics.counter("dead_letters", topic=message.topic).inc()
        log.warning(
            "event put aside", topic=message.topic, partition=message.partition,
            offset=message.offset, code=reason,
        )  # fmt: skip
        letter = dead_letter(
            place, UndeliveredMessage(message.key, message.value, raw_headers(message)), reason
        )
        await send(self._dead[message.topic], letter)
        self._limit.note(1, 1)


async def one_by_one(app: faust.App, stream: Any, take: Callable[[Any], Awaitable[None]]) -> None:
    """Have `take` see to each message; only then is it acknowledged.

    Nothing may be raised past here: Faust acknowledges the message of a raising or cancelled
    agent, and commits past one that is not acknowledged (pitfalls F1, F9). What `take` cannot see
    to ends the process.
    """
    unacknowledged = stream.noack()
    async for event in unacknowledged.events():
        try:
            await take(event.message)
        except Exception as fault:  # top of the worker
            log.exception("reactions end", topic=event.message.topic, offset=event.message.offset)
            await app.crash(fault)
            await asyncio.Event().wait()  # until the process is gone
        await unacknowledged.ack(event)


def raw_topic(app: faust.App, *names: str) -> Any:
    """Give topics whose keys and values stay bytes."""
    return app.topic(
        *names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )


async def send(topic: Any, record: Record) -> None:
    """Send and wait for the acknowledgement: `send` alone only queues (pitfall F12).

    Tried until it succeeds: what is sent may come twice, but may not be missing.
    """
    while True:
        try:
            await (
                await topic.send(key=record.key, value=record.value, headers=list(record.headers))
            )
        except (KafkaError, ProducerSendError) as fault:
            log.warning("not sent, tried again", topic=str(topic), code=type(fault).__name__)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


def raw_headers(message: Any) -> list[tuple[str, bytes]]:
    """Give the headers as Kafka keeps them, whichever form Faust holds them in."""
    found = message.headers or ()
    return list(found.items()) if hasattr(found, "items") else list(found)
