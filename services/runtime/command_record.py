"""A command as it stands on `<service>.commands.v1`. Private to one service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from schemas.envelope import Record
from services.runtime.ids import is_uuid

VIEW: Final = "?view"
"""Name of the command that asks for the state and changes nothing."""


_FINGERPRINT: Final = re.compile(r"[!-~]{0,128}")
"""One word: it is a field of a snapshot's line."""


class CommandRecord(NamedTuple):
    """Head and body of a command; the body is not yet read."""

    name: str
    """Class name of the command, or `VIEW`."""
    command_id: str
    key: str
    body: bytes
    fingerprint: str = ""
    """Of what the client sent; empty for reactions, which differ by id only."""
    correlation_id: str = ""
    expected_version: int | None = None
    part: str | None = None
    """Of a view: which part of the state."""


class NotACommand(Exception):
    """The message cannot be taken for a command; goes to the dead letters."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def to_record(command: CommandRecord) -> Record:
    """Give the Kafka message."""
    headers = [
        ("name", command.name.encode()),
        ("id", command.command_id.encode()),
        ("fingerprint", command.fingerprint.encode()),
        ("correlation", (command.correlation_id or command.command_id).encode()),
    ]
    if command.expected_version is not None:
        headers.append(("expected", b"%d" % command.expected_version))
    if command.part is not None:
        headers.append(("part", command.part.encode()))
    return Record(command.key.encode(), command.body, tuple(headers))


def from_message(
    key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]
) -> CommandRecord:
    """Read the head of a command.

    Raises:
        NotACommand: a head field is missing or broken.
    """
    head = dict(headers)
    if key is None or value is None:
        raise NotACommand("command.empty")
    try:
        found = CommandRecord(
            name=head["name"].decode(),
            command_id=head["id"].decode(),
            key=key.decode(),
            body=value,
            fingerprint=head["fingerprint"].decode(),
            correlation_id=head["correlation"].decode(),
            expected_version=int(head["expected"]) if "expected" in head else None,
            part=head["part"].decode() if "part" in head else None,
        )
    except KeyError as missing:
        raise NotACommand(f"command.missing-header.{missing.args[0]}") from missing
    except ValueError as broken:
        raise NotACommand("command.header-broken") from broken
    if not is_uuid(found.command_id) or not _FINGERPRINT.fullmatch(found.fingerprint):
        # Event ids are derived from the one; a repeat is known by both.
        raise NotACommand("command.header-broken")
    return found
