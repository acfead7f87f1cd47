"""The queue: number, call, passing over, service, case."""

from __future__ import annotations

from tests.intake.core.appointments.situations import (
    OTHER_CASE,
    appointments,
    booked,
    bound,
    call,
    called,
    check_in,
    pass_over,
    passed,
    serve,
    served,
    ticket_taken,
)
from tests.support.builders import CASE, at
from tests.support.given import given


def test_numbers_are_given_in_the_order_of_coming_not_of_booking() -> None:
    two = given(appointments, booked(), booked(2, slot="10:00"), ticket_taken(2, 1))
    two.when(check_in()).then(ticket_taken(1, 2))


def test_a_number_is_taken_on_the_day_itself() -> None:
    given(appointments, booked()).when(check_in(at=at("2025-03-03 16:00"))).then_refused(
        "appointments.other_day", naming="2025-03-04"
    )


def test_one_who_was_passed_is_called_again_at_any_desk() -> None:
    gone = given(appointments, booked(), ticket_taken(), called(), passed())
    gone.when(call(desk="2号窗口")).then(called(2, "2号窗口"))
    back = given(appointments, booked(), ticket_taken(), called(), passed(), called(2, "2号窗口"))
    back.when(pass_over()).then(passed())


def test_the_same_call_delivered_twice_is_one() -> None:
    given(appointments, booked(), ticket_taken(), called()).when(call()).then()


def test_a_case_is_named_at_once_or_when_it_was_opened() -> None:
    there = given(appointments, booked(), ticket_taken(), called())
    there.when(serve()).then(served())
    there.when(serve(case_id=None)).then(served(None))
    begun = given(appointments, booked(), ticket_taken(), called(), served(None))
    begun.when(serve()).then(bound())
    begun.when(serve(case_id=None)).then()


def test_an_appointment_belongs_to_one_case() -> None:
    for history in ((served(),), (served(None), bound())):
        named = given(appointments, booked(), ticket_taken(), called(), *history)
        named.when(serve(case_id=CASE)).then()
        named.when(serve(case_id=OTHER_CASE)).then_refused(
            "appointments.bound_to_other_case", naming=CASE
        )
