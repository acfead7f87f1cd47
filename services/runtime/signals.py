"""Signs of life of officers, for presence: beats, and operations at most once a minute.

They are not acts of record: a lost one moves an idle mark by a minute at most, so a call never
waits for one, and none is queued while Kafka is away.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, Literal

import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.codec import instant_text
from services.runtime import clock
from services.runtime.tokens import SignedInOfficer

TOPIC: Final = "officer.signals.v1"
EVERY_SECONDS: Final = 60
KEPT: Final = 10_000
UNSENT_LIMIT: Final = 1000
log = structlog.get_logger()


class Signals:
    """Tells supervision that an officer is there, and that they do something."""

    def __init__(self) -> None:
        self._producer: AIOKafkaProducer | None = None
        self._last: OrderedDict[str, float] = OrderedDict()
        self._sending: set[asyncio.Task[None]] = set()

    def connect(self, producer: AIOKafkaProducer | None) -> None:
        """Send through `producer` from now on; None while there is none."""
        self._producer = producer

    def acted(self, officer: SignedInOfficer) -> None:
        """Note an operation; told at most once a minute for each session."""
        now = clock.now().timestamp()
        if now - self._last.get(officer.session_id, 0.0) < EVERY_SECONDS:
            return
        self._last[officer.session_id] = now
        self._last.move_to_end(officer.session_id)
        if len(self._last) > KEPT:
            self._last.popitem(last=False)
        self._send(officer, "activity")

    def beat(self, officer: SignedInOfficer) -> None:
        """Note that the officer's browser is open."""
        self._send(officer, "beat")

    def _send(self, officer: SignedInOfficer, kind: Literal["beat", "activity"]) -> None:
        if self._producer is None or len(self._sending) >= UNSENT_LIMIT:
            return
        signal = {
            "session_id": officer.session_id,
            "organisation": officer.actor.organisation,
            "kind": kind,
            "at": instant_text(clock.now()),
        }
        task = asyncio.create_task(
            self._deliver(self._producer, officer.actor.officer_id, orjson.dumps(signal))
        )
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, producer: AIOKafkaProducer, officer_id: str, value: bytes) -> None:
        try:
            await producer.send_and_wait(TOPIC, value, officer_id.encode())
        except KafkaError as fault:
            log.warning("signal not sent", topic=TOPIC, code=type(fault).__name__)
