"""`officer.presence.events.v1`: who is at the desk (在线即在岗). Key: the officer id."""

from __future__ import annotations

from typing import ClassVar, Literal

from schemas.events.base import PRESENCE, Event
from schemas.values import Instant, Label, OrganisationPath, SessionId


class _Presence(Event):
    topics: ClassVar[tuple[str, ...]] = (PRESENCE,)

    session_id: SessionId


class SignedIn(_Presence):
    """在线. The officer is active."""

    type: ClassVar[str] = "cn.cunban.officer.signed-in.v1"

    since: Instant
    organisation: OrganisationPath
    device: Label


class SignedOut(_Presence):
    """下线, by the officer's own act."""

    type: ClassVar[str] = "cn.cunban.officer.signed-out.v1"


class WentIdle(_Presence):
    """在线不在岗: online, but no operation for thirty minutes."""

    type: ClassVar[str] = "cn.cunban.officer.went-idle.v1"

    since: Instant
    """The thirtieth minute after the last operation."""


class WentOffline(_Presence):
    """The browser fell silent for ninety seconds."""

    type: ClassVar[str] = "cn.cunban.officer.went-offline.v1"

    since: Instant
    """The last beat: absent from then on."""


class CameBack(_Presence):
    """Active again, after idling or silence."""

    type: ClassVar[str] = "cn.cunban.officer.came-back.v1"

    since: Instant
    """The operation or beat that showed it."""
    after: Literal["idle", "offline"]
