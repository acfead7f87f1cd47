"""A stream folded in memory: past what cannot be read, over the death of a broker."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from schemas.codec import encode
from schemas.envelope import Envelope, Record
from schemas.events.base import CREDIT, Event
from schemas.events.credit import RestrictionImposed
from services.runtime.followed_events import FollowedEvents
from services.runtime.health import Health
from services.runtime.problems import Problem
from services.runtime.topics_admin import Layout, apply_topics
from tests.runtime.toy_log import until, write
from tests.support.broker import TestBroker
from tests.support.builders import APPLICANT, envelope

NOWHERE: Final = "127.0.0.1:9"


class Ids:
    """The ids of the restrictions, in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def take(self, envelope: Envelope[Event]) -> None:
        assert isinstance(envelope.event, RestrictionImposed)
        self.seen.append(envelope.event.restriction_id)


def imposed(number: int) -> Record:
    event = RestrictionImposed(
        applicant_ref=APPLICANT,
        restriction_id=f"r{number}",
        kind="false-papers",
        subject="applicant",
        basis="决定",
        reason="事由",
        imposed_by="/qingyun",
        source="登记",
        since=date(2025, 3, 3),
        until=date(2026, 3, 2),
        appeal="复议",
    )
    return encode(envelope(event)._replace(key=APPLICANT, sequence=number))


async def test_before_the_stream_was_read_once_nothing_is_answered() -> None:
    health = Health()
    followed = FollowedEvents(NOWHERE, CREDIT, Ids, health)
    assert [missing.name for missing in health.missing()] == [CREDIT]
    with pytest.raises(Problem) as refused:
        _ = followed.fold
    assert refused.value.code == "server.unavailable"


@pytest.mark.kafka
async def test_a_fold_passes_over_what_is_unreadable_and_outlives_the_broker(
    tmp_path: Path,
) -> None:
    broker, health = TestBroker(tmp_path), Health()
    await broker.start()
    try:
        await apply_topics(broker.bootstrap, Layout(stream_partitions=1))
        await write(broker.bootstrap, CREDIT, imposed(1), Record(b"x", b"{", ()), imposed(2))
        followed = FollowedEvents(broker.bootstrap, CREDIT, Ids, health)
        recent = FollowedEvents(broker.bootstrap, CREDIT, Ids, Health(), timedelta(days=1))
        following = [asyncio.create_task(f.follow()) for f in (followed, recent)]
        await until(lambda: health.ready)
        first = followed.fold
        assert first.seen == ["r1", "r2"]
        await broker.kill()
        assert followed.fold.seen == ["r1", "r2"]
        await broker.start()
        await write(broker.bootstrap, CREDIT, imposed(3))
        for one in (followed, recent):
            await until(lambda one=one: one.fold.seen == ["r1", "r2", "r3"])  # type: ignore[misc]
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    finally:
        await broker.kill()
