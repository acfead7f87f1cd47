"""The year files against two calendars that others made, and what a calendar promises."""

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from pydantic import ValidationError

from services.kernel.calendar import (
    Closure,
    HolidayRange,
    Unreckonable,
    calendar_from,
    calendar_from_json,
    calendar_to_json,
)
from tests.kernel.clock_strategies import CALENDAR, year_file

MAKE_UP_WORKDAYS = [
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]


def every_published_day() -> Iterator[date]:
    first = date(2024, 1, 1)
    return (first + timedelta(n) for n in range((date(2027, 1, 1) - first).days))


def test_agrees_with_chinesecalendar_on_every_published_day() -> None:
    differing = [
        day
        for day in every_published_day()
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)
    ]
    assert differing == []


def test_agrees_with_holidays_on_every_published_day() -> None:
    others = holidays.country_holidays("CN", years=[2024, 2025, 2026])
    differing = [
        day
        for day in every_published_day()
        if CALENDAR.is_working_day(day) != others.is_working_day(day)
    ]
    assert differing == []


@pytest.mark.parametrize("text", MAKE_UP_WORKDAYS)
def test_a_make_up_workday_is_a_working_day_on_a_weekend_and_names_its_notice(text: str) -> None:
    day = date.fromisoformat(text)
    assert day.weekday() >= 5
    assert CALENDAR.is_working_day(day)
    assert CALENDAR.day(day).kind == "make_up"
    assert CALENDAR.day(day).notice == year_file(day.year).notice


@pytest.mark.parametrize(
    ("year", "notice", "published_on"),
    [
        (2024, "国办发明电〔2023〕7号", "2023-10-25"),
        (2025, "国办发明电〔2024〕12号", "2024-11-12"),
        (2026, "国办发明电〔2025〕7号", "2025-11-04"),
    ],
)
def test_each_year_cites_its_notice(year: int, notice: str, published_on: str) -> None:
    assert year_file(year).notice == notice
    assert year_file(year).published_on == date.fromisoformat(published_on)


def test_a_holiday_is_told_by_name_and_notice() -> None:
    spring = CALENDAR.day(date(2025, 1, 29))
    assert (spring.kind, spring.name, spring.notice) == (
        "holiday",
        "春节",
        "国办发明电〔2024〕12号",
    )


def test_a_weekend_inside_a_holiday_is_holiday_and_one_outside_is_weekend() -> None:
    assert CALENDAR.day(date(2025, 2, 1)).kind == "holiday"
    assert CALENDAR.day(date(2025, 1, 25)).kind == "weekend"


def test_day_and_working_day_say_the_same() -> None:
    for day in every_published_day():
        assert CALENDAR.day(day).is_working == CALENDAR.is_working_day(day)


def test_rank_and_working_day_are_inverse() -> None:
    for day in filter(CALENDAR.is_working_day, every_published_day()):
        assert CALENDAR.working_day(CALENDAR.rank(day)) == day
        assert CALENDAR.rank(day + timedelta(1)) == CALENDAR.rank(day) + 1


def test_in_an_unpublished_year_weekends_are_off_and_all_else_is_assumed_working() -> None:
    new_year = date(2027, 1, 1)
    assert not CALENDAR.published(new_year)
    assert CALENDAR.day(new_year).kind == "working"
    assert CALENDAR.day(date(2027, 1, 2)).kind == "weekend"
    assert CALENDAR.published(date(2026, 12, 31))
    assert not CALENDAR.published(date(2023, 12, 31))


def test_version_names_each_year_with_its_version() -> None:
    assert CALENDAR.version == "2024.1-2025.1-2026.1"
    amended = year_file(2025).model_copy(update={"version": 2})
    assert calendar_from([amended, year_file(2024)]).version == "2024.1-2025.2"
    assert calendar_from([]).version == "none"


