"""Of two who do the same at once one is first; the other is told who was, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from schemas.codec import instant_text
from services.kernel.actor import SYSTEM
from services.kernel.decider import Command, Refused
from services.runtime.snapshots import Snapshot

STALE_CODE: Final = "request.stale"


def stale(snapshot: Snapshot[Any], version: int) -> Refused:
    """Give the refusal of a command that was given on something older than `version`."""
    if not snapshot.changes:
        return Refused(STALE_CODE, "尚无任何记录（当前版本 0），请刷新后核对再提交。")
    return Refused(
        STALE_CODE,
        f"该办件已由 {snapshot.last_actor} 于 {_last_at(snapshot)} 更新（当前版本 {version}），"
        "请刷新后核对再提交。",
    )


def require_first(snapshot: Snapshot[Any], command: Command, version: int) -> None:
    """Pass where a command that brings nothing about is a repeat, not the second of two officers
    who did the same in the same millisecond: to a core those look alike.

    Raises:
        Refused: `request.stale`.
    """
    somebody_else = snapshot.last_actor not in {"-", SYSTEM, command.actor.officer_id}
    by_hand = command.actor.officer_id != SYSTEM
    if somebody_else and by_hand and snapshot.last_at == epoch_ms(command.at):
        raise stale(snapshot, version)


def by_whom(snapshot: Snapshot[Any], command: Command) -> str:
    """Say who changed the case last, and when, to whoever came too late for it."""
    if snapshot.last_actor in {"-", SYSTEM, command.actor.officer_id}:
        return ""
    return f"（最近由 {snapshot.last_actor} 于 {_last_at(snapshot)} 更新）"


def epoch_ms(at: datetime) -> int:
    """Give an instant as milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def _last_at(snapshot: Snapshot[Any]) -> str:
    return instant_text(datetime.fromtimestamp(snapshot.last_at / 1000, tz=UTC))
