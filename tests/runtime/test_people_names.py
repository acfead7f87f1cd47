"""Names of applicants, followed from the people facts, and gone when they are erased."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from schemas.envelope import Record
from schemas.facts import Person
from services.runtime.fact_writer import FactWriter
from services.runtime.people_names import PeopleNames
from tests.runtime.toy_log import until, write
from tests.runtime.toy_service import make_topics
from tests.support.builders import APPLICANT

pytestmark = pytest.mark.kafka


def person(name: str) -> bytes:
    return Person(applicant_ref=APPLICANT, name=name, kind="person").model_dump_json().encode()


async def test_a_name_is_known_changed_and_erased(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"people.{uuid4().hex[:12]}.facts.v1"
    monkeypatch.setattr("services.runtime.people_names.TOPIC", topic)
    await make_topics(kafka, {topic: 2})
    await write(kafka, topic, Record(b"p-junk", b"\xff", ()))
    facts, names = FactWriter(kafka, topic), PeopleNames(kafka)
    await facts.put(APPLICANT, person("张明"))
    following = asyncio.create_task(names.follow())
    try:
        await until(lambda: names.name_of(APPLICANT) == "张明")
        await facts.put(APPLICANT, person("王𠮷"))
        await until(lambda: names.name_of(APPLICANT) == "王𠮷")
        await facts.put(APPLICANT, None)
        await until(lambda: names.name_of(APPLICANT) is None)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await facts.close()
