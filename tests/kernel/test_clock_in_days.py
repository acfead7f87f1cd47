"""Clocks in working days that nothing stops: which days count, and when they are due."""

import pytest

from services.kernel.calendar import Unreckonable, calendar_from
from services.kernel.clock import (
    Limit,
    counted_days_between,
    due_at,
    verdict,
    working_days_before,
)
from tests.kernel.clock_strategies import CALENDAR, Course, at, close_of, year_file


def due(start: str, days: int) -> str:
    return str(Course(at(start), Limit(days)).due().at)


def test_the_day_of_the_start_does_not_count_however_early_it_began() -> None:
    assert due("2025-03-03 00:00", 1) == str(close_of("2025-03-04"))
    assert due("2025-03-03 23:59", 1) == str(close_of("2025-03-04"))


def test_one_day_is_the_next_close_of_office_and_not_24_hours_of_work() -> None:
    """P1D read as 24 business hours would be three office days later (jmix-framework/jmix#790)."""
    assert due("2025-03-03 10:00", 1) == str(close_of("2025-03-04"))
    assert due("2025-03-03 10:00", 1) != str(at("2025-03-06 13:00"))


def test_nights_and_weekends_do_not_count() -> None:
    """Five times 24 hours from Friday noon would be Wednesday noon (osTicket/osTicket#1107)."""
    assert due("2025-03-07 12:00", 5) == str(close_of("2025-03-14"))


def test_twenty_days_are_twenty_working_days() -> None:
    assert due("2025-03-03 09:00", 20) == str(close_of("2025-03-31"))


def test_a_start_before_a_holiday_waits_for_its_end() -> None:
    assert due("2025-09-30 16:00", 1) == str(close_of("2025-10-09"))
    assert due("2025-09-30 16:00", 3) == str(close_of("2025-10-11"))  # a make-up Saturday


def test_a_start_on_a_weekend_counts_from_the_next_working_day() -> None:
    assert due("2025-03-08 10:00", 1) == str(close_of("2025-03-10"))


def test_a_start_on_a_make_up_workday_does_not_count_that_day() -> None:
    assert due("2025-02-08 10:00", 1) == str(close_of("2025-02-10"))


@pytest.mark.parametrize(
    ("eve", "make_up"),
    [
        ("2025-01-25", "2025-01-26"),
        ("2025-02-07", "2025-02-08"),
        ("2025-04-26", "2025-04-27"),
        ("2025-09-27", "2025-09-28"),
        ("2025-10-10", "2025-10-11"),
        ("2026-01-03", "2026-01-04"),
        ("2026-02-13", "2026-02-14"),
        ("2026-02-27", "2026-02-28"),
        ("2026-05-08", "2026-05-09"),
        ("2026-09-19", "2026-09-20"),
        ("2026-10-09", "2026-10-10"),
    ],
)
def test_a_make_up_workday_counts(eve: str, make_up: str) -> None:
    course = Course(at(f"{eve} 15:00"), Limit(1))
    assert course.due().at == close_of(make_up)
    last = course.state().explanation[-1]
    assert (last.counts, last.why) == (True, "make_up_workday")
    assert year_file(int(make_up[:4])).notice in last.note


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    in_utc = at("2025-03-03 23:00").astimezone(at("2025-01-01").tzinfo)
    assert Course(in_utc, Limit(1)).due() == Course(at("2025-03-03 23:00"), Limit(1)).due()


def test_a_deadline_in_an_unpublished_year_is_provisional_and_says_so_on_its_days() -> None:
    state = Course(at("2026-12-30 10:00"), Limit(3)).state()
    assert state.provisional
    assert state.due_at == close_of("2027-01-04")
    assert [day.day.isoformat() for day in state.explanation if "provisional" in day.note] == [
        "2027-01-01",
        "2027-01-02",
        "2027-01-03",
        "2027-01-04",
    ]


def test_a_deadline_on_the_last_published_day_is_firm() -> None:
    assert Course(at("2026-12-30 10:00"), Limit(1)).due().provisional is False


