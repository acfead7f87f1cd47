"""From an HTTP call to a command on Kafka and back to its result (architecture §2.6).

Any API instance serves any case, whichever worker owns its partition: every instance reads all
results. Nothing is queued here: a command is acknowledged by the log within `SEND_SECONDS` or the
caller is told 503, and at most `in_flight_limit` calls wait at a time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import timedelta
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from schemas.topics import commands_topic, results_topic
from services.runtime import metrics, results
from services.runtime.command_record import CommandRecord, to_record
from services.runtime.health import Health
from services.runtime.kafka_clients import (
    beyond_repair,
    gateway_producer,
    go_back,
    reading_consumer,
    stop_consumer,
    stop_producer,
)
from services.runtime.problems import Problem
from services.runtime.results import Result

SEND_SECONDS: Final = 2.5
RECENT: Final = 20_000
REMEMBERED: Final = timedelta(minutes=10)
"""How far back results are read at the start, so that a restarted instance can tell them."""
START_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 1.0
_FAULTS: Final = (KafkaError, OSError, TimeoutError)
log = structlog.get_logger()


class Gateway:
    """Sends commands of one service and waits for their results."""

    def __init__(
        self,
        service: str,
        bootstrap: str,
        health: Health,
        *,
        wait: float,
        in_flight_limit: int,
        check: str = "kafka",
    ) -> None:
        self._service, self._bootstrap, self._health = service, bootstrap, health
        self._wait, self._limit, self._check = wait, in_flight_limit, check
        self._topic = commands_topic(service)
        self._pending: dict[str, tuple[str, asyncio.Future[Result]]] = {}
        self._recent: OrderedDict[str, tuple[str, Result]] = OrderedDict()
        """By command id: of which key, and what came of it."""
        self._producer: AIOKafkaProducer | None = None
        self._worn_out = asyncio.Event()
        self._reading = self._probing = False
        self._broken = True
        self._tasks: list[asyncio.Task[None]] = []
        self._in_flight = metrics.gauge("commands_in_flight", service=service)

    async def start(self) -> None:
        """Connect in the background; until then calls are answered 503."""
        self._health.down(self._check, "not yet connected")
        for work in (self._keep_producer(), self._keep_reading()):
            self._tasks.append(asyncio.create_task(work, name=f"{self._service}-gateway"))

    async def stop(self) -> None:
        """Leave Kafka; calls still waiting get 202."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def recent(self, command_id: str) -> Result | None:
        """Give the result of a command told within the last minutes, by whichever instance."""
        found = self._recent.get(command_id)
        return found[1] if found else None

    async def ask(self, record: CommandRecord) -> Result | None:
        """Write the command and wait for its result; None where it takes longer than the limit.

        Raises:
            Problem: 503 `log.unavailable` (nothing is promised, repeat with the same key),
                503 `gateway.busy`, 409 `idempotency.still_running`, 422 `idempotency.key_reused`,
                413 `request.too_large`.
        """
        self._admit(record)
        waiting: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._pending[record.command_id] = (record.fingerprint, waiting)
        self._in_flight.set(len(self._pending))
        try:
            await self._write(record)
            return await asyncio.wait_for(waiting, self._wait)
        except TimeoutError:
            metrics.counter("gateway_timeouts", service=self._service).inc()
            return None
        finally:
            self._pending.pop(record.command_id, None)
            self._in_flight.set(len(self._pending))

    def _admit(self, record: CommandRecord) -> None:
        if (running := self._pending.get(record.command_id)) is not None:
            if running[0] != record.fingerprint:
                raise Problem("idempotency.key_reused", results.KEY_REUSED)
            raise Problem(
                "idempotency.still_running", results.CONFLICT, headers={"Retry-After": "1"}
            )
        known = self._recent.get(record.command_id)
        if known is not None and known[0] != record.key:
            # Each case remembers its own commands; the ids of events are derived from this one.
            raise Problem("idempotency.key_reused", results.KEY_REUSED)
        if len(self._pending) >= self._limit:
            raise Problem("gateway.busy", 503, headers={"Retry-After": "1"})
        if self._producer is None or (self._broken and self._probing):
            raise _unavailable()

    async def _write(self, record: CommandRecord) -> None:
        assert self._producer is not None
        message = to_record(record)
        probe = self._broken
        self._probing = self._probing or probe
        try:
            async with asyncio.timeout(SEND_SECONDS):
                sent = await self._producer.send(
                    self._topic, message.value, message.key, headers=list(message.headers)
                )
                await sent
        except MessageSizeTooLargeError as fault:
            raise Problem("request.too_large") from fault
        except (KafkaError, TimeoutError) as fault:
            self._broken = True
            if beyond_repair(fault):
                self._worn_out.set()
            self._health.down(self._check, f"write not acknowledged: {type(fault).__name__}")
            raise _unavailable() from fault
        finally:
            if probe:
                self._probing = False
        if self._broken:
            self._broken = False
            self._health.up(self._check)

    async def _keep_producer(self) -> None:
        while True:
            self._worn_out.clear()
            producer = gateway_producer(self._bootstrap)
            try:
                await asyncio.wait_for(producer.start(), START_SECONDS)
                self._producer = producer
                self._note_connected()
                await self._worn_out.wait()
            except _FAULTS as fault:
                self._say_away(fault)
            finally:
                self._producer = None
                await stop_producer(producer)
            await asyncio.sleep(RETRY_SECONDS)

    async def _keep_reading(self) -> None:
        while True:
            try:
                await self._read_results()
            except _FAULTS as fault:
                self._say_away(fault)
                await asyncio.sleep(RETRY_SECONDS)

    def _note_connected(self) -> None:
        if self._reading and self._producer is not None:
            self._broken = False
            self._health.up(self._check)

    def _say_away(self, fault: Exception) -> None:
        self._health.down(self._check, type(fault).__name__)
        log.warning("gateway cannot reach kafka", code=type(fault).__name__)

    async def _read_results(self) -> None:
        consumer = reading_consumer(self._bootstrap, results_topic(self._service))
        try:
            await consumer.start()
            await go_back(consumer, REMEMBERED)
            self._reading = True
            self._note_connected()
            while True:
                polled = await consumer.getmany(timeout_ms=1000, max_records=5000)
                for messages in polled.values():
                    for message in messages:
                        self._take(message)
        finally:
            self._reading = False
            await stop_consumer(consumer)

    def _take(self, message: Any) -> None:
        try:
            command_id, result = results.from_message(message.value, message.headers)
            key = message.key.decode()
        except (AttributeError, KeyError, ValueError):
            log.warning("result passed over", topic=message.topic, offset=message.offset)
            return
        if (pending := self._pending.get(command_id)) is not None and not pending[1].done():
            pending[1].set_result(result)
        self._recent[command_id] = (key, result)
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)


def _unavailable() -> Problem:
    return Problem("log.unavailable", 503, headers={"Retry-After": "2"})
