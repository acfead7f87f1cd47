"""上级系统: what was reported up is decided above, and the superior's own system tells so.

It writes where such systems do, on `case.external.events.v1`; nothing of it goes over HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.errors import KafkaError

from schemas.codec import encode
from schemas.envelope import Envelope
from schemas.events.base import EXTERNAL
from schemas.events.external import ExternalResultReported
from services.kernel.actor import SYSTEM
from services.runtime.clock import now
from services.runtime.ids import derived_id
from services.runtime.kafka_clients import plain_producer, stop_producer
from services.runtime.simulation.case_calls import Unexpected

_LOG: Final = "上级主管部门审批系统"


@dataclass(frozen=True, slots=True)
class Superior:
    """The system of the authority above; `kafka` is where it writes, `host:port`."""

    kafka: str

    async def tell(self, case_id: str, county: str, word: Mapping[str, Any]) -> None:
        """Write the decision on a case that lies there; the same again changes nothing.

        `county`: path of the organisation that sent it up. `word`: as an officer would record it.

        Raises:
            Unexpected: it was not acknowledged.
        """
        told = ExternalResultReported(log=_LOG, log_case=str(word["document_number"]), **word)
        causation = derived_id(case_id, "superior.decides")
        record = encode(
            Envelope(
                event_id=derived_id(causation, "0"),
                key=case_id,
                sequence=1,
                occurred_at=now(),
                source=county,
                actor=SYSTEM,
                causation_id=causation,
                correlation_id=causation,
                event=told,
            )
        )
        producer = plain_producer(self.kafka)
        try:
            await producer.start()
            await producer.send_and_wait(
                EXTERNAL, record.value, record.key, headers=list(record.headers)
            )
        except (KafkaError, OSError, TimeoutError) as silence:
            raise Unexpected(f"case {case_id}: nothing from above: {silence}") from silence
        finally:
            await stop_producer(producer)
