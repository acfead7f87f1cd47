"""Names of applicants in the memory of an API process, for the documents that it prints."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from schemas.facts import Person
from services.runtime.kafka_clients import reading_consumer, stop_consumer

TOPIC: Final = "people.facts.v1"
RETRY_SECONDS: Final = 1.0
log = structlog.get_logger()


class PeopleNames:
    """Follows the people facts; knows a name for each pseudonym that is not erased."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._names: dict[str, str] = {}

    def name_of(self, applicant_ref: str) -> str | None:
        """Give the name; None where the person is not (yet) known, or was erased."""
        return self._names.get(applicant_ref)

    async def follow(self) -> None:
        """Follow the topic until cancelled; a broker that is away is waited for."""
        while True:
            try:
                await self._read()
            except (KafkaError, OSError) as fault:
                log.warning("people not followed", code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    def take(self, record: Any) -> None:
        """Take a record of the topic; without value it erases."""
        ref = (record.key or b"").decode(errors="replace")
        if record.value is None:
            self._names.pop(ref, None)
            return
        try:
            self._names[ref] = Person.model_validate_json(record.value).name
        except ValidationError:
            # Never with the text of the error: it may quote the person.
            log.warning("fact dropped", topic=TOPIC, offset=record.offset, reason="fact.malformed")

    async def _read(self) -> None:
        consumer = reading_consumer(self._bootstrap, TOPIC)
        try:
            await consumer.start()
            while True:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    for record in records:
                        self.take(record)
        finally:
            await stop_consumer(consumer)
