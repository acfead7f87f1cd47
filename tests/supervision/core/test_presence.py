"""Presence: what becomes of each command in each state; several devices are one presence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from schemas.events.base import ActionRefused, Event
from schemas.events.presence import CameBack, SignedIn, SignedOut, WentIdle, WentOffline
from services.kernel.actor import SYSTEM, Actor
from services.supervision.core.presence import (
    SESSION,
    Absent,
    Present,
    decider,
    version,
    version_of_view,
    view,
)
from services.supervision.core.presence_commands import (
    COMMANDS,
    ComeBack,
    Command,
    GoIdle,
    GoOffline,
    SignIn,
    SignOut,
)
from tests.support.builders import MONDAY, VILLAGE, county
from tests.support.given import Refusal, codes_raised, codes_specified, given, refused

presence: Final = decider(county())
LI: Final = "o-li"
WINDOW: Final = "01942a3b-0000-7000-8000-00000000000a"
PHONE: Final = "01942a3b-0000-7000-8000-00000000000b"
HERSELF: Final = Actor(LI, VILLAGE)
SERVICE: Final = Actor(SYSTEM, VILLAGE)
COLLEAGUE: Final = Actor("o-wang", VILLAGE)


def at(minute: float) -> datetime:
    return MONDAY + timedelta(minutes=minute)


def sign_in(minute: float = 0, session: str = WINDOW, actor: Actor = HERSELF) -> SignIn:
    return SignIn(
        key=LI,
        actor=actor,
        at=at(minute),
        session_id=session,
        organisation=VILLAGE,
        device="一号窗口",
    )


def sign_out(minute: float = 90, session: str = WINDOW, actor: Actor = HERSELF) -> SignOut:
    return SignOut(key=LI, actor=actor, at=at(minute), session_id=session)


def mark(kind: type[Any], since: float, actor: Actor = SERVICE, **more: Any) -> Any:
    where = {"key": LI, "actor": actor, "session_id": WINDOW}
    return kind(**where, at=at(since), since=at(since), **more)


def go_idle(since: float = 40, actor: Actor = SERVICE) -> GoIdle:
    found: GoIdle = mark(GoIdle, since, actor)
    return found


def go_offline(since: float = 50, actor: Actor = SERVICE) -> GoOffline:
    found: GoOffline = mark(GoOffline, since, actor)
    return found


def come_back(after: str, since: float = 60, actor: Actor = SERVICE) -> ComeBack:
    found: ComeBack = mark(ComeBack, since, actor, after=after)
    return found


def signed_in(minute: float = 0, session: str = WINDOW) -> SignedIn:
    return SignedIn(session_id=session, since=at(minute), organisation=VILLAGE, device="一号窗口")


def signed_out(session: str = WINDOW) -> SignedOut:
    return SignedOut(session_id=session)


def went_idle(since: float = 40) -> WentIdle:
    return WentIdle(session_id=WINDOW, since=at(since))


def went_offline(since: float = 50) -> WentOffline:
    return WentOffline(session_id=WINDOW, since=at(since))


def came_back(after: Any, since: float = 60) -> CameBack:
    return CameBack(session_id=WINDOW, since=at(since), after=after)


SITUATIONS: Final[dict[str, tuple[Event, ...]]] = {
    "absent": (),
    "signed out": (signed_in(), signed_out()),
    "active": (signed_in(),),
    "idle": (signed_in(), went_idle()),
    "offline": (signed_in(), went_offline()),
    "back": (signed_in(), went_idle(), came_back("idle", 45)),
}
ENDED: Final = refused("presence.session_ended")
OUTCOMES: Final[dict[str, dict[Command, Event | Refusal | None]]] = {
    situation: {
        sign_in(70, PHONE): signed_in(70, PHONE),
        sign_out(): ENDED if situation in ("absent", "signed out") else signed_out(),
        go_idle(): went_idle() if situation == "active" else None,
        go_idle(80): went_idle(80) if situation in ("active", "back") else None,
        go_offline(): None if situation in ("absent", "signed out", "offline") else went_offline(),
        come_back("idle"): came_back("idle") if situation == "idle" else None,
        come_back("offline"): came_back("offline") if situation == "offline" else None,
    }
    for situation in SITUATIONS
}


@pytest.mark.parametrize(("situation", "command"), list(product(SITUATIONS, OUTCOMES["absent"])))
def test_every_command_in_every_situation(situation: str, command: Command) -> None:
    outcome = given(presence, *SITUATIONS[situation]).when(command)
    match OUTCOMES[situation][command]:
        case Refusal(code):
            outcome.then_refused(code)
        case None:
            outcome.then()
        case event:
            outcome.then(event)


def test_the_table_leaves_no_command_and_no_state_out() -> None:
    assert {type(c) for c in OUTCOMES["absent"]} == set(COMMANDS)
    states = [given(presence, *history).state for history in SITUATIONS.values()]
    assert {type(s) for s in states} == {Absent, Present}
    found = {s.status for s in states if isinstance(s, Present)}
    assert found == {"active", "idle", "offline"}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_only_oneself_signs_in_and_out_and_only_the_windows_mark(situation: str) -> None:
    history = given(presence, *SITUATIONS[situation])
    history.when(sign_in(70, PHONE, COLLEAGUE)).then_refused("rights.denied")
    marks = (go_idle(80, HERSELF), go_offline(80, HERSELF), come_back("idle", 80, HERSELF))
    for command in marks:
        history.when(command).then_refused("rights.denied")
    if situation not in ("absent", "signed out"):
        history.when(sign_out(actor=COLLEAGUE)).then_refused("rights.denied")


def test_a_session_opens_once() -> None:
    given(presence, signed_in()).when(sign_in(5)).then()


def test_signing_out_of_a_session_long_gone_names_it() -> None:
    given(presence, signed_in(), signed_in(1, PHONE), signed_out(PHONE)).when(
        sign_out(session=PHONE)
    ).then_refused("presence.session_ended", naming=PHONE)


def test_several_devices_are_one_presence_that_ends_with_the_last() -> None:
    both = given(presence, signed_in(), signed_in(10, PHONE))
    assert both.state.kind == "present"
    one = given(presence, signed_in(), signed_in(10, PHONE), signed_out())
    one.when(sign_out(session=PHONE)).then(signed_out(PHONE))
    assert view(LI, one.state, None)["status"] == "active"
    none = given(presence, signed_in(), signed_in(10, PHONE), signed_out(), signed_out(PHONE))
    assert view(LI, none.state, None)["status"] == "absent"


def test_signing_in_again_ends_idling_and_silence() -> None:
    for silence in (went_idle(), went_offline()):
        again = given(presence, signed_in(), silence, signed_in(55, PHONE))
        assert view(LI, again.state, None)["status"] == "active"
        again.when(go_offline(50)).then()
        again.when(come_back("offline", 52)).then()


def test_a_session_older_than_its_token_is_dropped_at_the_next_sign_in() -> None:
    late = SESSION / timedelta(minutes=1)
    again = given(presence, signed_in(), signed_in(late, PHONE))
    again.when(sign_out(late + 1)).then_refused("presence.session_ended")
    again.when(sign_out(late + 1, PHONE)).then(signed_out(PHONE))


def test_a_mark_told_again_under_another_id_shows_nothing_new() -> None:
    """A takeover tells the day's marks again; nothing may follow from one that is out of date."""
    came = given(presence, signed_in(), went_offline(50), came_back("offline", 60))
    came.when(go_offline(50)).then()
    came.when(go_idle(40)).then()
    gone = given(
        presence, signed_in(), went_offline(50), came_back("offline", 60), went_offline(60)
    )
    gone.when(come_back("offline", 60)).then()
    gone.when(come_back("offline", 61)).then(came_back("offline", 61))


