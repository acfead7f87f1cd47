"""What holds for every stream of commands on one window's day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.events.base import Event
from services.intake.core.appointments.commands import Command
from services.intake.core.appointments.places import Places
from services.intake.core.appointments.slots import slots_of
from services.intake.core.appointments.state import Cancelled, Day, Missed, Served, State
from services.intake.core.appointments.view import version, view
from services.kernel.decider import Refused
from services.kernel.window_days import appointment_id, key_and_number, parts_of, window_day
from tests.intake.core.appointments.situations import (
    KEY,
    appointments,
    book,
    call,
    cancel,
    check_in,
    mark_missed,
    move,
    pass_over,
    person,
    serve,
)
from tests.support.builders import at, envelope, organisation, schedule
from tests.support.given import given as given_events

CAPACITY: Final = schedule().capacity
times = st.sampled_from(
    [at("2025-03-03 09:00"), at("2025-03-04 09:10"), at("2025-03-04 10:20"), at("2025-03-04 17:40")]
)
slots = st.sampled_from(slots_of(schedule(), organisation())[:4])
numbers = st.integers(1, 12)
people = st.integers(1, 12).map(person)
_bookings = st.builds(
    lambda when, slot, who: book(at=when, slot=slot, applicant_ref=who), times, slots, people
)
commands: st.SearchStrategy[Command] = st.one_of(
    _bookings,
    _bookings,
    st.builds(lambda when, n: cancel(at=when, number=n), times, numbers),
    st.builds(lambda when, n, slot: move(at=when, number=n, slot=slot), times, numbers, slots),
    st.builds(lambda when, n: check_in(at=when, number=n), times, numbers),
    st.builds(lambda when, n: call(at=when, number=n), times, numbers),
    st.builds(lambda when, n: pass_over(at=when, number=n), times, numbers),
    st.builds(lambda when, n: serve(at=when, number=n), times, numbers),
    st.builds(lambda when, n: mark_missed(at=when, number=n), times, numbers),
)
streams = st.lists(commands, max_size=40)


def carried_out(stream: Sequence[Command]) -> tuple[State, list[Event]]:
    state: State = appointments.start
    log: list[Event] = []
    for command in stream:
        try:
            events = appointments.decide(state, command)
        except Refused:
            continue
        log += events
        for event in events:
            state = appointments.evolve(state, event)
    return state, log


@given(streams)
def test_no_slot_ever_has_more_people_than_places_and_nobody_two(stream: list[Command]) -> None:
    state, _ = carried_out(stream)
    found = state.appointments if isinstance(state, Day) else ()
    kept = [a.booking for a in found if not isinstance(a, Cancelled)]
    assert all(n <= CAPACITY for n in Counter(b.slot for b in kept).values())
    live = [a.booking.applicant_ref for a in found if not isinstance(a, Cancelled | Missed)]
    assert len(set(live)) == len(live)


@given(streams)
def test_queue_numbers_run_from_one_without_gap_or_repeat(stream: list[Command]) -> None:
    _, log = carried_out(stream)
    given_out = [e.ticket for e in log if type(e).__name__ == "TicketTaken"]  # type: ignore[attr-defined]
    assert given_out == list(range(1, len(given_out) + 1))


@given(streams, commands)
def test_a_command_delivered_twice_has_the_effect_of_one(
    stream: list[Command], command: Command
) -> None:
    state, _ = carried_out(stream)
    try:
        events = appointments.decide(state, command)
    except Refused:
        return
    for event in events:
        state = appointments.evolve(state, event)
    assert list(appointments.decide(state, command)) == []


@given(streams, commands)
def test_what_has_ended_stays_as_it_is(stream: list[Command], command: Command) -> None:
    before, _ = carried_out(stream)
    after, _ = carried_out([*stream, command])
    if isinstance(before, Day) and isinstance(after, Day):
        for number, former in enumerate(before.appointments):
            if isinstance(former, Cancelled | Missed):
                assert after.appointments[number] == former
            if isinstance(former, Served):
                assert isinstance(after.appointments[number], Served)


@given(streams, streams)
def test_any_event_fits_any_state(one: list[Command], other: list[Command]) -> None:
    state, _ = carried_out(one)
    for event in carried_out(other)[1]:
        state = appointments.evolve(state, event)
        view(KEY, state, None)


@given(streams)
def test_the_places_that_the_public_sees_are_those_of_the_rules(stream: list[Command]) -> None:
    state, log = carried_out(stream)
    places = Places()
    for event in log:
        places.take(envelope(event)._replace(key=KEY))
    for slot in slots_of(schedule(), organisation()):
        expected = state.taken(slot) if isinstance(state, Day) else 0
        assert places.taken(KEY, slot) == expected
    found = state.appointments if isinstance(state, Day) else ()
    for who in map(person, range(1, 13)):
        missed = [a for a in found if isinstance(a, Missed) and a.booking.applicant_ref == who]
        assert len(places.missed(who)) == len(missed)


@given(streams)
def test_every_change_of_an_appointment_raises_its_version(stream: list[Command]) -> None:
    state = appointments.start
    for command in stream:
        before = version(state, command)
        try:
            events = appointments.decide(state, command)
        except Refused:
            continue
        for event in events:
            state = appointments.evolve(state, event)
        after = version(state, command)
        # Whoever books a day again, after cancelling, begins anew.
        assert (after == before) if not events else (after == before + 1 or after == 1)


@given(
    st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True), min_size=1, max_size=6),
    st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    st.integers(1, 9999),
)
def test_a_window_s_day_is_named_one_to_one(codes: list[str], on: date, number: int) -> None:
    path = "/" + "/".join(codes)
    key = window_day(path, on)
    assert parts_of(key) == (path, on)
    assert key_and_number(appointment_id(key, number)) == (key, number)


def test_the_oldest_days_of_a_very_large_province_are_forgotten_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.intake.core.appointments.places._MOST_DAYS", 2)
    _, log = carried_out([book()])
    places = Places()
    for day in ("2025-03-05", "2025-03-04", "2025-03-06"):
        places.take(envelope(log[0])._replace(key=f"qingyun.t-heping@{day}"))
    assert [places.taken(f"qingyun.t-heping@2025-03-0{d}", "09:30") for d in (4, 5, 6)] == [0, 1, 1]


def test_a_view_of_a_number_that_was_not_given_is_refused() -> None:
    given_events(appointments).asked(view, KEY, "1").then_refused("appointments.not_found")


def test_the_queue_shows_who_waits_since_when() -> None:
    state, _ = carried_out([book(), check_in(), call()])
    shown = view(KEY, state, "1")
    assert (shown["status"], shown["ticket"], shown["desk"]) == ("called", 1, "1号窗口")
    since = datetime.fromisoformat(str(shown["waiting_since"]))
    assert since == check_in().at
    assert view(KEY, state, None)["organisation"] == "/qingyun/t-heping/v-dongping"
