"""The state of each key after its last command, with the results of its latest commands.

One snapshot is text of several lines, so that a worker can keep a hundred thousand of them as
bytes and read only the line it needs (JSON never holds a bare line feed):

    <sequence> <version> <last actor> <last change, ms since the epoch>
    <state as JSON>
    <command id> <fingerprint or -> <at, ms> <status> <version> <result body>      (oldest first)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter

from services.runtime.results import Result

State = TypeVar("State")
KEPT_RESULTS: Final = 200
KEPT_BYTES: Final = 1 << 18
"""Of remembered lines: a snapshot is written with every batch, and has to fit a message."""


@dataclass(slots=True)
class Snapshot(Generic[State]):
    """Decoded; belongs to one worker, which replaces it after each commit."""

    sequence: int
    """Of the last event of this key on the service's topic, refused attempts included."""
    changes: int
    """How many commands took effect."""
    last_actor: str
    last_at: int
    """Milliseconds since the epoch."""
    state: State
    remembered: tuple[bytes, ...]
    """One line a command, oldest first."""


def find_remembered(lines: Sequence[bytes], command_id: bytes) -> tuple[str, Result] | None:
    """Give the fingerprint and the result of a command carried out before, if it is known."""
    for line in reversed(lines):
        if line.startswith(command_id + b" "):
            _, fingerprint, _, status, version, body = line.split(b" ", 5)
            told = fingerprint.decode() if fingerprint != b"-" else ""
            return told, Result(int(status), body, int(version))
    return None


def state_of(stored: bytes) -> bytes:
    """Give the state alone, as JSON, without reading it; empty where there is none."""
    return stored.partition(b"\n")[2].partition(b"\n")[0]


def carried_out(stored: bytes, command_id: str) -> bool:
    """Say whether the command is among those that a stored snapshot remembers."""
    return b"\n%s " % command_id.encode() in stored


def remembered_line(command_id: str, fingerprint: str, at: int, result: Result) -> bytes:
    """Give the line that lets the same command be answered the same way again."""
    return b"%s %s %d %d %d %s" % (
        command_id.encode(),
        fingerprint.encode() or b"-",
        at,
        result.status,
        result.version,
        result.body,
    )


def keep(lines: tuple[bytes, ...], now: int, keep_ms: int | None) -> tuple[bytes, ...]:
    """Give the lines still to be kept: the last 200, and where `keep_ms` is set no older ones.

    Where they are long, fewer, but always the last one.
    """
    lines = lines[-KEPT_RESULTS:]
    if (size := sum(map(len, lines))) > KEPT_BYTES:
        first = 0
        while size > KEPT_BYTES and first < len(lines) - 1:
            size -= len(lines[first])
            first += 1
        lines = lines[first:]
    if keep_ms is None:
        return lines
    return tuple(line for line in lines if int(line.split(b" ", 3)[2]) > now - keep_ms)


def to_bytes(snapshot: Snapshot[State], state: TypeAdapter[State]) -> bytes:
    """Give the stored form."""
    head = b"%d %d %s %d" % (
        snapshot.sequence,
        snapshot.changes,
        snapshot.last_actor.encode(),
        snapshot.last_at,
    )
    return b"\n".join((head, state.dump_json(snapshot.state), *snapshot.remembered))


def from_bytes(stored: bytes, state: TypeAdapter[State]) -> Snapshot[State]:
    """Read a stored form."""
    head, body, *remembered = stored.split(b"\n")
    sequence, changes, actor, at = head.split(b" ")
    return Snapshot(
        sequence=int(sequence),
        changes=int(changes),
        last_actor=actor.decode(),
        last_at=int(at),
        state=state.validate_json(body),
        remembered=tuple(remembered),
    )
