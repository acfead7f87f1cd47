"""The whole table: for each state of an appointment, what becomes of each command."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, TypeAlias, get_args

import pytest

from schemas.events.base import Event
from services.intake.core.appointments.commands import COMMANDS, Book, Command
from services.intake.core.appointments.state import Appointment, Day, State, Untouched
from tests.intake.core.appointments.situations import (
    EVENING,
    OTHER,
    OTHER_CASE,
    OUTSIDER,
    appointments,
    book,
    booked,
    call,
    called,
    cancel,
    cancelled,
    check_in,
    mark_missed,
    missed,
    move,
    pass_over,
    passed,
    serve,
    served,
    ticket_taken,
)
from tests.support.given import Refusal, given, refused

HISTORIES: Final[dict[str, tuple[Event, ...]]] = {
    "untouched": (),
    "booked": (booked(),),
    "waiting": (booked(), ticket_taken()),
    "called": (booked(), ticket_taken(), called()),
    "passed": (booked(), ticket_taken(), called(), passed()),
    "served": (booked(), ticket_taken(), called(), served()),
    "cancelled": (booked(), cancelled()),
    "missed": (booked(), missed()),
}
COMMAND_OF: Final[dict[str, Command]] = {
    "Book": book(applicant_ref=OTHER),
    "Cancel": cancel(),
    "Move": move(),
    "CheckIn": check_in(),
    "Call": call(desk="2号窗口"),
    "Pass": pass_over(),
    "Serve": serve(case_id=OTHER_CASE),
    "MarkMissed": mark_missed(),
}
Row: TypeAlias = tuple[str | Refusal, ...]
NOT_FOUND: Final = refused("appointments.not_found")
NOT_CHECKED_IN: Final = refused("appointments.not_checked_in")
CHECKED_IN: Final = refused("appointments.already_checked_in")
NOT_CALLED: Final = refused("appointments.not_called")
SERVED: Final = refused("appointments.already_served")
CANCELLED: Final = refused("appointments.already_cancelled")
MISSED: Final = refused("appointments.already_missed")
BOOKED: Final = "AppointmentBooked"

# In the order of COMMANDS: Book, Cancel, Move, CheckIn, Call, Pass, Serve, MarkMissed.
TABLE: Final[dict[str, Row]] = {
    "untouched": (BOOKED, *(NOT_FOUND,) * 7),
    "booked": (
        BOOKED,
        "AppointmentCancelled",
        "AppointmentMoved",
        "TicketTaken",
        *(NOT_CHECKED_IN,) * 3,
        "AppointmentMissed",
    ),
    "waiting": (
        BOOKED,
        CHECKED_IN,
        CHECKED_IN,
        "",
        "TicketCalled",
        NOT_CALLED,
        NOT_CALLED,
        CHECKED_IN,
    ),
    "called": (
        BOOKED,
        *(CHECKED_IN,) * 3,
        refused("appointments.already_called"),
        "TicketPassed",
        "AppointmentServed",
        CHECKED_IN,
    ),
    "passed": (BOOKED, *(CHECKED_IN,) * 3, "TicketCalled", "", NOT_CALLED, CHECKED_IN),
    "served": (
        BOOKED,
        *(SERVED,) * 5,
        refused("appointments.bound_to_other_case"),
        SERVED,
    ),
    "cancelled": (BOOKED, "", *(CANCELLED,) * 6),
    "missed": (BOOKED, *(MISSED,) * 6, ""),
}


def test_the_table_leaves_no_state_and_no_command_out() -> None:
    kinds = {state.__name__.lower() for state in get_args(get_args(Appointment)[0])}
    assert set(HISTORIES) == set(TABLE) == {"untouched", *kinds}
    assert set(get_args(get_args(State)[0])) == {Untouched, Day}
    assert list(COMMAND_OF) == [command.__name__ for command in COMMANDS]
    assert all(len(row) == len(COMMANDS) for row in TABLE.values())
    for name, history in HISTORIES.items():
        state = given(appointments, *history).state
        assert (state.appointments[0].kind if isinstance(state, Day) else state.kind) == name


@pytest.mark.parametrize(("state", "command"), list(product(HISTORIES, COMMAND_OF)))
def test_every_command_in_every_state(state: str, command: str) -> None:
    outcome = given(appointments, *HISTORIES[state]).when(COMMAND_OF[command])
    expected = TABLE[state][list(COMMAND_OF).index(command)]
    if isinstance(expected, Refusal):
        outcome.then_refused(expected.code)
    else:
        assert outcome.refusal is None
        assert "".join(type(event).__name__ for event in outcome.events) == expected


@pytest.mark.parametrize(
    ("state", "command"),
    [*product(list(HISTORIES)[1:], COMMAND_OF), ("untouched", "Book")],
)
def test_nobody_acts_at_the_window_of_another_village(state: str, command: str) -> None:
    by_outsider = replace(COMMAND_OF[command], actor=OUTSIDER, at=EVENING)
    given(appointments, *HISTORIES[state]).when(by_outsider).then_refused("rights.denied")


@pytest.mark.parametrize("command", list(COMMAND_OF)[1:])
def test_a_number_that_was_never_given_out_is_not_found(command: str) -> None:
    named = COMMAND_OF[command]
    assert not isinstance(named, Book)
    unknown = replace(named, number=2)
    given(appointments, booked()).when(unknown).then_refused("appointments.not_found")
