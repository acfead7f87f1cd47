"""The one extension of a limit (ALL 42)."""

import pytest

from services.kernel.calendar import Unreckonable
from services.kernel.clock import Extension, Limit, Stop, due_at
from tests.kernel.clock_strategies import CALENDAR, Course, at, close_of

TWENTY = Course(at("2025-03-03 10:00"), Limit(20))  # due 2025-03-31


def refusal(course: Course) -> str:
    with pytest.raises(Unreckonable) as refused:
        course.due()
    return refused.value.code


def test_ten_more_days_are_ten_more_working_days() -> None:
    extended = TWENTY.but(extension=Extension(10, at("2025-03-28 10:00")))
    assert extended.due().at == close_of("2025-04-15")  # past 清明节
    assert extended.state().limit == 30


def test_an_extension_on_the_last_day_before_the_close_is_in_time() -> None:
    extended = TWENTY.but(extension=Extension(10, at("2025-03-31 17:29")))
    assert extended.due().at == close_of("2025-04-15")


def test_an_extension_at_the_close_of_the_last_day_is_too_late() -> None:
    assert refusal(TWENTY.but(extension=Extension(10, close_of("2025-03-31")))) == (
        "clock.extension_late"
    )


def test_an_extension_is_in_time_as_long_as_a_stop_holds_the_clock() -> None:
    stop = Stop(at("2025-03-31 10:00"), 5)
    late = Extension(10, at("2025-04-02 10:00"))
    assert TWENTY.but(stops=(stop,), extension=late).state().limit == 30


def test_an_extension_without_its_instant_counts_as_granted_in_time() -> None:
    assert TWENTY.but(extension=Extension(10)).due().at == close_of("2025-04-15")


def test_an_extension_is_not_known_before_it_is_granted() -> None:
    extended = TWENTY.but(extension=Extension(10, at("2025-03-28 10:00")))
    before = extended.state(as_of=at("2025-03-28 09:59"))
    assert (before.limit, before.due_at) == (20, close_of("2025-03-31"))
    granted = extended.state(as_of=at("2025-03-28 10:00"))
    assert (granted.limit, granted.due_at) == (30, close_of("2025-04-15"))


def test_a_limit_is_extended_once() -> None:
    with pytest.raises(Unreckonable) as refused:
        due_at(TWENTY.start, TWENTY.limit, [Extension(5), Extension(5)], CALENDAR)
    assert refused.value.code == "clock.extended_twice"


def test_an_extension_before_the_start_is_refused() -> None:
    early = TWENTY.but(extension=Extension(10, at("2025-03-03 09:59")))
    assert refusal(early) == "clock.extension_before_start"


def test_a_clock_in_minutes_is_not_extended_by_days() -> None:
    minutes = Course(at("2025-03-03 10:00"), Limit(30, "working_minutes"), (), Extension(1))
    assert refusal(minutes) == "clock.units_mixed"


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_an_extension_outside_its_bounds_is_refused(days: int) -> None:
    with pytest.raises(Unreckonable) as refused:
        Extension(days)
    assert refused.value.code == "clock.extension_out_of_range"
