"""The book of reference facts: what it gives for a version, and what it does not know."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import Account, NegativeList, Officer, Topic
from services.kernel.calendar import YearFile
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import (
    Fact,
    ReferenceBook,
    UnreadableFact,
    decode_fact,
    encode_fact,
    fact_key,
)
from tests.support.builders import COUNTY, TOWNSHIP, VILLAGE, item, organisation


def year(number: int = 2025, version: int = 1, **changes: Any) -> YearFile:
    return YearFile.model_validate(
        {
            "year": number,
            "version": version,
            "notice": f"国办发明电〔{number - 1}〕{version}号",
            "published_on": date(number - 1, 11, 1),
            "holidays": [
                {
                    "name": "元旦",
                    "name_en": "New Year",
                    "first": date(number, 1, 1),
                    "last": date(number, 1, 1),
                }
            ],
            "make_up_workdays": [],
            **changes,
        }
    )


def officer(officer_id: str = "o-001") -> Officer:
    return Officer.model_validate(
        {
            "officer_id": officer_id,
            "name": "王秀英",
            "organisation": VILLAGE,
            "posts": [{"organisation": VILLAGE, "role": "village_clerk"}],
        }
    )


def account(login: str = "village.clerk") -> Account:
    return Account(login=login, officer_id="o-001", password_hash="$argon2id$x", demo=True)


def topic(version: int = 1, **changes: Any) -> Topic:
    return Topic.model_validate(
        {
            "code": "having-a-child",
            "version": version,
            "valid_from": date(2025, 1, 1),
            "name": "新生儿出生一件事",
            "name_en": "Having a child",
            "items": ["township-decides", "joint"],
            "form": "新生儿出生一张表",
            **changes,
        }
    )


def negative_list(version: int = 1, **changes: Any) -> NegativeList:
    return NegativeList.model_validate(
        {
            "channel": "village",
            "version": version,
            "valid_from": date(2025, 1, 1),
            "source": "县审改办",
            "entries": [{"item": "joint", "reason": "本人到场", "in_person": True}],
            **changes,
        }
    )


FACTS: tuple[Fact, ...] = (
    organisation(COUNTY),
    organisation(TOWNSHIP),
    officer(),
    account(),
    year(2024),
    year(2025),
    year(2025, 2),
    item(),
    item(version=2, valid_from=date(2025, 7, 1)),
    item("joint"),
    topic(),
    topic(2, valid_from=date(2025, 7, 1)),
    negative_list(),
    negative_list(2, valid_from=date(2025, 7, 1)),
)


@pytest.mark.parametrize("fact", FACTS, ids=fact_key)
def test_a_fact_is_read_back_as_it_was_written(fact: Fact) -> None:
    assert decode_fact(fact_key(fact), encode_fact(fact)) == fact


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("weather/rain/1", b"{}", "fact.unknown-kind"),
        ("", b"{}", "fact.unknown-kind"),
        ("item/felling-permit/1", b"{", "fact.malformed"),
        ("item/felling-permit/1", b"{}", "fact.malformed"),
        ("item/felling-permit/1", encode_fact(item()), "fact.key-differs"),
    ],
)
def test_what_is_no_fact_is_unreadable(key: str, value: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFact) as unreadable:
        decode_fact(key, value)
    assert unreadable.value.reason == reason


def test_an_open_case_finds_the_version_that_it_was_accepted_under() -> None:
    book = ReferenceBook(FACTS)
    assert book.item("township-decides", 1) == item()
    assert book.item("township-decides", 2).valid_from == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("on", "version"), [(date(2024, 12, 31), None), (date(2025, 6, 30), 1), (date(2025, 7, 1), 2)]
)
def test_topics_and_negative_lists_hold_from_their_day(on: date, version: int | None) -> None:
    book = ReferenceBook(FACTS)
    found = (book.current_topic("having-a-child", on), book.current_negative_list("village", on))
    assert [each and each.version for each in found] == [version, version]


def test_a_topic_and_a_negative_list_that_are_taken_out_are_gone() -> None:
    book = ReferenceBook(FACTS)
    for key in ("topic/having-a-child/2", "negative-list/village/2"):
        book.put(key, None)
    assert book.topics() == (topic(),)
    assert book.negative_lists() == (negative_list(),)


def test_an_unknown_version_is_a_fault_and_never_another_version() -> None:
    book = ReferenceBook(FACTS)
    for ask in (
        lambda: book.item("township-decides", 3),
        lambda: book.organisation("/qingyun/t-nowhere"),
        lambda: book.calendar("2024.1-2025.3"),
        lambda: book.calendar("2023.1"),
    ):
        with pytest.raises(UnknownReference):
            ask()


def test_a_new_case_comes_under_the_latest_version_valid_that_day() -> None:
    book = ReferenceBook(FACTS)
    expected = {date(2024, 12, 31): None, date(2025, 6, 30): 1, date(2025, 7, 1): 2}
    for day, version in expected.items():
        found = book.current_item("township-decides", day)
        assert (found.version if found else None) == version
    assert book.current_item("no-such-item", date(2025, 7, 1)) is None


def test_the_calendar_in_force_is_made_of_each_years_latest_file() -> None:
    book = ReferenceBook(FACTS)
    assert book.current_calendar_version() == "2024.1-2025.2"
    assert book.calendar("2024.1-2025.2").years == (year(2024), year(2025, 2))


def test_an_earlier_calendar_stays_as_it_was_when_a_notice_is_amended() -> None:
    book = ReferenceBook([year(2024), year(2025)])
    before = book.calendar("2024.1-2025.1")
    book.add(year(2025, 2, make_up_workdays=[date(2025, 1, 26)]))
    assert book.current_calendar_version() == "2024.1-2025.2"
    assert book.calendar("2024.1-2025.1") == before
    assert not before.is_working_day(date(2025, 1, 26))
    assert book.calendar("2024.1-2025.2").is_working_day(date(2025, 1, 26))


def test_a_calendar_is_built_once() -> None:
    book = ReferenceBook(FACTS)
    version = book.current_calendar_version()
    built = book.calendar(version)
    book.add(*FACTS)
    assert book.calendar(version) is built


@pytest.mark.parametrize(
    "version", ["", "2025", "2025.1.1", "x.1", "2025.01", "2025.1-2024.1", "2025.1-2025.2", "-"]
)
def test_only_the_canonical_text_of_a_calendar_version_is_known(version: str) -> None:
    with pytest.raises(UnknownReference):
        ReferenceBook(FACTS).calendar(version)


def test_without_any_year_the_calendar_is_the_one_that_knows_no_holiday() -> None:
    book = ReferenceBook()
    assert book.current_calendar_version() == "none"
    assert not book.calendar("none").published(date(2025, 1, 1))


def test_a_tombstone_takes_an_account_out_of_use() -> None:
    book = ReferenceBook(FACTS)
    assert book.account("village.clerk") == account()
    book.put("account/village.clerk/1", None)
    assert book.account("village.clerk") is None
    assert book.officer("o-001") == officer()


def test_an_organisation_comes_after_the_one_above_it() -> None:
    paths = [o.path for o in ReferenceBook(FACTS[:3]).organisations()]
    assert paths == [COUNTY, TOWNSHIP]


@given(st.lists(st.tuples(st.sampled_from(FACTS), st.booleans())))
def test_facts_come_and_go_in_any_order_and_the_last_word_stands(
    words: list[tuple[Fact, bool]],
) -> None:
    book, last = ReferenceBook(), {}
    for fact, there in words:
        book.put(fact_key(fact), fact if there else None)
        last[fact_key(fact)] = fact if there else None
    standing = [fact for fact in last.values() if fact is not None]
    assert_same(book, ReferenceBook(standing))


@given(st.sets(st.sampled_from(FACTS)), st.sets(st.sampled_from(FACTS)))
def test_a_replaced_book_holds_exactly_the_new_facts(old: set[Fact], new: set[Fact]) -> None:
    book = ReferenceBook(old)
    book.replace({fact_key(fact): fact for fact in new})
    assert_same(book, ReferenceBook(new))


def assert_same(book: ReferenceBook, expected: ReferenceBook) -> None:
    assert len(book) == len(expected)
    assert book.items() == expected.items()
    assert book.organisations() == expected.organisations()
    assert book.officers() == expected.officers()
    assert book.account("village.clerk") == expected.account("village.clerk")
    assert book.current_calendar_version() == expected.current_calendar_version()
