"""What a topic offers on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from schemas.facts import Item, Topic
from services.intake.core.topics import OfferedTopic, offered_topic, offered_topics
from services.kernel.reference_book import ReferenceBook
from tests.support.builders import item

ON = date(2025, 7, 1)


def topic(**changes: Any) -> Topic:
    return Topic.model_validate(
        {
            "code": "building-a-house",
            "version": 1,
            "valid_from": "2025-01-01",
            "name": "建房一件事",
            "name_en": "Building a house",
            "items": ["joint", "township-decides"],
            "form": "建房一张表",
            **changes,
        }
    )


def offered(*facts: Item | Topic, on: date = ON) -> OfferedTopic | None:
    return offered_topic(ReferenceBook(facts), "building-a-house", on)


def test_a_topic_offers_its_items_in_their_order_and_the_version_of_the_day() -> None:
    later = item(version=2, valid_from="2025-07-01", name="新版")
    found = offered(item("joint"), item(), later, topic())
    assert found is not None
    assert [(i.code, i.version) for i in found.items] == [("joint", 1), ("township-decides", 2)]
    before = offered(item("joint"), item(), later, topic(), on=date(2025, 6, 30))
    assert before is not None
    assert [i.version for i in before.items] == [1, 1]


def test_a_topic_is_handed_in_where_all_of_its_items_are_accepted() -> None:
    first = item("joint", channels=["online", "village", "township"])
    found = offered(first, item(channels=["township", "village", "kiosk"]), topic())
    assert found is not None
    assert found.channels == ("village", "township")


def test_a_topic_asks_for_each_paper_once() -> None:
    found = offered(item("joint"), item(), topic())
    assert found is not None
    assert [m.code for m in found.materials] == ["identity", "consent", "sketch"]


def test_a_topic_is_not_offered_while_one_of_its_items_is_not_in_force() -> None:
    tomorrow = item(valid_from="2025-07-02")
    assert offered(item("joint"), tomorrow, topic()) is None
    assert offered(item("joint"), topic()) is None
    assert offered_topics(ReferenceBook((item("joint"), topic())), ON) == []


def test_a_topic_is_not_offered_before_its_day_and_changes_on_a_day() -> None:
    facts = (item("joint"), item(), topic(), topic(version=2, valid_from=ON, form="新表"))
    assert offered(*facts, on=date(2024, 12, 31)) is None
    for on, form in ((date(2025, 6, 30), "建房一张表"), (ON, "新表")):
        found = offered(*facts, on=on)
        assert found is not None
        assert found.form == form


def test_all_topics_come_by_code() -> None:
    other = topic(code="a-house", name="另一件事")
    found = offered_topics(ReferenceBook((item("joint"), item(), topic(), other)), ON)
    assert [t.code for t in found] == ["a-house", "building-a-house"]
