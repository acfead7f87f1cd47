"""Writing a fact to a compacted topic from an API process."""

from __future__ import annotations

import asyncio
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.runtime.kafka_clients import beyond_repair, gateway_producer, stop_producer
from services.runtime.problems import Problem

SEND_SECONDS: Final = 2.5


class FactWriter:
    """Puts facts on one topic, each acknowledged before the call returns."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap, self._topic = bootstrap, topic
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()

    async def put(self, key: str, value: bytes | None) -> None:
        """Write a fact; None erases it.

        Raises:
            Problem: 503 `log.unavailable`; nothing is promised, try again.
        """
        try:
            async with asyncio.timeout(SEND_SECONDS):
                producer = await self._connected()
                await producer.send_and_wait(self._topic, value, key.encode())
        except (KafkaError, TimeoutError) as fault:
            if beyond_repair(fault):
                await self.close()
            raise Problem("log.unavailable", headers={"Retry-After": "2"}) from fault

    async def close(self) -> None:
        """Leave Kafka."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop_producer(producer)

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                producer = gateway_producer(self._bootstrap)
                try:
                    await producer.start()
                except BaseException:
                    await stop_producer(producer)
                    raise
                self._producer = producer
            return self._producer
