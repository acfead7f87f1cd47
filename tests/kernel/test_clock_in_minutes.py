"""Instant items, timed in minutes inside office hours."""

from datetime import time

import pytest

from services.kernel.calendar import Unreckonable
from services.kernel.clock import Limit, OfficeHours, Stop, due_at
from tests.kernel.clock_strategies import CALENDAR, Course, at


def minutes(start: str, limit: int, *stops: Stop) -> Course:
    return Course(at(start), Limit(limit, "working_minutes"), stops)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2025-03-03 09:00", 30, "2025-03-03 09:30"),
        ("2025-03-03 11:50", 10, "2025-03-03 12:00"),  # the close, not the next opening
        ("2025-03-03 11:50", 30, "2025-03-03 14:20"),  # across lunch
        ("2025-03-03 12:30", 30, "2025-03-03 14:30"),  # started at lunch
        ("2025-03-03 17:20", 30, "2025-03-04 08:50"),  # across the night
        ("2025-03-03 20:00", 30, "2025-03-04 09:00"),  # started at night
        ("2025-03-07 17:20", 30, "2025-03-10 08:50"),  # across a weekend
        ("2025-03-08 10:00", 30, "2025-03-10 09:00"),  # started on a Saturday
        ("2025-02-07 17:20", 30, "2025-02-08 08:50"),  # into a make-up Saturday
        ("2025-09-30 17:20", 30, "2025-10-09 08:50"),  # across a holiday
        ("2025-03-03 08:30", 420, "2025-03-03 17:30"),  # a whole day of office
        ("2025-03-03 08:30", 421, "2025-03-04 08:31"),
    ],
)
def test_minutes_count_inside_office_hours_only(start: str, limit: int, due: str) -> None:
    assert minutes(start, limit).due().at == at(due)


def test_seconds_are_kept() -> None:
    assert minutes("2025-03-03 11:50:30", 30).due().at == at("2025-03-03 14:20:30")


def test_a_minute_begun_is_not_yet_counted() -> None:
    course = minutes("2025-03-03 09:00", 30)
    assert course.state(as_of=at("2025-03-03 09:10:59")).counted == 10
    assert course.state(as_of=at("2025-03-03 09:10:59")).remaining == 20


def test_a_stop_holds_the_minutes_until_it_is_resumed() -> None:
    stop = Stop(at("2025-03-03 09:10"), 1, resumed_at=at("2025-03-03 11:00"))
    assert minutes("2025-03-03 09:00", 30, stop).due().at == at("2025-03-03 11:20")


def test_a_stop_that_nobody_resumes_takes_the_office_time_of_its_announced_days() -> None:
    stop = Stop(at("2025-03-06 16:00"), 2)  # Thursday and Friday
    course = minutes("2025-03-06 15:50", 30, stop)
    assert course.due().at == at("2025-03-10 08:50")
    assert course.state(as_of=at("2025-03-07 12:00")).stopped
    assert [line.why for line in course.state().explanation] == [
        "counted",
        "stopped",
        "weekend",
        "weekend",
        "capped",
    ]


def test_the_explanation_gives_the_minutes_of_each_day() -> None:
    lines = minutes("2025-03-03 17:00", 60).state().explanation
    assert [(str(line.day), line.counts) for line in lines] == [
        ("2025-03-03", True),
        ("2025-03-04", True),
    ]
    assert "30分钟" in lines[0].note
    assert "60" in lines[1].note


def test_a_start_after_the_close_counts_nothing_on_its_day() -> None:
    lines = minutes("2025-03-03 20:00", 30).state().explanation
    assert [(line.why, line.counts) for line in lines] == [
        ("start_day", False),
        ("counted", True),
    ]


def test_other_office_hours_give_another_close() -> None:
    summer = OfficeHours((time(8), time(12)), (time(15), time(18)))
    start = at("2025-07-01 11:30")
    assert due_at(start, Limit(60, "working_minutes"), (), CALENDAR, summer).at == at(
        "2025-07-01 15:30"
    )
    assert due_at(start, Limit(1), (), CALENDAR, summer).at == at("2025-07-02 18:00")


def test_office_hours_out_of_order_are_refused() -> None:
    with pytest.raises(Unreckonable) as refused:
        OfficeHours((time(8, 30), time(12)), (time(11), time(17)))
    assert refused.value.code == "clock.office_hours"
