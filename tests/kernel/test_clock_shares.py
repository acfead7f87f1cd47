"""Whose the days of a joint case are (domain §4.5)."""

from datetime import datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.kernel.clock import Limit, Stop
from services.kernel.clock_shares import HeldStep, laid_days, shares
from tests.kernel.clock_strategies import (
    CALENDAR,
    UNTIMED,
    Course,
    at,
    close_of,
    courses,
    instants,
    stops_after,
)

JOINT = Course(at("2025-03-03 10:00"), Limit(5))
MORNING = at("2025-03-03 10:00")


def held_by(as_of: str, *steps: HeldStep) -> list[tuple[str, tuple[str, ...]]]:
    state = JOINT.state(as_of=at(as_of))
    return [(str(d.day), d.organisations) for d in laid_days(state, at(as_of), steps, CALENDAR)]


@st.composite
def held_steps(draw: st.DrawFn) -> HeldStep:
    opened = draw(instants("2024-01-01", "2024-06-30"))
    closed = draw(st.none() | instants("2024-06-30", "2025-01-31"))
    stops = draw(st.lists(stops_after(opened), max_size=2))
    return HeldStep(draw(st.sampled_from("abc")), opened, closed, tuple(stops))


ANY_STEPS = st.lists(held_steps(), max_size=4)


def test_a_day_is_shared_by_all_who_hold_it_at_the_close() -> None:
    land, water = HeldStep("land", MORNING), HeldStep("water", MORNING, at("2025-03-05 16:00"))
    assert held_by("2025-03-05 18:00", land, water) == [
        ("2025-03-04", ("land", "water")),
        ("2025-03-05", ("land",)),
    ]


def test_a_day_whose_close_has_not_come_is_nobodys_yet() -> None:
    assert held_by("2025-03-04 17:29", HeldStep("land", MORNING)) == []


def test_a_handover_at_the_very_close_gives_the_day_to_the_one_who_had_it() -> None:
    handover = close_of("2025-03-04")
    before, after = HeldStep("town", MORNING, handover), HeldStep("county", handover)
    assert held_by("2025-03-05 18:00", before, after) == [
        ("2025-03-04", ("town",)),
        ("2025-03-05", ("county",)),
    ]


def test_a_step_has_the_day_on_which_it_was_opened() -> None:
    step = HeldStep("land", at("2025-03-05 17:29"))
    assert held_by("2025-03-05 18:00", step) == [("2025-03-04", ()), ("2025-03-05", ("land",))]


def test_a_step_whose_own_clock_is_stopped_has_no_day_while_the_case_runs_on() -> None:
    survey = Stop(at("2025-03-04 09:00"), 1)
    stopped, running = HeldStep("land", MORNING, None, (survey,)), HeldStep("water", MORNING)
    assert held_by("2025-03-05 18:00", stopped, running) == [
        ("2025-03-04", ("water",)),
        ("2025-03-05", ("land", "water")),
    ]


def test_two_steps_of_one_organisation_have_one_share() -> None:
    first, second, other = (HeldStep(name, MORNING) for name in ("land", "land", "water"))
    state, now = JOINT.state(as_of=at("2025-03-04 18:00")), at("2025-03-04 18:00")
    laid = laid_days(state, now, (first, second, other), CALENDAR)
    assert shares(laid) == {"land": Fraction(1, 2), "water": Fraction(1, 2)}


@UNTIMED
@given(courses(), ANY_STEPS, instants())
def test_shares_and_the_days_of_nobody_make_up_the_days_counted(
    course: Course, steps: list[HeldStep], as_of: datetime
) -> None:
    state = course.state(as_of=as_of)
    laid = laid_days(state, as_of, steps, CALENDAR)
    of_nobody = sum(not line.organisations for line in laid)
    assert sum(shares(laid).values()) + of_nobody == state.counted


@UNTIMED
@given(courses(), ANY_STEPS, instants(), instants())
def test_a_later_look_only_adds_days(
    course: Course, steps: list[HeldStep], one: datetime, other: datetime
) -> None:
    """Of a clock without stops of its own: a resume in time may give a day back."""
    case = course.but(stops=())
    early, late = (
        laid_days(case.state(as_of=now), now, steps, CALENDAR) for now in sorted((one, other))
    )
    assert late[: len(early)] == early
