"""Presence windows: from beats and operations to idle, offline and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from schemas.events.base import Event
from services.kernel.actor import Actor
from services.kernel.decider import Command
from services.kernel.reaction import Reaction
from services.supervision.core.presence import Absent, Present, decide, evolve
from services.supervision.core.presence_commands import ComeBack, GoIdle, GoOffline, SignIn
from services.supervision.core.windows import (
    IDLE_MS,
    OFFLINE_MS,
    Signal,
    Window,
    fallen_silent,
    heard,
    session_of,
)
from tests.support.builders import MONDAY, VILLAGE

START: Final = int(MONDAY.timestamp() * 1000)
SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
DEVICES: Final = (
    "01942a3b-0000-7000-8000-00000000000a",
    "01942a3b-0000-7000-8000-00000000000b",
)
Told: TypeAlias = tuple[str, int]
"""What is marked, and since when, in ms after the start."""


@dataclass
class Board:
    """A window that is told signals and swept."""

    window: Window | None = None

    def __post_init__(self) -> None:
        self.marks: list[Reaction] = []

    def hear(self, *signals: Signal) -> Board:
        for signal in signals:
            self.window, shown = heard(self.window, signal)
            self.marks += shown
        return self

    def sweep(self, now: int) -> Board:
        assert self.window is not None
        while (fallen := fallen_silent("o-li", self.window, START + now)) is not None:
            self.window = fallen[0]
            self.marks.append(fallen[1])
        return self

    @property
    def told(self) -> list[Told]:
        return [_told(mark.command) for mark in self.marks]


def _told(command: Command) -> Told:
    match command:
        case GoIdle():
            return "idle", _ms(command.since)
        case GoOffline():
            return "offline", _ms(command.since)
        case ComeBack():
            return f"back from {command.after}", _ms(command.since)
        case _:
            raise AssertionError(command)


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000) - START


def ids(marks: Iterable[Reaction]) -> list[tuple[str, str]]:
    """Give what the command ids are derived from."""
    return [(session_of(mark), mark.name) for mark in marks]


def beat(at: int, device: int = 0, kind: Literal["beat", "activity"] = "beat") -> Signal:
    return Signal("o-li", DEVICES[device], VILLAGE, kind, START + at)


def act(at: int, device: int = 0) -> Signal:
    return beat(at, device, "activity")


def beats(first: int, last: int, every: int = 30 * SECOND) -> list[Signal]:
    return [beat(at) for at in range(first, last + 1, every)]


def test_thirty_minutes_without_an_operation_are_idle_from_the_thirtieth_on() -> None:
    board = Board().hear(act(0), *beats(30 * SECOND, 30 * MINUTE))
    assert board.told == []
    assert board.hear(beat(30 * MINUTE + 1)).told == [("idle", IDLE_MS)]
    assert board.hear(*beats(31 * MINUTE, 50 * MINUTE), act(51 * MINUTE)).told == [
        ("idle", IDLE_MS),
        ("back from idle", 51 * MINUTE),
    ]


def test_an_operation_just_after_the_thirtieth_minute_shows_the_seconds_between() -> None:
    board = Board().hear(act(0), *beats(30 * SECOND, 29 * MINUTE + 30 * SECOND))
    assert board.hear(act(30 * MINUTE + 7)).told == [
        ("idle", IDLE_MS),
        ("back from idle", IDLE_MS + 7),
    ]


def test_ninety_seconds_of_silence_are_offline_from_the_last_beat() -> None:
    board = Board().hear(act(0), beat(30 * SECOND))
    assert board.sweep(30 * SECOND + OFFLINE_MS - 1).told == []
    assert board.sweep(30 * SECOND + OFFLINE_MS).told == [("offline", 30 * SECOND)]
    assert board.sweep(2 * IDLE_MS).told == [("offline", 30 * SECOND)]
    assert board.hear(beat(IDLE_MS)).told[1:] == [("back from offline", IDLE_MS)]


def test_whoever_comes_back_is_idle_thirty_minutes_later_at_the_earliest() -> None:
    board = Board().hear(act(0), beat(10 * MINUTE))
    board.hear(*beats(10 * MINUTE, 39 * MINUTE))
    assert board.told == [("offline", 0), ("back from offline", 10 * MINUTE)]
    board.hear(*beats(40 * MINUTE, 41 * MINUTE))
    assert board.told[2:] == [("idle", 40 * MINUTE)]


def test_a_silence_that_nobody_swept_is_marked_by_the_signal_that_ends_it() -> None:
    swept = Board().hear(act(0)).sweep(OFFLINE_MS).hear(act(5 * MINUTE))
    unswept = Board().hear(act(0), act(5 * MINUTE))
    assert unswept.told == [("offline", 0), ("back from offline", 5 * MINUTE)]
    assert unswept.marks == swept.marks


def test_several_devices_are_one_presence() -> None:
    board = Board().hear(act(0, device=0))
    for at in range(60 * SECOND, 20 * MINUTE, 60 * SECOND):
        board.hear(beat(at, device=at // (60 * SECOND) % 2))
    assert board.sweep(20 * MINUTE).told == []


def test_idling_on_one_device_ends_with_an_operation_on_another() -> None:
    board = Board().hear(act(0), *beats(30 * SECOND, 31 * MINUTE), act(31 * MINUTE + 1, device=1))
    assert [session_of(mark) for mark in board.marks] == list(DEVICES)
    assert board.told[1] == ("back from idle", 31 * MINUTE + 1)


def test_everything_in_a_mark_comes_from_the_signals() -> None:
    (mark,) = Board().hear(act(0)).sweep(OFFLINE_MS + 12345).marks
    assert mark.name == f"supervision.offline.{START}"
    assert mark.command.at == datetime.fromtimestamp((START + OFFLINE_MS) / 1000, MONDAY.tzinfo)
    assert mark.command.actor == Actor("system", VILLAGE)
    assert mark.command.key == "o-li"


gaps = st.sampled_from((1, 20 * SECOND, OFFLINE_MS - 1, OFFLINE_MS, 10 * MINUTE, IDLE_MS))
kinds: st.SearchStrategy[Literal["beat", "activity"]] = st.sampled_from(("beat", "activity"))
stretches = st.one_of(
    st.tuples(gaps, kinds, st.integers(1, 3), st.integers(0, 1)),
    st.tuples(st.just(80 * SECOND), st.just("beat"), st.integers(20, 25), st.integers(0, 1)),
)


@st.composite
def days(draw: st.DrawFn) -> list[Signal]:
    """Signals of a day as they were made, at least one."""
    at, found = 0, [act(0)]
    for gap, kind, times, device in draw(st.lists(stretches, max_size=5)):
        for _ in range(times):
            at += gap
            found.append(beat(at, device, "activity" if kind == "activity" else "beat"))
    return found


def expected(day: Sequence[Signal]) -> list[Told]:
    """Reckon the marks from the whole day at once, knowing nothing of windows."""
    opened, told = [[day[0]]], list[Told]()
    for signal in day[1:]:
        if signal.at - opened[-1][-1].at >= OFFLINE_MS:
            opened.append([])
        opened[-1].append(signal)
    for number, stretch in enumerate(opened):
        first, last = stretch[0].at - START, stretch[-1].at - START
        if number:
            told.append(("back from offline", first))
        acted = [first, *(s.at - START for s in stretch[1:] if s.kind == "activity")]
        for one, following in zip(acted, [*acted[1:], None], strict=True):
            if (last if following is None else following) > one + IDLE_MS:
                told.append(("idle", one + IDLE_MS))
                told += [] if following is None else [("back from idle", following)]
        told.append(("offline", last))
    return told


@given(days())
def test_the_marks_are_those_reckoned_from_the_whole_day(day: list[Signal]) -> None:
    board = Board().hear(*day)
    assert board.sweep(day[-1].at - START + OFFLINE_MS).told == expected(day)


@given(days(), st.integers(1, 7 * MINUTE))
def test_when_one_sweeps_makes_no_difference(day: list[Signal], every: int) -> None:
    swept, end = Board(), day[-1].at - START + 2 * IDLE_MS
    step = max(every, end // 500)
    for signal, following in zip(day, [*day[1:], None], strict=True):
        swept.hear(signal)
        latest = end if following is None else following.at - START
        for moment in range(signal.at - START + every % 7, latest, step):
            swept.sweep(moment)
    assert swept.sweep(end).marks == Board().hear(*day).sweep(end).marks


@given(days(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8))
def test_signals_told_again_in_any_order_show_nothing(
    day: list[Signal], told_again: list[tuple[int, int]]
) -> None:
    again = Board()
    for number, signal in enumerate(day):
        again.hear(signal)
        for after, which in told_again:
            if after % len(day) == number:
                again.hear(day[which % (number + 1)])
    assert again.marks == Board().hear(*day).marks
    assert again.window == Board().hear(*day).window


@given(days(), st.data())
def test_a_successor_tells_the_same_marks_under_the_same_ids(
    day: list[Signal], data: st.DataObject
) -> None:
    """A takeover folds the kept signals, and hears those anew that were not yet committed."""
    taken = data.draw(st.integers(1, len(day)))
    uncommitted = data.draw(st.integers(0, taken))
    before = Board().hear(*day[:taken])
    successor = Board().hear(*day[:taken], *day[uncommitted:])
    whole = ids(Board().hear(*day).marks)
    assert ids(before.marks) == whole[: len(before.marks)]
    assert ids(successor.marks) == whole
    assert len(set(whole)) == len(whole)


@given(st.data())
def test_signals_a_little_out_of_order_never_make_somebody_absent(data: st.DataObject) -> None:
    on_time = [act(at) for at in range(0, 20 * 20 * SECOND, 20 * SECOND)]
    delayed = [(s.at + data.draw(st.integers(0, 40 * SECOND)), s.at, s) for s in on_time]
    assert (
        Board().hear(*(signal for _, _, signal in sorted(delayed, key=lambda d: d[:2]))).told == []
    )


def _followed(state: Absent | Present, commands: Iterable[Command]) -> tuple[Absent | Present, int]:
    happened = 0
    for command in commands:
        events: Sequence[Event] = decide(state, command)  # type: ignore[arg-type]  # a closed union
        for event in events:
            state = evolve(state, event)
        happened += len(events)
    return state, happened


@given(days())
def test_presence_follows_every_mark_once(day: list[Signal]) -> None:
    board = Board().hear(*day)
    board.sweep(day[-1].at - START + OFFLINE_MS)
    sign_in = SignIn(
        key="o-li",
        actor=Actor("o-li", VILLAGE),
        at=MONDAY,
        session_id=DEVICES[0],
        organisation=VILLAGE,
        device="一号窗口",
    )
    marks = [mark.command for mark in board.marks]
    state, happened = _followed(evolve_all(sign_in), marks)
    assert happened == len(marks)
    assert isinstance(state, Present)
    assert board.window is not None
    assert state.status == board.window.told
    assert _followed(state, marks) == (state, 0)  # told again by a successor, whatever the ids


def evolve_all(sign_in: SignIn) -> Absent | Present:
    return _followed(Absent(), [sign_in])[0]


def test_a_window_is_replaced_and_never_changed() -> None:
    window, _ = heard(None, act(0))
    kept = replace(window)
    heard(window, act(IDLE_MS))
    fallen_silent("o-li", window, START + IDLE_MS)
    assert window == kept
