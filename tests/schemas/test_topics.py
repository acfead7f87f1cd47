"""The table of topics."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest

from schemas.registry import EVENTS, FACTS
from schemas.topics import Topic, dead_letter_topic, event_topics, topics

TABLE = {topic.name: topic for topic in topics()}
SERVICES = {t.name.partition(".")[0] for t in TABLE.values() if t.kind == "commands"}

every_topic = pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)


@every_topic
def test_a_topic_is_named_by_domain_entity_kind_and_major(topic: Topic) -> None:
    source = topic.name.removesuffix(".dlq")
    assert re.fullmatch(r"[a-z][a-z-]*(\.[a-z][a-z-]*){1,2}\.v[1-9]", source)
    assert "_" not in topic.name  # collides with "." in the broker's metrics (pitfall A15)
    assert len(topic.name) <= 200  # the broker allows 249; its metrics and files add to it
    if topic.kind != "dlq":
        assert source.split(".")[-2] == topic.kind


def test_names_are_unique_also_where_dots_and_dashes_look_alike() -> None:
    assert len({re.sub(r"[.-]", "_", name) for name in TABLE}) == len(topics())


@pytest.mark.parametrize("event_type", EVENTS, ids=lambda event: event.type)
def test_every_event_stands_on_topics_that_exist_and_are_kept_for_ever(event_type: type) -> None:
    for name in event_type.topics:  # type: ignore[attr-defined]  # an Event
        assert TABLE[name].kind == "events"
        assert (TABLE[name].retention_days, TABLE[name].cleanup) == (0, "delete")


def test_every_events_topic_has_an_event_and_every_facts_topic_a_fact() -> None:
    used = {topic for event in EVENTS for topic in event.topics}
    assert used == set(event_topics())
    stated = {name.rpartition(".")[0] for name in FACTS}
    assert stated == {t.name for t in topics() if t.kind == "facts"}


@every_topic
def test_a_stream_has_one_writer(topic: Topic) -> None:
    if topic.kind in ("events", "facts", "snapshots", "results"):
        assert len(topic.writers) == 1
        assert "*" not in topic.writers


@every_topic
def test_nobody_but_its_own_service_touches_a_private_topic(topic: Topic) -> None:
    if topic.kind in ("commands", "results", "snapshots"):
        assert topic.writers == topic.readers == (topic.name.partition(".")[0],)


@every_topic
def test_whoever_is_granted_reading_may_write_nowhere(topic: Topic) -> None:
    assert "*" not in topic.writers
    assert topic.writers
    assert topic.readers


def test_the_streams_of_one_service_have_the_same_partitions_and_the_same_key() -> None:
    """Partition n of its commands belongs to partition n of its snapshots and events."""
    of_service: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for topic in topics():
        if topic.kind in ("commands", "snapshots"):
            of_service[topic.writers[0]].add((topic.partitions, topic.key))
    assert set(of_service) == SERVICES
    assert all(len(found) == 1 for found in of_service.values())
    for topic in topics():
        if topic.kind in ("events", "results") and topic.writers[0] in SERVICES:
            (own,) = {partitions for partitions, _ in of_service[topic.writers[0]]}
            assert topic.partitions == own


@every_topic
def test_only_what_is_compacted_holds_the_latest_of_a_key(topic: Topic) -> None:
    assert (topic.cleanup == "compact") == (topic.kind in ("facts", "snapshots"))


def test_what_may_be_unreadable_has_dead_letters_for_an_operator() -> None:
    for topic in topics():
        if topic.kind in ("events", "commands", "signals"):
            dead = TABLE[dead_letter_topic(topic.name)]
            assert (dead.kind, dead.readers, dead.retention_days) == ("dlq", ("operator",), 90)


def test_a_topic_has_a_title_in_both_languages() -> None:
    for topic in topics():
        assert re.search(r"[\u4e00-\u9fff]", topic.title_zh)
        assert topic.title_en.isascii()


def test_the_table_is_in_one_order_every_time() -> None:
    assert [t.name for t in topics()] == list(TABLE)
    kinds = [t.kind == "dlq" for t in topics()]
    assert all(a <= b for a, b in pairwise(kinds))  # dead letters last
