"""What came of a command, as it stands on `<service>.results.v1` and in the snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import orjson

from schemas.envelope import Record

ACCEPTED: Final = 200
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICT: Final = 409
STALE: Final = 412
KEY_REUSED: Final = 422
FAULT: Final = 500


class Result(NamedTuple):
    """The answer to one command. The same command id gives the same bytes, always."""

    status: int
    """HTTP status in which it is told."""
    body: bytes
    """JSON: the answer, or `{"code", "detail"}` of a refusal."""
    version: int = 0
    """Of the aggregate after the command; the `ETag`."""


def refusal(status: int, code: str, detail: str, version: int = 0) -> Result:
    """Give the result of a command that was not carried out."""
    return Result(status, orjson.dumps({"code": code, "detail": detail}), version)


def to_record(key: bytes, command_id: str, result: Result) -> Record:
    """Give the Kafka message."""
    head = (("id", command_id.encode()), ("result", b"%d %d" % (result.status, result.version)))
    return Record(key, result.body, head)


def from_message(value: bytes, headers: Iterable[tuple[str, bytes]]) -> tuple[str, Result]:
    """Give the command id and its result."""
    head = dict(headers)
    status, version = head["result"].split()
    return head["id"].decode(), Result(int(status), value, int(version))
