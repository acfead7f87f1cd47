"""Special procedures: what a stop takes out, what ends it, and what it may not do."""

import pytest

from services.kernel.calendar import Unreckonable
from services.kernel.clock import Limit, Stop, capped_at, counted_days_between
from tests.kernel.clock_strategies import CALENDAR, Course, at, close_of


def test_the_worked_example_of_the_domain() -> None:
    """domain.md §4.4, word for word."""
    survey = Stop(at("2025-01-24 01:49"), 3, procedure="现场勘查")
    course = Course(at("2025-01-22 20:55"), Limit(5), (survey,))
    state = course.state()
    assert state.due_at.isoformat() == "2025-02-08T17:30:00+08:00"
    assert (state.limit, state.counted, state.remaining) == (5, 5, 0)
    assert (state.stopped, state.provisional, state.overdue) == (False, False, False)
    assert [(str(line.day), line.counts, line.why) for line in state.explanation] == [
        ("2025-01-22", False, "start_day"),
        ("2025-01-23", True, "counted"),
        ("2025-01-24", False, "stopped"),
        ("2025-01-25", False, "weekend"),
        ("2025-01-26", False, "stopped"),
        ("2025-01-27", False, "stopped"),
        *((f"2025-01-{day}", False, "holiday") for day in (28, 29, 30, 31)),
        *((f"2025-02-0{day}", False, "holiday") for day in (1, 2, 3, 4)),
        ("2025-02-05", True, "capped"),
        ("2025-02-06", True, "counted"),
        ("2025-02-07", True, "counted"),
        ("2025-02-08", True, "make_up_workday"),
    ]
    note = {str(line.day): line.note for line in state.explanation}
    assert "现场勘查" in note["2025-01-24"]
    assert "1/3" in note["2025-01-24"]
    assert "国办发明电〔2024〕12号" in note["2025-01-26"]  # stopped on a make-up Sunday
    assert "国办发明电〔2024〕12号" in note["2025-01-28"]
    assert "现场勘查" in note["2025-02-05"]
    assert "国办发明电〔2024〕12号" in note["2025-02-08"]
    assert course.due().at == state.due_at


def test_the_day_of_a_stop_does_not_count_and_the_day_of_a_resume_does() -> None:
    stop = Stop(at("2025-03-04 10:00"), 10, resumed_at=at("2025-03-06 10:00"))
    state = Course(at("2025-03-03 10:00"), Limit(2), (stop,)).state()
    assert [line.why for line in state.explanation] == [
        "start_day",
        "stopped",
        "stopped",
        "counted",
        "counted",
    ]
    assert state.due_at == close_of("2025-03-07")


def test_a_stop_after_the_close_takes_the_next_working_day_first() -> None:
    late = Stop(at("2025-03-04 17:31"), 1)
    early = Stop(at("2025-03-04 17:29"), 1)
    start = at("2025-03-03 10:00")
    why = [line.why for line in Course(start, Limit(2), (late,)).state().explanation]
    assert why == ["start_day", "counted", "stopped", "capped"]
    why = [line.why for line in Course(start, Limit(2), (early,)).state().explanation]
    assert why == ["start_day", "stopped", "capped", "counted"]


def test_at_the_very_close_the_clock_still_runs_on_stop_and_already_on_resume() -> None:
    stop = Stop(close_of("2025-03-04"), 5, resumed_at=close_of("2025-03-06"))
    state = Course(at("2025-03-03 10:00"), Limit(2), (stop,)).state()
    assert [str(line.day) for line in state.explanation if line.counts] == [
        "2025-03-04",
        "2025-03-06",
    ]


def test_stopped_and_resumed_at_the_very_close_takes_nothing() -> None:
    stop = Stop(close_of("2025-03-05"), 0, resumed_at=close_of("2025-03-05"))
    course = Course(at("2025-03-03 10:00"), Limit(3), (stop,))
    assert course.due() == course.but(stops=()).due()


def test_stopped_and_resumed_on_one_day_takes_nothing() -> None:
    stop = Stop(at("2025-03-04 09:00"), 5, resumed_at=at("2025-03-04 16:00"))
    course = Course(at("2025-03-03 10:00"), Limit(3), (stop,))
    assert course.due() == course.but(stops=()).due()


def test_resumed_and_stopped_again_on_one_day_takes_that_day() -> None:
    stops = (
        Stop(at("2025-03-04 09:00"), 5, resumed_at=at("2025-03-05 09:00")),
        Stop(at("2025-03-05 16:00"), 1),
    )
    state = Course(at("2025-03-03 10:00"), Limit(1), stops).state()
    assert state.due_at == close_of("2025-03-06")


def test_a_stop_on_the_day_of_the_start_uses_up_an_announced_day() -> None:
    stop = Stop(at("2025-03-03 11:00"), 2)
    assert Course(at("2025-03-03 10:00"), Limit(1), (stop,)).due().at == close_of("2025-03-05")


def test_a_stop_across_a_make_up_workday_spends_an_announced_day_on_it() -> None:
    stop = Stop(at("2025-02-07 10:00"), 2)  # Friday and the make-up Saturday
    assert Course(at("2025-02-06 10:00"), Limit(1), (stop,)).due().at == close_of("2025-02-10")


