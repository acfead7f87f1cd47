"""Putting a message aside from a consumer that has no producer of its own."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.topics import dead_letter_topic
from services.runtime.dead_letters import UndeliveredMessage, dead_letter
from services.runtime.kafka_clients import beyond_repair, plain_producer, stop_producer
from services.runtime.log_reader import LogUnavailable


class DeadLetterWriter:
    """Writes to the dead-letter topic of whatever topic a message came from."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None

    async def __call__(
        self,
        topic: str,
        partition: int,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        reason: str,
    ) -> None:
        """Put a message aside; returns when the broker has acknowledged it.

        Raises:
            LogUnavailable: it has not; the message must not be passed over.
        """
        message = UndeliveredMessage(key, value, headers)
        letter = dead_letter((topic, partition, offset), message, reason)
        try:
            producer = await self._connected()
            await producer.send_and_wait(
                dead_letter_topic(topic), letter.value, letter.key, 0, headers=list(letter.headers)
            )
        except KafkaError as fault:
            if beyond_repair(fault):
                await self.close()
            raise LogUnavailable(f"dead letter not written: {type(fault).__name__}") from fault

    async def close(self) -> None:
        """Leave Kafka."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop_producer(producer)

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = plain_producer(self._bootstrap)
            try:
                await producer.start()
            except BaseException:
                await stop_producer(producer)
                raise
            self._producer = producer
        return self._producer
