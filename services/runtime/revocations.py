"""Sessions that were signed out before their token ran out: no service takes the token any more."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError

from schemas.codec import Position, Unreadable, decode
from schemas.events.base import PRESENCE
from schemas.events.presence import SignedOut
from services.runtime.kafka_clients import go_back, reading_consumer, stop_consumer
from services.runtime.tokens import TTL

RETRY_SECONDS: Final = 1.0
log = structlog.get_logger()


class Revocations:
    """Follows `SignedOut` on the presence stream; knows those of the last token lifetime."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._ended: dict[str, float] = {}

    def is_revoked(self, session_id: str) -> bool:
        """Say whether the session was signed out."""
        return session_id in self._ended

    async def follow(self) -> None:
        """Follow the stream until cancelled; a broker that is away is waited for."""
        while True:
            try:
                await self._read()
            except (KafkaError, OSError) as fault:
                log.warning("revocations not followed", code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _read(self) -> None:
        consumer = reading_consumer(self._bootstrap, PRESENCE)
        try:
            await consumer.start()
            await go_back(consumer, TTL)
            while True:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    for record in records:
                        self._take(record)
        finally:
            await stop_consumer(consumer)

    def _take(self, record: Any) -> None:
        position = Position(record.topic, record.partition, record.offset)
        try:
            envelope = decode(position, record.key, record.value, record.headers)
        except Unreadable:
            return  # the projector puts it aside
        if isinstance(envelope.event, SignedOut):
            at = envelope.occurred_at.timestamp()
            self._ended[envelope.event.session_id] = at
            self._forget(at - TTL.total_seconds())

    def _forget(self, before: float) -> None:
        while self._ended and next(iter(self._ended.values())) < before:
            del self._ended[next(iter(self._ended))]
