"""Presence windows: from beats and operations to idle, offline and back. Pure; times in ms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from services.kernel.actor import SYSTEM, Actor
from services.kernel.reaction import Reaction
from services.supervision.core.presence_commands import ComeBack, GoIdle, GoOffline

IDLE_MS: Final = 30 * 60 * 1000
"""在线不在岗: from the thirtieth minute without an operation (domain §6)."""
OFFLINE_MS: Final = 90 * 1000
"""A browser that has gone silent so long is offline from its last beat (domain §6)."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A beat or an operation of one device of an officer."""

    officer_id: str
    session_id: str
    organisation: str
    kind: Literal["beat", "activity"]
    at: int


@dataclass(frozen=True, slots=True)
class Window:
    """What was last heard of an officer, over all devices."""

    session_id: str
    organisation: str
    last_beat: int
    last_activity: int
    told: Literal["active", "idle", "offline"] = "active"


def heard(window: Window | None, signal: Signal) -> tuple[Window, tuple[Reaction, ...]]:
    """Give the window after `signal`, and what it shows: a silence before it, the way back.

    Signals may come late or twice; what is older than the last one heard shows nothing.
    """
    if window is None:
        return Window(signal.session_id, signal.organisation, signal.at, signal.at), ()
    acted = signal.kind == "activity"
    if signal.at <= window.last_beat:
        latest = max(window.last_activity, signal.at) if acted else window.last_activity
        return replace(window, last_activity=latest), ()
    shown: list[Reaction] = []
    if signal.at - window.last_beat < OFFLINE_MS:
        # Open all the while: it was idle between, too, if the thirtieth minute lies there.
        window = replace(window, last_beat=signal.at)
    # The sweep may have been away: a silence that ends now is marked before its end is.
    while (fallen := fallen_silent(signal.officer_id, window, signal.at)) is not None:
        window, mark = fallen
        shown.append(mark)
    if window.told == "offline" or (window.told == "idle" and acted):
        shown.append(_back(signal, window.told))
        window = replace(window, told="active", last_activity=signal.at)
    elif acted:
        window = replace(window, last_activity=signal.at)
    after = replace(
        window,
        session_id=signal.session_id,
        organisation=signal.organisation,
        last_beat=signal.at,
    )
    return after, tuple(shown)


def fallen_silent(officer_id: str, window: Window, now: int) -> tuple[Window, Reaction] | None:
    """Give the mark that is due at `now`, None where none is.

    Which marks a window shows, and in which order, does not depend on when one asks: idle is
    told only where a beat after the thirtieth minute shows that the browser was still open.
    """
    idle_since = window.last_activity + IDLE_MS
    if window.told == "active" and idle_since < window.last_beat:
        idle = GoIdle(
            key=officer_id,
            actor=Actor(SYSTEM, window.organisation),
            at=_instant(idle_since),
            session_id=window.session_id,
            since=_instant(idle_since),
        )
        return replace(window, told="idle"), Reaction(f"supervision.idle.{idle_since}", idle)
    if window.told != "offline" and now - window.last_beat >= OFFLINE_MS:
        since = window.last_beat
        gone = GoOffline(
            key=officer_id,
            actor=Actor(SYSTEM, window.organisation),
            at=_instant(since + OFFLINE_MS),
            session_id=window.session_id,
            since=_instant(since),
        )
        return replace(window, told="offline"), Reaction(f"supervision.offline.{since}", gone)
    return None


def session_of(mark: Reaction) -> str:
    """Give the session that a mark of these windows names; its command id is derived from it."""
    command = mark.command
    assert isinstance(command, GoIdle | GoOffline | ComeBack)
    return command.session_id


def _back(signal: Signal, after: Literal["idle", "offline"]) -> Reaction:
    back = ComeBack(
        key=signal.officer_id,
        actor=Actor(SYSTEM, signal.organisation),
        at=_instant(signal.at),
        session_id=signal.session_id,
        after=after,
        since=_instant(signal.at),
    )
    return Reaction(f"supervision.back.{signal.at}", back)


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
