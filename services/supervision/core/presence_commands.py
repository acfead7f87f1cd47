"""What may be wanted of an officer's presence. Private to supervision; key: the officer id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from schemas.values import Instant, Label, OrganisationPath, SessionId
from services.kernel import decider


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfSession(decider.Command):
    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(_OfSession):
    """Open a session; the password was right."""

    action: ClassVar[str] = "presence.sign_in"

    organisation: OrganisationPath
    device: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(_OfSession):
    """Close a session by the officer's own act."""

    action: ClassVar[str] = "presence.sign_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoIdle(_OfSession):
    """Mark thirty minutes without an operation; comes from the presence windows."""

    action: ClassVar[str] = "presence.go_idle"

    since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOffline(_OfSession):
    """Mark ninety seconds without a beat; comes from the presence windows."""

    action: ClassVar[str] = "presence.go_offline"

    since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack(_OfSession):
    """Mark an operation after idling, or a beat after silence; comes from the windows."""

    action: ClassVar[str] = "presence.come_back"

    after: Literal["idle", "offline"]
    since: Instant


Command: TypeAlias = SignIn | SignOut | GoIdle | GoOffline | ComeBack

COMMANDS: tuple[type[Command], ...] = (SignIn, SignOut, GoIdle, GoOffline, ComeBack)
