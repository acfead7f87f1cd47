"""The transactional loop of a service (ADR 0002): a group member with a pipeline per partition."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError

from services.kernel.decider import Reference
from services.runtime import metrics
from services.runtime.dead_letters import DeadLetterLimit
from services.runtime.health import Health
from services.runtime.kafka_clients import (
    group_consumer,
    plain_producer,
    stop_consumer,
    stop_producer,
)
from services.runtime.pipeline import QUEUE_HIGH, QUEUE_LOW, Pipeline, Wiring
from services.runtime.recovery import RecoveryIncomplete
from services.runtime.service import Service

POLL_MS: Final = 200
RETRY_SECONDS: Final = 1.0
CLOSE_SECONDS: Final = 3.0
log = structlog.get_logger()


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Carries out the commands of the partitions that the group gives it."""

    def __init__(
        self,
        service: Service[Any],
        reference: Reference,
        bootstrap: str,
        health: Health,
        instance: str | None = None,
    ) -> None:
        self._service, self._reference = service, reference
        self._bootstrap, self._instance = bootstrap, instance
        self._health = health
        self._pipelines: dict[int, Pipeline[Any]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self._results: AIOKafkaProducer | None = None
        self._wiring: Wiring[Any] | None = None
        self._stopping = False
        self._check = service.check("worker")
        health.expect(self._check)

    async def run(self) -> None:
        """Work until `stop`; returns then, with nothing half done.

        Raises:
            TooManyDeadLetters, ResultsLost: see there; the process must end.
        """
        consumer = group_consumer(self._bootstrap, self._service.group, self._instance)
        self._consumer = consumer
        self._results = plain_producer(self._bootstrap)
        try:
            await self._results.start()
            await consumer.start()
            self._wiring = Wiring(
                service=self._service,
                reference=self._reference,
                bootstrap=self._bootstrap,
                group_consumer=consumer,
                results=self._results,
                limit=DeadLetterLimit(),
            )
            consumer.subscribe([self._service.commands_topic], listener=self)
            await self._poll_until_stopped()
        finally:
            await self._close()

    def stop(self) -> None:
        """Take no more commands; `run` finishes the transactions under way and returns."""
        self._stopping = True

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let every transaction under way end; keep state, for most partitions come back."""
        await asyncio.gather(*(p.stand_still() for p in self._pipelines.values()))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Go on with the partitions kept, own the new ones, give up the rest."""
        kept = {tp.partition for tp in assigned}
        for partition in set(self._pipelines) - kept:
            await self._give_up(partition)
        for partition in kept:
            if partition not in self._tasks or self._tasks[partition].done():
                self._begin(partition)
            elif self._pipelines[partition].recovered:
                # Were another worker its owner in between, our next commit would be fenced.
                self._pipelines[partition].go_on_from()
        self._show_health()

    def _begin(self, partition: int) -> None:
        assert self._wiring is not None
        pipeline = Pipeline(self._wiring, partition)
        self._pipelines[partition] = pipeline
        self._wiring.group_consumer.pause(pipeline.tp)
        self._tasks[partition] = asyncio.create_task(
            self._work(pipeline), name=f"{self._service.name}-{partition}"
        )

    async def _work(self, pipeline: Pipeline[Any]) -> None:
        while True:
            try:
                await pipeline.become_owner()
                while True:
                    await pipeline.carry_out_next()
            except (KafkaError, RecoveryIncomplete, TimeoutError, AssertionError) as fault:
                # Whatever it was, the outcome is in doubt: own the partition anew.
                log.warning(
                    "partition opened anew",
                    topic=pipeline.tp.topic,
                    partition=pipeline.partition,
                    code=type(fault).__name__,
                )
                await pipeline.close()
                self._show_health()
                await asyncio.sleep(RETRY_SECONDS)

    async def _give_up(self, partition: int) -> None:
        task, pipeline = self._tasks.pop(partition), self._pipelines.pop(partition)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await pipeline.close()

    async def _poll_until_stopped(self) -> None:
        assert self._consumer is not None
        while not self._stopping:
            sought = [pipeline.seek() for pipeline in self._pipelines.values()]
            if any(sought):
                self._show_health()
            try:
                polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=5000)
            except KafkaError as fault:
                log.warning("poll failed", code=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for tp, records in polled.items():
                if (pipeline := self._pipelines.get(tp.partition)) is not None:
                    pipeline.offer(records)
            self._hold_back()
            self._raise_if_ended()

    def _hold_back(self) -> None:
        """Pause what is too far behind and resume what has caught up."""
        assert self._consumer is not None
        paused = self._consumer.paused()
        for pipeline in self._pipelines.values():
            if not pipeline.open:
                continue
            if pipeline.waiting > QUEUE_HIGH and pipeline.tp not in paused:
                self._consumer.pause(pipeline.tp)
            elif pipeline.waiting < QUEUE_LOW and pipeline.tp in paused:
                self._consumer.resume(pipeline.tp)
            unread = (self._consumer.highwater(pipeline.tp) or 0) - pipeline.next_offset
            metrics.gauge(
                "partition_lag",
                group=self._service.group,
                topic=pipeline.tp.topic,
                partition=str(pipeline.partition),
            ).set(max(0, unread))

    def _raise_if_ended(self) -> None:
        for task in self._tasks.values():
            if task.done() and not task.cancelled() and (fault := task.exception()) is not None:
                raise fault

    def _show_health(self) -> None:
        closed = sorted(p.partition for p in self._pipelines.values() if not p.open)
        if closed:
            self._health.down(self._check, f"partitions not yet owned: {closed}")
        else:
            self._health.up(self._check)

    async def _close(self) -> None:
        with suppress(TimeoutError):  # broker away: what is under way was not acknowledged
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*(p.stand_still() for p in self._pipelines.values()))
        await asyncio.gather(*(self._give_up(partition) for partition in list(self._pipelines)))
        if self._consumer is not None:
            await stop_consumer(self._consumer)
        if self._results is not None:
            await stop_producer(self._results)
