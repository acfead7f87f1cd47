"""What a clock said at an instant, and what it says when it is overdue."""

from services.kernel.clock import Limit, Stop
from tests.kernel.clock_strategies import Course, at, close_of

FIVE = Course(at("2025-03-03 10:00"), Limit(5))  # due Monday 2025-03-10


def test_a_day_is_counted_when_its_office_closes() -> None:
    before = FIVE.state(as_of=at("2025-03-05 17:29:59"))
    after = FIVE.state(as_of=at("2025-03-05 17:30:00"))
    assert (before.counted, before.remaining) == (1, 4)
    assert (after.counted, after.remaining) == (2, 3)


def test_before_the_start_nothing_is_counted() -> None:
    state = FIVE.state(as_of=at("2025-02-01 10:00"))
    assert (state.counted, state.remaining, state.overdue) == (0, 5, False)
    assert state.due_at == close_of("2025-03-10")


def test_the_explanation_reaches_the_due_day_however_early_one_asks() -> None:
    assert str(FIVE.state(as_of=at("2025-03-04 12:00")).explanation[-1].day) == "2025-03-10"


def test_an_overdue_clock_counts_on_and_its_remaining_days_are_negative() -> None:
    state = FIVE.state(as_of=at("2025-03-12 18:00"))
    assert (state.counted, state.remaining, state.overdue) == (7, -2, True)
    assert str(state.explanation[-1].day) == "2025-03-12"
    assert "超期第2日" in state.explanation[-1].note
    assert state.due_at == close_of("2025-03-10")


def test_overdue_begins_after_the_close_even_if_no_further_day_has_counted() -> None:
    assert not FIVE.state(as_of=close_of("2025-03-10")).overdue
    state = FIVE.state(as_of=at("2025-03-10 17:30:01"))
    assert (state.overdue, state.remaining) == (True, 0)


def test_a_stop_after_the_due_date_does_not_move_it() -> None:
    late = FIVE.but(stops=(Stop(at("2025-03-11 10:00"), 5),))
    assert late.due() == FIVE.due()
    state = late.state(as_of=at("2025-03-12 18:00"))
    assert (state.counted, state.overdue, state.stopped) == (5, True, True)


def test_a_stop_is_not_known_before_it_happens() -> None:
    stopped = FIVE.but(stops=(Stop(at("2025-03-05 10:00"), 5),))
    assert stopped.state(as_of=at("2025-03-05 09:59")).due_at == close_of("2025-03-10")
    assert stopped.state(as_of=at("2025-03-05 10:00")).due_at == close_of("2025-03-17")


def test_an_overdue_clock_in_minutes_says_by_how_much() -> None:
    instant = Course(at("2025-03-03 10:00"), Limit(30, "working_minutes"))
    state = instant.state(as_of=at("2025-03-03 15:00"))
    assert (state.counted, state.remaining, state.overdue) == (180, -150, True)
    assert "超期" in state.explanation[-1].note
