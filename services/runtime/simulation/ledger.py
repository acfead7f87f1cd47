"""What was acknowledged, written down beside the system that is to have kept it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from services.runtime.simulation.plan import Way

_ACTS: Final = {
    "applications": "submit",
    "appointments": "book",
    "restrictions": "restrict",
    "sessions": "sign-in",
}
BATCH: Final = 64
"""Lines that a lost machine may cost, unless every line is made sure of."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One command that was answered for good."""

    command_id: str
    officer_id: str
    service: str
    path: str
    status: int
    """As HTTP told it."""
    code: str
    """Of the refusal; empty where it was carried out."""
    version: int | None
    case_id: str
    tries: int
    at: datetime
    """When the answer was there, UTC."""
    act: str = ""
    """Where the path does not end with it."""


@dataclass(frozen=True, slots=True)
class CaseStands:
    """How a case stood when the run was done with it."""

    case_id: str
    item: str
    shape: str
    organisation: str
    """Path of where it was handed in."""
    way: Way
    steps: tuple[tuple[str, str, str], ...]
    """Of the route that were closed: organisation, duty, outcome."""
    item_kind: str = ""
    """As the catalogue names it."""
    channel: str = ""
    done: tuple[str, ...] = ()
    """What was done on its steps besides, `stopped:survey`; sorted."""
    topic: str = ""
    """With which it was handed in; empty of a case by itself."""
    family: str = ""
    """Id of those that were handed in with it."""


class Ledger:
    """Lines of JSON, each an `acknowledged` or a `case`; kept in memory, and on disk if wanted.

    Lines are on the disk, not only in its cache, after every 64th, or after each one.
    """

    def __init__(self, path: Path | None = None, *, every_line: bool = False) -> None:
        """Open the ledger; an older file of the name is added to.

        Raises:
            OSError: it cannot be written.
        """
        self.acknowledged: list[Acknowledged] = []
        self.cases: list[CaseStands] = []
        self._file = path.open("ab") if path is not None else None
        self._batch = 1 if every_line else BATCH
        self._waiting = 0

    def note(self, line: Acknowledged | CaseStands) -> None:
        """Write one line down."""
        if isinstance(line, Acknowledged):
            self.acknowledged.append(line)
            self._write({"kind": "acknowledged", **asdict(line)})
        else:
            self.cases.append(line)
            self._write({"kind": "case", **asdict(line)})

    def close(self) -> None:
        """Make sure of the last lines."""
        if self._file is not None:
            self._sync()
            self._file.close()
            self._file = None

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            return
        self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))
        self._waiting += 1
        if self._waiting >= self._batch:
            self._sync()

    def _sync(self) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._waiting = 0


def by_organisation(cases: Iterable[CaseStands]) -> dict[str, dict[str, int]]:
    """Count accepted, completed and open cases by where they were accepted, sorted by path."""
    found: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.way in {"withdrawn", "not_accepted"}:
            continue
        counts = found.setdefault(case.organisation, {"accepted": 0, "completed": 0, "open": 0})
        counts["accepted"] += 1
        counts["open" if case.way == "left_open" else "completed"] += 1
    return dict(sorted(found.items()))


def by_topic(cases: Iterable[CaseStands]) -> dict[str, int]:
    """Count families by their topic, sorted by code."""
    families = {(case.topic, case.family) for case in cases if case.family}
    return dict(sorted(Counter(topic for topic, _ in families).items()))


def acts_and_refusals(lines: Iterable[Acknowledged]) -> tuple[dict[str, int], dict[str, int]]:
    """Count what was carried out, by act, and what was refused, by code; both sorted by name."""
    acts: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for line in lines:
        if line.code:
            refusals[line.code] += 1
        else:
            last = line.path.rpartition("/")[2]
            acts[line.act or _ACTS.get(last, last)] += 1
    return dict(sorted(acts.items())), dict(sorted(refusals.items()))
