"""Booking a place, giving it back, taking another."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.core.appointments.decide import decider
from services.intake.core.appointments.slots import slots_of
from services.kernel.window_days import window_day
from tests.intake.core.appointments.situations import (
    EVENING,
    OTHER,
    TUESDAY,
    appointments,
    book,
    booked,
    cancel,
    cancelled,
    mark_missed,
    missed,
    move,
    moved,
    person,
)
from tests.support.builders import VILLAGE, at, county, organisation, schedule
from tests.support.given import given

THRICE = (date(2025, 2, 10), date(2025, 2, 20), date(2025, 2, 28))


def test_the_slots_of_a_day_lie_within_office_hours() -> None:
    half_hours = slots_of(schedule(), organisation())
    assert half_hours[:2] == ("08:30", "09:00")
    assert half_hours[6:8] == ("11:30", "14:00")
    assert half_hours[-1] == "17:00"
    assert len(half_hours) == 14
    # Half an hour is left before noon: what does not fit is no slot.
    assert slots_of(schedule(slot_minutes=60), organisation())[:4] == (
        "08:30",
        "09:30",
        "10:30",
        "14:00",
    )


def test_a_place_is_booked() -> None:
    given(appointments).when(book()).then(booked())


def test_two_people_get_the_two_places_and_the_third_none() -> None:
    two = given(appointments, booked(), booked(2))
    two.when(book(applicant_ref=OTHER)).then_refused("appointments.slot_full", naming="09:30")
    two.when(book(applicant_ref=OTHER, slot="10:00")).then(
        booked(3, slot="10:00", applicant_ref=OTHER)
    )


def test_a_place_given_back_is_free_again() -> None:
    freed = given(appointments, booked(), booked(2), cancelled(2))
    freed.when(book(applicant_ref=OTHER)).then(booked(3, applicant_ref=OTHER))


def test_a_place_that_was_missed_stays_taken() -> None:
    full = given(appointments, booked(), booked(2), missed())
    full.when(book(applicant_ref=OTHER)).then_refused("appointments.slot_full")


def test_one_person_books_once_a_day() -> None:
    once = given(appointments, booked())
    once.when(book(slot="10:00")).then_refused("appointments.already_booked", naming="09:30")
    once.when(book(at=at("2025-03-03 10:00"))).then_refused("appointments.already_booked")


def test_the_same_booking_delivered_twice_is_one() -> None:
    given(appointments, booked()).when(book()).then()


def test_whoever_cancelled_or_missed_may_book_the_day_again() -> None:
    given(appointments, booked(), cancelled()).when(book(slot="10:00")).then(
        booked(2, slot="10:00", applicant_ref=book().applicant_ref)
    )
    again = given(appointments, booked(), missed()).when(book(slot="16:30"))
    assert again.refusal is None


@pytest.mark.parametrize(
    ("on", "named"),
    [
        (date(2025, 3, 8), "2025-03-08"),
        (date(2025, 4, 4), "清明"),
    ],
)
def test_nothing_is_booked_on_a_day_off(on: date, named: str) -> None:
    closed = book(
        on=on,
        key=window_day(VILLAGE, on),
        at=at(f"{on.isoformat()} 08:00"),
    )
    given(appointments).when(closed).then_refused("appointments.closed_day", naming=named)


def test_a_make_up_workday_is_a_day_like_others() -> None:
    on = date(2025, 4, 27)  # a Sunday that makes up for 1 May
    sunday = book(on=on, key=window_day(VILLAGE, on), at=at("2025-04-25 09:00"))
    assert given(appointments).when(sunday).refusal is None


def test_nobody_books_further_ahead_than_the_window_allows() -> None:
    last, beyond = date(2025, 3, 10), date(2025, 3, 11)
    ok = book(on=last, key=window_day(VILLAGE, last))
    assert given(appointments).when(ok).refusal is None
    late = book(on=beyond, key=window_day(VILLAGE, beyond))
    given(appointments).when(late).then_refused("appointments.too_far_ahead", naming="7")


def test_a_slot_that_has_begun_is_gone() -> None:
    given(appointments).when(book(at=at("2025-03-04 09:30"))).then_refused("appointments.too_late")
    assert given(appointments).when(book(at=at("2025-03-04 09:29"))).refusal is None
    begun = given(appointments, booked())
    begun.when(cancel(at=at("2025-03-04 09:30"))).then_refused("appointments.too_late")
    begun.when(move(at=at("2025-03-04 09:30"))).then_refused("appointments.too_late")


def test_only_slots_of_the_window_are_booked() -> None:
    for slot in ("09:45", "12:00", "17:30"):
        given(appointments).when(book(slot=slot)).then_refused(
            "appointments.no_such_slot", naming=slot
        )


def test_only_what_the_window_offers_is_booked() -> None:
    narrow = decider(county(schedule(items=["joint"])))
    given(narrow).when(book()).then_refused("appointments.item_not_offered")
    assert given(narrow).when(book(item_code="joint")).refusal is None
    assert given(narrow).when(book(item_code=None)).refusal is None


def test_a_schedule_holds_from_its_day_on_and_for_its_own_day() -> None:
    later = decider(county(schedule(valid_from=date(2025, 3, 5))))
    given(later).when(book()).then_refused("appointments.not_offered", naming="2025-03-05")
    elsewhere = book(key=window_day("/qingyun/t-heping", TUESDAY))
    given(appointments).when(elsewhere).then_refused("appointments.not_offered")


def test_who_missed_three_times_in_thirty_days_books_at_the_window_only() -> None:
    online = book(channel="online", missed=THRICE)
    given(appointments).when(online).then_refused("appointments.online_suspended", naming="30")
    assert given(appointments).when(book(missed=THRICE)).refusal is None
    assert given(appointments).when(book(channel="online", missed=THRICE[1:])).refusal is None


def test_what_was_missed_more_than_thirty_days_ago_is_forgotten() -> None:
    thirty_days_later = date(2025, 3, 12)
    missed_on = (date(2025, 2, 10), date(2025, 2, 20), date(2025, 2, 28))
    online = book(
        channel="online",
        missed=missed_on,
        on=thirty_days_later,
        key=window_day(VILLAGE, thirty_days_later),
        at=at("2025-03-12 08:00"),
    )
    assert given(appointments).when(online).refusal is None


def test_another_slot_is_taken_and_the_old_one_freed_in_one_step() -> None:
    given(appointments, booked()).when(move()).then(moved())
    full_there = given(appointments, booked(), booked(2, slot="10:00"), booked(3, slot="10:00"))
    full_there.when(move()).then_refused("appointments.slot_full")
    freed = given(appointments, booked(), booked(2), moved())
    assert freed.when(book(applicant_ref=OTHER)).refusal is None


def test_a_move_to_the_slot_that_one_has_changes_nothing() -> None:
    given(appointments, booked()).when(move(slot="09:30")).then()
    given(appointments, booked(), moved()).when(move()).then()


def test_a_smaller_capacity_of_a_later_version_takes_no_place_away() -> None:
    small = decider(county(schedule(), schedule(version=2, capacity=1)))
    kept = given(small, booked(), booked(2))
    kept.when(book(applicant_ref=person(9), schedule_version=2)).then_refused(
        "appointments.slot_full"
    )
    assert kept.when(mark_missed()).refusal is None


def test_nobody_is_missed_before_slot_and_grace_are_over() -> None:
    kept = given(appointments, booked())
    kept.when(mark_missed(at=at("2025-03-04 10:14"))).then_refused(
        "appointments.not_yet_missed", naming="15"
    )
    kept.when(mark_missed(at=at("2025-03-04 10:15"))).then(missed())
    kept.when(mark_missed(at=EVENING)).then(missed())
