"""How times, figures and notes are written for people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.portal import shown

NOW = datetime(2026, 3, 2, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("始日不计 the day of the start does not count；公休日 weekend", "始日不计；公休日"),
        ("420分钟 minutes，累计 so far 420", "420分钟，累计 420"),
        ("特别程序 special procedure，停表 stopped 1/3", "特别程序，停表 1/3"),
        ("第4日 day 4", "第4日"),
        (
            "春节放假，国办发明电〔2024〕12号；第5日 day 5",
            "春节放假，国办发明电〔2024〕12号；第5日",
        ),
        (
            "告知的3日已满，自动恢复 its 3 announced days are used up, the clock runs by itself",
            "告知的3日已满，自动恢复",
        ),
        (
            "暂定：2027年安排未公布 provisional, no notice for 2027 yet",
            "暂定：2027年安排未公布",
        ),
        ("", ""),
    ],
)
def test_notes_in_both_languages_are_shown_in_chinese(note: str, told: str) -> None:
    assert shown.chinese(note) == told


def test_times_are_the_countys() -> None:
    assert shown.second("2026-03-01T16:00:05.123Z") == "2026年3月2日 00:00:05"
    assert shown.minute("2026-03-01T16:00:05.123Z") == "3月2日 00:00"
    assert shown.clock_time("2026-03-02T01:00:05Z") == "09:00:05"
    assert shown.day("2026-03-02") == "2026年3月2日 周一"


def test_nothing_zero_and_a_value_are_three_different_faces() -> None:
    assert [shown.share(None), shown.share(0.0), shown.share(0.975)] == ["—", "0.0%", "97.5%"]
    assert [shown.number(None), shown.number(0), shown.number(2.5)] == ["—", "0", "2.5"]
    assert [shown.span(None), shown.span(0), shown.span(3725)] == ["—", "0秒", "1小时02分"]
    assert shown.second(None) == "—"


@pytest.mark.parametrize(
    ("due_at", "told"),
    [
        ("2026-03-04T04:00:05Z", "还有2天3小时"),
        ("2026-03-02T03:30:05Z", "还有2小时30分"),
        ("2026-03-02T01:09:05Z", "还有9分钟"),
        ("2026-03-01T22:59:05Z", "已超期2小时1分"),
        ("2026-02-27T00:00:05Z", "已超期3天1小时"),
        (None, "—"),
    ],
)
def test_the_time_left_is_told_in_words(due_at: str | None, told: str) -> None:
    assert shown.until(due_at, NOW) == told


def test_a_time_without_an_offset_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="offset"):
        shown.second("2026-03-02T01:00:05")
