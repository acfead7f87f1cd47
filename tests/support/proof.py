"""The proof after a run: what was acknowledged against what the log and the tables hold.

L lost: acknowledged, and no event tells of it. D done twice: an event id or a (key, sequence)
twice. G gaps, and snapshots and tables against the log: `cunban verify`.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.topics import event_topics
from services.runtime.kafka_clients import reading_consumer
from services.runtime.simulation.ledger import Acknowledged, CaseStands
from tests.support.people import Clerk
from tests.support.stack import PROJECT, Stack

REFUSED: Final = "cn.cunban.action.refused.v1"
_AT_ONCE: Final = 32
"""Questions under way: thousands at a time are turned away, as they should be."""
_REFUSALS: Final = frozenset({403, 409, 412})


@dataclass(slots=True)
class Log:
    """Every event that a read-committed reader sees."""

    by_cause: dict[str, list[str]] = field(default_factory=dict)
    """Command id → the types of its events."""
    ids: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(topic, event id): a key that a client used at two services makes equal ids on two topics,
    which is no command carried out twice."""
    places: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """(topic, key, sequence)."""

    def twice(self) -> list[Any]:
        """Give event ids and places that occur more than once."""
        found: list[Any] = [event for event, times in self.ids.items() if times > 1]
        return found + [place for place, times in self.places.items() if times > 1]

    def lost(self, acknowledged: Iterable[Acknowledged]) -> list[Acknowledged]:
        """Give the commands that were answered and of which no event tells, or another one."""
        return [line for line in acknowledged if not self._tells_of(line)]

    def _tells_of(self, line: Acknowledged) -> bool:
        types = self.by_cause.get(line.command_id, [])
        refused = REFUSED in types
        return bool(types) and refused == (line.status in _REFUSALS)


async def read_log(bootstrap: str) -> Log:
    """Read every topic of events to its end. What is no event is passed over."""
    log = Log()
    consumer = reading_consumer(bootstrap, *event_topics())
    await consumer.start()
    try:
        ends = await _written(bootstrap, sorted(consumer.assignment()))
        behind = set(ends)
        while behind:
            for tp, messages in (await consumer.getmany(timeout_ms=200)).items():
                for message in messages:
                    _note(log, tp.topic, message)
            behind = {tp for tp in behind if await consumer.position(tp) < ends[tp]}
    finally:
        await consumer.stop()
    return log


async def _written(bootstrap: str, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Give where the partitions end, open transactions included: a commit is acknowledged before
    its markers stand on each of them, and only behind these a committed reader goes on."""
    whole = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_uncommitted")
    await whole.start()
    try:
        ends: dict[TopicPartition, int] = await whole.end_offsets(tps)
    finally:
        await whole.stop()
    return ends


def _note(log: Log, topic: str, message: Any) -> None:
    head = {name: value.decode() for name, value in message.headers if name.startswith("ce_")}
    if "ce_causationid" not in head:
        return
    log.by_cause.setdefault(head["ce_causationid"], []).append(head["ce_type"])
    log.ids[topic, head["ce_id"]] += 1
    log.places[topic, head["ce_subject"], int(head["ce_sequence"])] += 1


async def verified(stack: Stack, *, tables: bool = True) -> list[dict[str, str]]:
    """Run `cunban verify`; give what it found, nothing where all is well."""
    own = ("--port-base", str(stack.port_base), "--data", str(stack.data), "--json")
    verify = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli.main", "verify", *own),
        *(() if tables else ("--log-only",)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await verify.communicate()
    assert said, complaints.decode()
    found: list[dict[str, str]] = json.loads(said.splitlines()[-1])["findings"]
    assert verify.returncode == (1 if found else 0)
    return found


async def differing(inspector: Clerk, cases: Collection[CaseStands]) -> list[str]:
    """Give the cases that do not stand as the ledger says, by the services' own answers."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def look(case: CaseStands) -> str:
        async with at_once:
            return await _difference(inspector, case)

    found = await asyncio.gather(*map(look, cases))
    return [difference for difference in found if difference]


async def _difference(inspector: Clerk, case: CaseStands) -> str:
    application = (await inspector.ask("intake", f"/v1/applications/{case.case_id}")).json()
    on_the_way = case.way not in {"withdrawn", "not_accepted"}
    if application["status"] != ("accepted" if on_the_way else case.way):
        return f"{case}: application {application['status']}"
    answer = await inspector.ask("routing", f"/v1/routes/{case.case_id}")
    if not on_the_way:
        return "" if answer.status == 404 else f"{case}: has a route"
    route = answer.json()
    closed = tuple(
        (step["organisation"], step["duty"], step["outcome"])
        for step in route["steps"]
        if step["status"] == "closed"
    )
    ends = route.get("outcome", "left_open")
    if (ends, closed) != (case.way, case.steps):
        return f"{case}: route {ends} {closed}"
    return ""