def test_the_view_tells_since_when_and_its_version_counts_what_happened() -> None:
    idle = given(presence, signed_in(), went_idle()).state
    assert view(LI, idle, None) == {
        "officer_id": LI,
        "version": 2,
        "status": "idle",
        "since": at(40).isoformat(),
    }
    assert version(idle, go_idle()) == version_of_view(idle, None) == 2
    assert view(LI, Absent(), None)["since"] is None


minutes = st.integers(0, 800)
sessions = st.sampled_from((WINDOW, PHONE))
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(sign_in, minutes, sessions),
    st.builds(sign_out, minutes, sessions),
    st.builds(go_idle, minutes),
    st.builds(go_offline, minutes),
    st.builds(come_back, st.sampled_from(("idle", "offline")), minutes),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(signed_in, minutes, sessions),
    st.builds(signed_out, sessions),
    st.builds(went_idle, minutes),
    st.builds(went_offline, minutes),
    st.builds(came_back, st.sampled_from(("idle", "offline")), minutes),
    st.just(ActionRefused(action="presence.sign_in", code="rights.denied", detail="无")),
)


def carried_out(history: Sequence[Command]) -> list[Event]:
    """Give the events that follow from `history`, refused attempts left out."""
    log: list[Event] = []
    for command in history:
        log += given(presence, *log).when(command).events
    return log


@for_all(st.lists(commands, max_size=12), commands)
def test_a_command_told_twice_has_the_effect_of_one(
    history: list[Command], command: Command
) -> None:
    log = carried_out(history)
    once = [*log, *given(presence, *log).when(command).events]
    assert not given(presence, *once).when(command).events


@for_all(st.lists(commands, max_size=12), st.data())
def test_a_mark_told_again_later_never_shows_anything(
    history: list[Command], data: st.DataObject
) -> None:
    history = [c for c in history if not isinstance(c, SignIn | SignOut)]
    history = [sign_in(), *sorted(history, key=lambda command: command.at)]
    again = data.draw(st.sampled_from(history))
    log = carried_out(history)
    assert not given(presence, *log).when(again).events


@for_all(st.lists(events, max_size=12))
def test_evolve_takes_whatever_happened(history: list[Event]) -> None:
    state = given(presence, *history).state
    assert isinstance(state, Absent | Present)
    if isinstance(state, Present):
        assert state.sessions


@for_all(st.lists(commands, max_size=20))
def test_whoever_has_a_session_is_present_and_nobody_else(history: list[Command]) -> None:
    log = carried_out(history)
    state = given(presence, *log).state
    changes = [e for e in log if not isinstance(e, ActionRefused)]
    assert state.version == len(changes)
    last = next((e for e in reversed(log) if isinstance(e, SignedIn | SignedOut)), None)
    if isinstance(state, Absent):
        assert not isinstance(last, SignedIn)


def test_every_refusal_code_of_the_core_has_its_test() -> None:
    assert codes_raised(Path("services/supervision/core")) == codes_specified(
        Path("tests/supervision/core")
    )
