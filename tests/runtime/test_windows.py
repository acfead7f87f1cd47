"""Windows over signals, by Faust on the real broker: presence as it runs, a takeover included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import faust
import orjson
import pytest

from schemas.codec import instant_text
from schemas.envelope import Record
from schemas.topics import commands_topic, dead_letter_topic
from services.runtime import clock
from services.runtime.command_record import from_message
from services.runtime.ids import new_case_id
from services.runtime.reactions import new_app
from services.runtime.windows import Windows
from services.supervision.shell.wiring import SERVICE, WINDOWS
from tests.runtime.toy_log import offsets, read, until, write
from tests.runtime.toy_service import make_topics
from tests.support.builders import VILLAGE

NOON: Final = clock.now() - timedelta(hours=2)
SESSION: Final = new_case_id()


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def signal(minutes: float, kind: str = "activity", officer: str = "o-li") -> Record:
    said = {"session_id": SESSION, "organisation": VILLAGE, "kind": kind}
    value = orjson.dumps({**said, "at": instant_text(at(minutes))})
    return Record(officer.encode(), value, ())


class Watch:
    """Topics and group of one test, and the marks that were made of its signals."""

    def __init__(self, kafka: str) -> None:
        self.kafka, self.name = kafka, f"toy-{uuid4().hex[:12]}"
        self.source = f"officer.{self.name}.signals.v1"
        self.rules = replace(WINDOWS, service=self.name, source=self.source)

    async def make_topics(self) -> None:
        dead = dead_letter_topic(self.source)
        await make_topics(self.kafka, {self.source: 1, commands_topic(self.name): 1, dead: 1})

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[faust.App]:
        app = new_app(f"{self.name}.reactions", self.kafka)
        Windows(app, self.kafka, self.rules)
        await app.start()
        try:
            yield app
        finally:
            await app.stop()

    async def marks(self) -> list[tuple[str, str, str, float]]:
        """Give command id, name, officer and the minute since when."""
        found = []
        for message in await read(self.kafka, commands_topic(self.name)):
            record = from_message(message.key, message.value, message.headers)
            command: Any = SERVICE.commands[record.name].validate_json(record.body)
            minute = round((command.since - NOON) / timedelta(minutes=1), 3)
            found.append((record.command_id, record.name, record.key, minute))
        return found

    async def told(self) -> list[tuple[str, str, float]]:
        return [mark[1:] for mark in await self.marks()]

    async def committed(self, offset: int) -> bool:
        found = await offsets(self.kafka, f"{self.name}.reactions")
        return list(found.values()) == [offset]


@pytest.mark.kafka
async def test_signals_become_marks_and_a_successor_tells_the_same_ones(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.windows.SWEEP_SECONDS", 0.2)
    watch = Watch(kafka)
    await watch.make_topics()
    junk = Record(b"o-li", b'{"kind": "nap"}', ())
    stranger = signal(0)._replace(key=b"O LI")
    await write(kafka, watch.source, signal(0), junk, signal(5, "beat"), stranger, signal(5.5))
    first = [
        ("GoOffline", "o-li", 0.0),
        ("ComeBack", "o-li", 5.0),
        ("GoOffline", "o-li", 5.5),  # nobody hears of this one: it is swept
    ]
    async with watch.watching():
        await until(lambda: _equal(watch, first))
        await until(lambda: watch.committed(5))
    letters = [dict(x.headers) for x in await read(kafka, dead_letter_topic(watch.source))]
    assert [(x["dlq-offset"], x["dlq-reason"]) for x in letters] == [
        (b"1", b"signal.does-not-fit"),
        (b"3", b"signal.does-not-fit"),
    ]
    before = await watch.marks()

    await write(kafka, watch.source, signal(60), signal(60.5, officer="o-wang"))
    async with watch.watching():
        then = {("ComeBack", "o-li", 60.0), ("GoOffline", "o-li", 60.0)}
        wang = {("GoOffline", "o-wang", 60.5)}
        await until(lambda: _covers(watch, {*first, *then, *wang}))
    marks = await watch.marks()
    assert marks[:3] == before
    # Told again by the successor, under the ids that they had: whoever carries them out sees
    # every mark once.
    assert {mark[1:] for mark in marks} == {*first, *then, *wang}
    assert len(set(marks)) == 6
    assert [mark for mark in marks[3:] if mark in before] == before


async def test_a_signal_heard_while_a_mark_is_sent_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, sent, kept = Watch("127.0.0.1:1"), list[str](), dict[bytes, Any]()
    windows = Windows(new_app(watch.name, watch.kafka), watch.kafka, watch.rules)

    async def send(_topic: Any, record: Record) -> None:
        sent.append(dict(record.headers)["name"].decode())
        if len(sent) == 1:
            late = signal(3)
            for shown in windows._take(kept, late.key, late.value):
                await windows._emit(shown)

    monkeypatch.setattr("services.runtime.windows.send", send)
    windows._take(kept, b"o-li", signal(0).value)
    await windows._sweep_one(kept, b"o-li", round(at(2).timestamp() * 1000))
    assert sent == ["GoOffline", "ComeBack"]
    window = kept[b"o-li"]
    assert (window.told, window.last_beat) == ("active", round(at(3).timestamp() * 1000))


async def _equal(watch: Watch, marks: list[tuple[str, str, float]]) -> bool:
    return await watch.told() == marks


async def _covers(watch: Watch, marks: set[tuple[str, str, float]]) -> bool:
    return marks <= set(await watch.told())