def test_a_calendar_travels_as_json_and_comes_back_equal() -> None:
    text = calendar_to_json(CALENDAR)
    back = calendar_from_json(text)
    assert back == CALENDAR
    assert back.version == CALENDAR.version
    assert calendar_to_json(back) == text
    assert all(back.day(day) == CALENDAR.day(day) for day in every_published_day())


def test_a_local_closure_shuts_a_working_day_and_leaves_a_holiday_its_name() -> None:
    flood = Closure(reason="防汛", first=date(2025, 9, 29), last=date(2025, 10, 1))
    calendar = calendar_from([year_file(2025).model_copy(update={"closures": (flood,)})])
    assert calendar.day(date(2025, 9, 29)).kind == "closure"
    assert calendar.day(date(2025, 9, 30)).name == "防汛"
    assert not calendar.is_working_day(date(2025, 9, 30))
    assert calendar.day(date(2025, 10, 1)).kind == "holiday"


def test_a_local_closure_shuts_a_make_up_workday_and_a_free_weekend_stays_a_weekend() -> None:
    flood = Closure(reason="防汛", first=date(2025, 9, 27), last=date(2025, 9, 28))
    calendar = calendar_from([year_file(2025).model_copy(update={"closures": (flood,)})])
    assert calendar.day(date(2025, 9, 27)).kind == "weekend"
    assert calendar.day(date(2025, 9, 28)).kind == "closure"


def test_the_later_notice_holds_for_a_day_of_the_december_before() -> None:
    """The notice for 2012 made 2011-12-31 a workday, so a year file may reach back."""
    next_year = year_file(2025).model_copy(
        update={
            "year": 2027,
            "holidays": (
                HolidayRange(
                    name="元旦",
                    name_en="New Year's Day",
                    first=date(2026, 12, 31),
                    last=date(2027, 1, 2),
                ),
            ),
            "make_up_workdays": (date(2026, 12, 27),),
        }
    )
    calendar = calendar_from([next_year, year_file(2026)])
    assert calendar.day(date(2026, 12, 31)).kind == "holiday"
    assert calendar.is_working_day(date(2026, 12, 27))


def test_one_year_comes_once() -> None:
    with pytest.raises(Unreckonable) as refused:
        calendar_from([year_file(2025), year_file(2025)])
    assert refused.value.code == "calendar.year_twice"


@pytest.mark.parametrize("day", [date(1998, 12, 31), date(2200, 1, 1)])
def test_a_day_outside_the_calendar_has_no_answer(day: date) -> None:
    with pytest.raises(Unreckonable) as refused:
        CALENDAR.rank(day)
    assert refused.value.code == "calendar.out_of_range"


@pytest.mark.parametrize("rank", [-1, 10**6])
def test_a_rank_outside_the_calendar_has_no_answer(rank: int) -> None:
    with pytest.raises(Unreckonable) as refused:
        CALENDAR.working_day(rank)
    assert refused.value.code == "calendar.out_of_range"


@pytest.mark.parametrize(
    "fault",
    [
        {"make_up_workdays": ["2025-01-27"]},  # a Monday
        {"make_up_workdays": ["2025-02-01"]},  # a Saturday of the Spring Festival
        {"make_up_workdays": ["2025-01-26", "2025-01-26"]},
        {"make_up_workdays": ["2024-11-30"]},  # not this year's business
        {"closures": [{"reason": "防汛", "first": "2026-01-01", "last": "2026-01-01"}]},
        {"closures": [{"reason": "防汛", "first": "2025-07-02", "last": "2025-07-01"}]},
        {"closures": [{"reason": "", "first": "2025-07-01", "last": "2025-07-01"}]},
        {"holidays": []},
        {"notice": ""},
        {"version": 0},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_year_file_that_contradicts_itself_is_refused(fault: dict[str, object]) -> None:
    written = year_file(2025).model_dump(mode="json")
    with pytest.raises(ValidationError):
        type(year_file(2025)).model_validate(written | fault)