def test_a_cap_reached_before_a_holiday_lets_the_clock_run_from_the_first_day_after() -> None:
    stop = Stop(at("2025-09-29 10:00"), 2)
    assert capped_at(stop, CALENDAR).at == at("2025-10-09 00:00")
    state = Course(at("2025-09-28 10:00"), Limit(1), (stop,)).state()
    assert state.due_at == close_of("2025-10-09")
    assert state.explanation[-1].why == "capped"


def test_a_holiday_inside_a_stop_spends_none_of_its_days() -> None:
    stop = Stop(at("2025-09-30 10:00"), 2)
    assert capped_at(stop, CALENDAR).at == at("2025-10-10 00:00")


def test_a_cap_in_an_unpublished_year_is_provisional() -> None:
    assert capped_at(Stop(at("2026-12-31 10:00"), 2), CALENDAR).provisional
    assert not capped_at(Stop(at("2026-12-29 10:00"), 2), CALENDAR).provisional


def test_a_resume_after_the_cap_gives_no_more_days() -> None:
    resumed = Stop(at("2025-03-04 10:00"), 2, resumed_at=at("2025-03-14 10:00"))
    left = Stop(at("2025-03-04 10:00"), 2)
    start = at("2025-03-03 10:00")
    assert Course(start, Limit(5), (resumed,)).due().at == Course(start, Limit(5), (left,)).due().at


def test_two_procedures_at_once_take_each_day_once() -> None:
    survey = Stop(at("2025-03-04 10:00"), 3, procedure="现场勘查")
    hearing = Stop(at("2025-03-05 10:00"), 3, procedure="听证")
    state = Course(at("2025-03-03 10:00"), Limit(1), (hearing, survey)).state()
    assert state.due_at == close_of("2025-03-10")
    assert [line.note.split("，")[0] for line in state.explanation if line.why == "stopped"] == [
        "现场勘查",
        "现场勘查",
        "现场勘查",
        "听证",
    ]


def test_a_stop_for_no_announced_days_takes_none() -> None:
    stop = Stop(at("2025-03-04 10:00"), 0)
    course = Course(at("2025-03-03 10:00"), Limit(2), (stop,))
    assert course.due() == course.but(stops=()).due()


def test_while_a_stop_is_open_the_due_date_assumes_all_its_days() -> None:
    stop = Stop(at("2025-03-04 10:00"), 5, resumed_at=at("2025-03-06 10:00"))
    course = Course(at("2025-03-03 10:00"), Limit(2), (stop,))
    before = course.state(as_of=at("2025-03-05 12:00"))
    after = course.state(as_of=at("2025-03-06 12:00"))
    assert (before.stopped, before.due_at) == (True, close_of("2025-03-12"))
    assert (after.stopped, after.due_at) == (False, close_of("2025-03-07"))


def test_a_clock_runs_from_the_very_instant_of_its_resume() -> None:
    stop = Stop(at("2025-03-04 10:00"), 5, resumed_at=at("2025-03-06 10:00"))
    course = Course(at("2025-03-03 10:00"), Limit(2), (stop,))
    assert course.state(as_of=at("2025-03-06 09:59:59")).stopped
    resumed = course.state(as_of=at("2025-03-06 10:00"))
    assert (resumed.stopped, resumed.due_at) == (False, close_of("2025-03-07"))


def test_stopped_holds_until_the_first_moment_of_the_working_day_after_the_cap() -> None:
    course = Course(at("2025-03-03 10:00"), Limit(9), (Stop(at("2025-03-06 10:00"), 2),))
    assert not course.state(as_of=at("2025-03-06 09:59")).stopped
    assert course.state(as_of=at("2025-03-06 10:00")).stopped
    assert course.state(as_of=at("2025-03-09 23:59")).stopped  # Sunday
    assert not course.state(as_of=at("2025-03-10 00:00")).stopped


def test_statistics_leave_stopped_days_out() -> None:
    stop = Stop(at("2025-03-04 10:00"), 2)
    start, end = at("2025-03-03 10:00"), at("2025-03-07 18:00")
    assert counted_days_between(start, end, CALENDAR) == 4
    assert counted_days_between(start, end, CALENDAR, (stop,)) == 2


def test_a_stop_before_the_start_is_refused() -> None:
    course = Course(at("2025-03-03 10:00"), Limit(1), (Stop(at("2025-03-03 09:59"), 1),))
    with pytest.raises(Unreckonable) as refused:
        course.due()
    assert refused.value.code == "clock.stop_before_start"


def test_a_resume_before_its_stop_is_refused() -> None:
    with pytest.raises(Unreckonable) as refused:
        Stop(at("2025-03-03 10:00"), 1, resumed_at=at("2025-03-03 09:59"))
    assert refused.value.code == "clock.resume_before_stop"


@pytest.mark.parametrize("days", [-1, 3651])
def test_announced_days_outside_their_bounds_are_refused(days: int) -> None:
    with pytest.raises(Unreckonable) as refused:
        Stop(at("2025-03-03 10:00"), days)
    assert refused.value.code == "clock.announced_days_out_of_range"