def test_the_file_of_the_year_settles_a_provisional_deadline() -> None:
    course = Course(at("2025-12-30 10:00"), Limit(2))
    before = course.due(calendar_from([year_file(2025)]))
    after = course.due(calendar_from([year_file(2025), year_file(2026)]))
    assert (before.at, before.provisional) == (close_of("2026-01-01"), True)
    assert (after.at, after.provisional) == (close_of("2026-01-04"), False)


def test_an_amended_notice_gives_another_date_and_another_version() -> None:
    """As on 2020-01-27, when the Spring Festival was prolonged (chinese-calendar#54)."""
    published = calendar_from([year_file(2025)])
    spring, *others = (h for h in year_file(2025).holidays if h.name == "春节")
    assert not others
    prolonged = spring.model_copy(update={"last": close_of("2025-02-06").date()})
    amended = calendar_from(
        [
            year_file(2025).model_copy(
                update={
                    "version": 2,
                    "holidays": tuple(
                        prolonged if holiday is spring or holiday == spring else holiday
                        for holiday in year_file(2025).holidays
                    ),
                }
            )
        ]
    )
    course = Course(at("2025-01-27 10:00"), Limit(1))
    assert course.due(published).at == close_of("2025-02-05")
    assert course.due(amended).at == close_of("2025-02-07")
    assert (published.version, amended.version) == ("2025.1", "2025.2")


def test_the_explanation_names_start_day_weekend_and_holiday_with_its_notice() -> None:
    lines = Course(at("2025-04-03 09:00"), Limit(1)).state().explanation
    assert [(str(line.day), line.counts, line.why) for line in lines] == [
        ("2025-04-03", False, "start_day"),
        ("2025-04-04", False, "holiday"),
        ("2025-04-05", False, "holiday"),
        ("2025-04-06", False, "holiday"),
        ("2025-04-07", True, "counted"),
    ]
    assert "国办发明电〔2024〕12号" in lines[1].note
    assert "清明节" in lines[1].note


def test_an_act_at_the_very_close_is_on_time_and_a_second_later_it_is_overdue() -> None:
    state = Course(at("2025-03-03 10:00"), Limit(1)).state()
    assert verdict(state, at("2025-03-04 17:30:00")) == "on_time"
    assert verdict(state, at("2025-03-04 17:30:01")) == "overdue"


def test_a_warning_one_working_day_before_skips_the_holiday() -> None:
    assert working_days_before(close_of("2025-10-09"), 1, CALENDAR) == close_of("2025-09-30")
    assert working_days_before(close_of("2025-02-08"), 2, CALENDAR) == close_of("2025-02-06")


def test_statistics_count_the_closes_of_office_that_have_passed() -> None:
    start = at("2025-09-29 10:00")
    assert counted_days_between(start, at("2025-09-30 17:29"), CALENDAR) == 0
    assert counted_days_between(start, at("2025-09-30 17:30"), CALENDAR) == 1
    assert counted_days_between(start, at("2025-10-08 20:00"), CALENDAR) == 1
    assert counted_days_between(start, at("2025-10-11 18:00"), CALENDAR) == 4
    assert counted_days_between(start, at("2025-09-01 18:00"), CALENDAR) == 0


def test_a_time_without_offset_is_refused() -> None:
    naive = at("2025-03-03 10:00").replace(tzinfo=None)
    with pytest.raises(Unreckonable) as refused:
        due_at(naive, Limit(5), (), CALENDAR)
    assert refused.value.code == "clock.time_without_offset"


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_limit_outside_its_bounds_is_refused(days: int) -> None:
    with pytest.raises(Unreckonable) as refused:
        Limit(days)
    assert refused.value.code == "clock.limit_out_of_range"


@pytest.mark.parametrize("start", ["1998-05-01 10:00", "2199-05-01 10:00"])
def test_a_start_outside_the_calendar_is_refused(start: str) -> None:
    with pytest.raises(Unreckonable) as refused:
        Course(at(start), Limit(5)).due()
    assert refused.value.code == "calendar.out_of_range"
