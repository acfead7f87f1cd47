"""The same handler as an ordinary Faust agent, at least once, its state in a dict.

`python -m tests.bench.loop_faust BOOTSTRAP NAME COUNT [acknowledged]`. It decides, sends event and
result with `await`, and keeps neither snapshot nor results: less than the loop promises. With
`acknowledged` it also waits for each send to be acknowledged, without which a kill loses messages.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson
import uvloop

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from services.kernel.reference_book import ReferenceBook
from services.runtime import results
from services.runtime.collector import calm_collector
from services.runtime.command_record import from_message
from services.runtime.ids import derived_id
from services.runtime.reactions import new_app, raw_headers, raw_topic
from tests.bench.review_commands import review_under
from tests.bench.stopwatch import Stopwatch


class Handler:
    """What the agent does with one command."""

    def __init__(self, name: str) -> None:
        self._service = review_under(name)
        self._decider = self._service.decider(ReferenceBook())
        self._states: dict[str, Any] = {}
        self._sequences: dict[str, int] = {}

    def carry_out(self, message: Any) -> tuple[list[Record], Record]:
        """Give events and result."""
        record = from_message(message.key, message.value, raw_headers(message))
        command = self._service.commands[record.name].validate_json(record.body)
        state = self._states.get(record.key, self._decider.start)
        events = self._decider.decide(state, command)
        sequence, written = self._sequences.get(record.key, 0), []
        for index, event in enumerate(events):
            state = self._decider.evolve(state, event)
            sequence += 1
            envelope = Envelope(
                event_id=derived_id(record.command_id, str(index)),
                key=record.key,
                sequence=sequence,
                occurred_at=command.at,
                source=command.actor.organisation,
                actor=command.actor.officer_id,
                causation_id=record.command_id,
                correlation_id=record.correlation_id,
                event=event,
            )
            written.append(encode(envelope))
        self._states[record.key], self._sequences[record.key] = state, sequence
        body = orjson.dumps(self._service.answer(record.key, state, events))
        result = results.Result(results.ACCEPTED, body, self._service.version(state, command))
        return written, results.to_record(message.key, record.command_id, result)


async def serve(bootstrap: str, name: str, count: int, *, acknowledged: bool) -> None:
    """Carry out `count` commands and tell how long it took."""
    watch, handler, finished = Stopwatch(), Handler(name), asyncio.Event()
    service = review_under(name)
    app = new_app(f"{name}.faust.{'acknowledged' if acknowledged else 'queued'}", bootstrap)
    events, told = raw_topic(app, service.events_topic), raw_topic(app, service.results_topic)
    unanswered = 2 * count

    def note(_: Any) -> None:
        nonlocal unanswered
        unanswered -= 1
        if not unanswered:
            finished.set()

    async def send(topic: Any, record: Record) -> None:
        sent = await topic.send(key=record.key, value=record.value, headers=list(record.headers))
        sent.add_done_callback(note)
        if acknowledged:
            await sent

    async def carry_out(stream: Any) -> None:
        async for event in stream.events():
            watch.start()
            written, result = handler.carry_out(event.message)
            for record in written:
                await send(events, record)
            await send(told, result)

    app.agent(raw_topic(app, service.commands_topic), name="carry_out_review")(carry_out)
    await app.start()
    await finished.wait()
    watch.tell(count)
    await app.stop()


if __name__ == "__main__":
    calm_collector()
    uvloop.run(
        serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), acknowledged="acknowledged" in sys.argv)
    )
