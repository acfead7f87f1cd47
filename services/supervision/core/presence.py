"""Who is at the desk (在线即在岗, 下线即缺勤): several devices are one presence (domain §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias, assert_never

from pydantic import Field

from schemas.events.base import Event
from schemas.events.presence import CameBack, SignedIn, SignedOut, WentIdle, WentOffline
from schemas.values import Instant
from services.kernel.actor import SYSTEM, Actor
from services.kernel.competence import require_system
from services.kernel.decider import Decider, Reference, Refused
from services.supervision.core.presence_commands import (
    ComeBack,
    Command,
    GoIdle,
    GoOffline,
    SignIn,
    SignOut,
)

SESSION: Final = timedelta(hours=12)
"""A token lives as long; an older session can no longer act and is dropped."""


@dataclass(frozen=True, slots=True)
class Session:
    """One device that is signed in."""

    session_id: str
    opened_at: Instant


@dataclass(frozen=True, slots=True)
class Absent:
    """No session is open."""

    version: int = 0
    kind: Literal["absent"] = "absent"


@dataclass(frozen=True, slots=True)
class Present:
    """At least one session is open; what is seen of the officer over all of them."""

    sessions: tuple[Session, ...]
    status: Literal["active", "idle", "offline"]
    since: Instant
    """When the status began; what is told of an earlier time is out of date."""
    version: int
    kind: Literal["present"] = "present"

    def session(self, session_id: str) -> Session | None:
        """Give an open session."""
        return next((s for s in self.sessions if s.session_id == session_id), None)


State: TypeAlias = Annotated[Absent | Present, Field(discriminator="kind")]


def decider(reference: Reference) -> Decider[Absent | Present, Command]:
    """Give the rules of presence; they need no reference facts."""
    return Decider(Absent(), decide, evolve)


def decide(state: Absent | Present, command: Command) -> Sequence[Event]:
    """Give what follows from `command`.

    Raises:
        Refused: `rights.denied` (one signs in and out oneself; marks come from the windows),
            `presence.session_ended`.
    """
    match state:
        case Absent():
            return _absent(command)
        case Present():
            return _present(state, command)
        case _:
            assert_never(state)


def _absent(command: Command) -> Sequence[Event]:
    match command:
        case SignIn():
            return _signed_in(command)
        case SignOut():
            raise _ended(command)
        case GoIdle() | GoOffline() | ComeBack():
            require_system(command.actor)
            return ()
        case _:
            assert_never(command)


def _present(state: Present, command: Command) -> Sequence[Event]:
    match command:
        case SignIn():
            return () if state.session(command.session_id) else _signed_in(command)
        case SignOut():
            _require_oneself(command.actor, command.key)
            if state.session(command.session_id) is None:
                raise _ended(command)
            return [SignedOut(session_id=command.session_id)]
        case GoIdle():
            require_system(command.actor)
            if state.status != "active" or command.since < state.since:
                return ()
            return [WentIdle(session_id=command.session_id, since=command.since)]
        case GoOffline():
            require_system(command.actor)
            if state.status == "offline" or command.since < state.since:
                return ()
            return [WentOffline(session_id=command.session_id, since=command.since)]
        case ComeBack():
            require_system(command.actor)
            if state.status != command.after or command.since <= state.since:
                return ()
            return [
                CameBack(session_id=command.session_id, after=command.after, since=command.since)
            ]
        case _:
            assert_never(command)


def evolve(state: Absent | Present, event: Event) -> Absent | Present:
    """Give the state after `event`; checks no rule."""
    match event:
        case SignedIn():
            return _opened(state, event)
        case SignedOut():
            return _closed(state, event)
        case WentIdle() if isinstance(state, Present):
            return _marked(state, "idle", event.since)
        case WentOffline() if isinstance(state, Present):
            return _marked(state, "offline", event.since)
        case CameBack() if isinstance(state, Present):
            return _marked(state, "active", event.since)
        case _:
            return state


def view(key: str, state: Absent | Present, part: str | None) -> dict[str, object]:
    """Give whether the officer is at the desk, and since when."""
    found: dict[str, object] = {"officer_id": key, "version": state.version}
    match state:
        case Absent():
            return {**found, "status": "absent", "since": None}
        case Present():
            return {**found, "status": state.status, "since": state.since.isoformat()}
        case _:
            assert_never(state)


def answer(key: str, state: Absent | Present, events: Sequence[Event]) -> dict[str, object]:
    """Give the presence after a command."""
    return view(key, state, None)


def version(state: Absent | Present, command: Command) -> int:
    """Give what `If-Match` is compared with."""
    return state.version


def version_of_view(state: Absent | Present, part: str | None) -> int:
    """Give the `ETag` of a view."""
    return state.version


def _signed_in(command: SignIn) -> Sequence[Event]:
    _require_oneself(command.actor, command.key)
    return [
        SignedIn(
            session_id=command.session_id,
            since=command.at,
            organisation=command.organisation,
            device=command.device,
        )
    ]


def _require_oneself(actor: Actor, officer_id: str) -> None:
    if actor.officer_id not in (officer_id, SYSTEM):
        raise Refused("rights.denied", "只能为本人登录或退出。", kind="forbidden")


def _ended(command: SignOut) -> Refused:
    return Refused("presence.session_ended", f"会话 {command.session_id} 已结束，请重新登录。")


def _opened(state: Absent | Present, event: SignedIn) -> Present:
    opened = Session(event.session_id, event.since)
    before = state.sessions if isinstance(state, Present) else ()
    alive = tuple(s for s in before if s.opened_at > event.since - SESSION)
    return Present((*alive, opened), "active", event.since, state.version + 1)


def _closed(state: Absent | Present, event: SignedOut) -> Absent | Present:
    if not isinstance(state, Present):
        return state
    left = tuple(s for s in state.sessions if s.session_id != event.session_id)
    if not left:
        return Absent(state.version + 1)
    return replace(state, sessions=left, version=state.version + 1)


def _marked(
    state: Present, status: Literal["active", "idle", "offline"], since: Instant
) -> Present:
    return replace(state, status=status, since=since, version=state.version + 1)
