"""One input partition of a service: its owner's producer, its state, its transactions (ADR 0002).

A pipeline waits for no other. Whoever opens one fences the former owner *before* state is read,
so that what is read is final; a transaction that ends in doubt is followed by opening anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, ProducerFenced
from aiokafka.structs import ConsumerRecord

from schemas.envelope import Record
from schemas.topics import dead_letter_topic
from services.kernel.decider import Decider, Reference, UnknownReference
from services.runtime import metrics
from services.runtime.carry_out import Batch, Book, Outcome
from services.runtime.dead_letters import DeadLetterLimit, dead_letter
from services.runtime.kafka_clients import (
    TRANSACTION_MS,
    beyond_repair,
    stop_producer,
    transactional_producer,
)
from services.runtime.record_batches import send_records
from services.runtime.recovery import read_snapshots
from services.runtime.service import Service

State = TypeVar("State")
MAX_BATCH: Final = 500
QUEUE_HIGH: Final = 4 * MAX_BATCH
"""Above it the partition is paused: memory stays bounded however fast commands come."""
QUEUE_LOW: Final = MAX_BATCH
IDLE_COMMIT_SECONDS: Final = 1.0
REFERENCE_WAIT_SECONDS: Final = 10.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wiring(Generic[State]):
    """What all pipelines of one worker share."""

    service: Service[State]
    reference: Reference
    bootstrap: str
    group_consumer: AIOKafkaConsumer
    results: AIOKafkaProducer
    """Plain and idempotent: a result follows its commit, and a lost one is told again."""
    limit: DeadLetterLimit


class ResultsLost(RuntimeError):
    """The producer of the results takes none any more; the worker must end."""


class Pipeline(Generic[State]):
    """Carries out the commands of one partition, one transaction a batch."""

    def __init__(self, wiring: Wiring[State], partition: int) -> None:
        self._wiring = wiring
        self.partition = partition
        self.tp = TopicPartition(wiring.service.commands_topic, partition)
        self.book: Book[State] = Book(wiring.service)
        self.open = self.recovered = False
        self._decider: Decider[State, Any] = wiring.service.decider(wiring.reference)
        self._producer: AIOKafkaProducer | None = None
        self._queue: deque[ConsumerRecord] = deque()
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()
        self.next_offset = 0
        self._committed_offset = 0
        self._to_seek = False
        self._results_fault: KafkaError | None = None

    @property
    def waiting(self) -> int:
        """How many commands are queued."""
        return len(self._queue)

    def offer(self, records: Iterable[ConsumerRecord]) -> None:
        """Queue what a poll brought; where the partition is not open it is passed over."""
        if self.open:
            self._queue.extend(r for r in records if r.offset >= self.next_offset)
            self._wake.set()

    async def become_owner(self) -> None:
        """Fence the former owner, read the state, find the first command not carried out."""
        await self.close()
        started = asyncio.get_running_loop().time()
        producer = transactional_producer(
            self._wiring.bootstrap, f"{self._wiring.service.name}-{self.partition}"
        )
        self._producer = producer
        await producer.start()  # from here on the former owner can commit nothing
        self.book = Book(self._wiring.service)
        self.book.stored = await read_snapshots(
            self._wiring.bootstrap, self._wiring.service.snapshots_topic, self.partition
        )
        committed = await self._wiring.group_consumer.committed(self.tp)
        self.recovered = True
        self.go_on_from(committed or 0)
        log.info(
            "partition owned",
            topic=self.tp.topic,
            partition=self.partition,
            offset=self.next_offset,
            snapshots=len(self.book.stored),
            seconds=round(asyncio.get_running_loop().time() - started, 3),
        )

    def go_on_from(self, offset: int | None = None) -> None:
        """Take commands again from `offset`, or from where this owner stopped.

        Only once `recovered`: before, neither the state nor the place to go on from is known.
        What is polled counts again after `seek`.
        """
        if offset is not None:
            self.next_offset = self._committed_offset = offset
        self.open, self._to_seek = False, True
        self._queue.clear()

    def seek(self) -> bool:
        """Open the partition if it is to go on; give whether it was opened now.

        To be called between two polls: a poll under way during a seek may deliver what stands
        elsewhere, and what it delivers from the right place would be missing if it were dropped.
        """
        if not self._to_seek:
            return False
        try:
            self._wiring.group_consumer.seek(self.tp, self.next_offset)
        except IllegalStateError:
            return False  # taken away; another assignment will follow
        self._wiring.group_consumer.resume(self.tp)
        self.open, self._to_seek = True, False
        return True

    async def stand_still(self) -> None:
        """Stop after the transaction under way; state and producer stay for a later owner."""
        self.open = self._to_seek = False
        async with self._busy:
            self._queue.clear()

    async def close(self) -> None:
        """Give the partition up; what is not yet acknowledged is left to the next owner."""
        self.open = self.recovered = self._to_seek = False
        self._queue.clear()
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop_producer(producer)

    async def carry_out_next(self) -> None:
        """Wait for commands, carry a batch of them out, tell the results.

        Raises:
            KafkaError, TimeoutError: the outcome is in doubt, or another worker owns the partition
                now; `become_owner` again before going on.
            TooManyDeadLetters, ResultsLost: see there; the worker must end.
        """
        if self._results_fault is not None:
            raise ResultsLost(type(self._results_fault).__name__) from self._results_fault
        if not self._queue:
            await self._idle()
        async with self._busy:
            if not self.open or not self._queue:
                return
            batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
            outcome = await self._decide(batch)
            await self._write(outcome, batch)

    async def _idle(self) -> None:
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_COMMIT_SECONDS)
        except TimeoutError:
            async with self._busy:
                if self.open and self._committed_offset < self.next_offset:
                    await self._commit_in_time(Outcome(), {})

    async def _decide(self, batch: Sequence[ConsumerRecord]) -> Outcome[State]:
        service, loop = self._wiring.service, asyncio.get_running_loop()
        give_up_at = loop.time() + REFERENCE_WAIT_SECONDS
        while True:
            late = loop.time() >= give_up_at
            attempt = Batch(service, self._decider, self.book, missing_reference_is_dead=late)
            try:
                return attempt.carry_out(batch)
            except UnknownReference as missing:
                log.warning("reference facts awaited", kind=missing.kind, code=missing.name)
                await asyncio.sleep(0.2)

    async def _write(self, outcome: Outcome[State], batch: Sequence[ConsumerRecord]) -> None:
        service = self._wiring.service
        self.next_offset = batch[-1].offset + 1
        written = outcome.written(service)
        # A batch of questions and repeats writes nothing; its offset goes with a later commit.
        late = self.next_offset - self._committed_offset > QUEUE_HIGH
        if written or outcome.dead or late:
            started = asyncio.get_running_loop().time()
            await self._commit_in_time(outcome, written)
            metrics.histogram("transaction_seconds", service=service.name).observe(
                asyncio.get_running_loop().time() - started
            )
            self.book.commit(outcome.staged, written)
        await self._tell(outcome.results)
        metrics.histogram("batch_commands", service=service.name).observe(len(batch))
        for name, number in outcome.counts.items():
            metrics.counter("commands", service=service.name, outcome=name).inc(number)
        metrics.counter("dead_letters", topic=self.tp.topic).inc(len(outcome.dead))
        self._wiring.limit.note(len(batch), len(outcome.dead))

    async def _commit_in_time(self, outcome: Outcome[State], written: dict[bytes, bytes]) -> None:
        """Commit, or give up when the broker would: aiokafka goes on trying for ever.

        With 5 ms between its tries that is a core's work, in which the broker cannot come back.
        """
        async with asyncio.timeout(TRANSACTION_MS / 1000):
            await self._commit(outcome, written)

    async def _commit(self, outcome: Outcome[State], written: dict[bytes, bytes]) -> None:
        producer, service = self._producer, self._wiring.service
        assert producer is not None
        await producer.begin_transaction()
        try:
            sent = await send_records(
                producer, service.events_topic, self.partition, outcome.events
            )
            snapshots = [Record(key, value, ()) for key, value in written.items()]
            sent += await send_records(producer, service.snapshots_topic, self.partition, snapshots)
            for message, reason in outcome.dead:
                topic = dead_letter_topic(self.tp.topic)
                letter = dead_letter(
                    (self.tp.topic, self.partition, message.offset), message, reason
                )
                sent.append(
                    await producer.send(
                        topic, letter.value, letter.key, 0, headers=list(letter.headers)
                    )
                )
            # The offsets after the acknowledgements: while the coordinator adds them it does not
            # answer for records under way, and those are then refused and sent again (pitfall A3).
            await asyncio.gather(*sent)
            await producer.send_offsets_to_transaction({self.tp: self.next_offset}, service.group)
            await producer.commit_transaction()
        except KafkaError:
            await _abort(producer)
            raise
        self._committed_offset = self.next_offset

    async def _tell(self, results: Sequence[Record]) -> None:
        try:
            sent = await send_records(
                self._wiring.results, self._wiring.service.results_topic, self.partition, results
            )
        except KafkaError as fault:
            self._note_untold(fault)
            return
        for batch in sent:  # nobody waits for them: the next transaction may begin
            batch.add_done_callback(self._told)

    def _told(self, batch: asyncio.Future[object]) -> None:
        fault = None if batch.cancelled() else batch.exception()
        if isinstance(fault, KafkaError):
            self._note_untold(fault)

    def _note_untold(self, fault: KafkaError) -> None:
        # Not lost: the snapshot holds it for the client's repeat.
        log.warning("results not sent", topic=self.tp.topic, code=type(fault).__name__)
        if beyond_repair(fault):
            self._results_fault = fault


async def _abort(producer: AIOKafkaProducer) -> None:
    try:
        await producer.abort_transaction()
    except ProducerFenced:
        log.info("producer fenced: another worker owns the partition")
    except (KafkaError, AssertionError) as fault:
        # The successor's start aborts it (pitfall A4); this producer is closed in any case.
        log.warning("transaction left to the next owner", code=type(fault).__name__)
