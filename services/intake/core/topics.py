"""一件事: what a topic offers on a day: its items in force, one form, one list of papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.facts import Item, Limit, Topic
from schemas.values import Channel, ItemKind
from services.kernel.reference_book import ReferenceBook
from services.kernel.topic_materials import TopicMaterial, merged_materials


@dataclass(frozen=True, slots=True)
class OfferedPrecondition:
    """前置条件 of an item of a topic."""

    items: tuple[str, ...]
    """Codes; the result of one is enough."""
    names: tuple[str, ...]
    paper: str
    """Name of the paper that shows it."""
    together: bool
    """One of them belongs to the topic: asked for together, nothing more is wanted."""


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """One item of a topic, in the version of the day."""

    code: str
    version: int
    name: str
    kind: ItemKind
    promised: Limit
    legal: Limit
    preconditions: tuple[OfferedPrecondition, ...]


@dataclass(frozen=True, slots=True)
class OfferedTopic:
    """A topic as it can be handed in today."""

    code: str
    version: int
    name: str
    name_en: str
    form: str
    guide: str | None
    channels: tuple[Channel, ...]
    """Which accept all of its items, in the order of the first item's."""
    items: tuple[OfferedItem, ...]
    materials: tuple[TopicMaterial, ...]


def offered_topics(book: ReferenceBook, on: date) -> list[OfferedTopic]:
    """Give all topics of the county date `on`, by code; without those whose items are not all in
    force, for they could not be handed in as one."""
    codes = sorted({topic.code for topic in book.topics()})
    found = (offered_topic(book, code, on) for code in codes)
    return [topic for topic in found if topic is not None]


def offered_topic(book: ReferenceBook, code: str, on: date) -> OfferedTopic | None:
    """Give one topic of the county date `on`; None as for `offered_topics`."""
    found = topic_in_force(book, code, on)
    return _offered(*found, book) if found is not None else None


def topic_in_force(
    book: ReferenceBook, code: str, on: date
) -> tuple[Topic, tuple[Item, ...]] | None:
    """Give a topic and its items in their versions of the county date `on`; None as for
    `offered_topics`."""
    topic = book.current_topic(code, on)
    if topic is None:
        return None
    in_force = [book.current_item(item, on) for item in topic.items]
    items = tuple(item for item in in_force if item is not None)
    return (topic, items) if len(items) == len(in_force) else None


def _preconditions(
    item: Item, topic: Topic, book: ReferenceBook
) -> tuple[OfferedPrecondition, ...]:
    papers = {material.code: material.name for material in item.materials}
    names = {known.code: known.name for known in book.items()}
    return tuple(
        OfferedPrecondition(
            items=condition.items,
            names=tuple(names.get(code, code) for code in condition.items),
            paper=papers.get(condition.paper, condition.paper),
            together=any(code in topic.items for code in condition.items),
        )
        for condition in item.preconditions
    )


def _offered(topic: Topic, items: Sequence[Item], book: ReferenceBook) -> OfferedTopic:
    return OfferedTopic(
        code=topic.code,
        version=topic.version,
        name=topic.name,
        name_en=topic.name_en,
        form=topic.form,
        guide=topic.guide,
        channels=tuple(c for c in items[0].channels if all(c in i.channels for i in items)),
        items=tuple(
            OfferedItem(
                code=i.code,
                version=i.version,
                name=i.name,
                kind=i.kind,
                promised=i.promised,
                legal=i.legal,
                preconditions=_preconditions(i, topic, book),
            )
            for i in items
        ),
        materials=merged_materials(topic, items),
    )
