"""How fresh the tables are: on every answer, and in the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Protocol

from services.runtime import metrics
from services.runtime.health import Health
from services.supervision.shell.store.positions import Partition

LOG_SILENT_SECONDS: Final = 5.0
"""A broker that has not answered for so long is away; it is asked ten times a second."""


class Stands(Protocol):
    """How far a partition was read, and how far it went when the broker was last asked."""

    @property
    def position(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def asked_at(self) -> int: ...


class Freshness:
    """Up to which instant the stream is in the tables, and what keeps them from being fresher.

    Written by the projector, read by the API of the same process.
    """

    def __init__(self, health: Health, *, shown: bool = True) -> None:
        """`shown` in the metrics: so is the projection, and no rebuild beside it."""
        self._health, self._shown = health, shown
        self._until: dict[Partition, int] = {}
        self.as_of: datetime | None = None
        """Everything appended to the log before it is in the tables; None until that is known."""
        self.store_since: datetime | None = None
        """Since when the store has been away; None where it is there."""
        self.log_since: datetime | None = None
        """Since when the log has been away; None where it is there."""
        health.expect("store", "log")

    def lag_seconds(self, now: datetime) -> float | None:
        """Give how far the tables may be behind at `now`, to the millisecond; None as `as_of`."""
        return (
            None if self.as_of is None else max(0.0, round((now - self.as_of).total_seconds(), 3))
        )

    def store_up(self) -> None:
        """Say that the store took something."""
        self.store_since = None
        self._health.up("store")

    def store_down(self, now: datetime, what: str) -> None:
        """Say that the store does not answer."""
        self.store_since = self.store_since or now
        self._health.down("store", what)

    def log_down(self, now: datetime, what: str) -> None:
        """Say that the log does not answer."""
        self.log_since = self.log_since or now
        self._health.down("log", what)

    def inserted(self, appended_at: Mapping[Partition, int]) -> None:
        """Note the latest instants of appending (milliseconds) that went into the tables."""
        for partition, instant in appended_at.items():
            self._until[partition] = max(instant, self._until.get(partition, 0))

    def looked(
        self, standings: Mapping[Partition, Stands], pending: set[Partition], now: datetime
    ) -> None:
        """Note what the broker said; `pending` partitions have messages read and not inserted."""
        if not standings:
            return
        for partition, stands in standings.items():
            if stands.position >= stands.end and partition not in pending:
                known = self._until.get(partition, 0)
                self._until[partition] = max(stands.asked_at, known)
        self._tell(standings, now)

    def _tell(self, standings: Mapping[Partition, Stands], now: datetime) -> None:
        latest = max(stands.asked_at for stands in standings.values()) / 1000
        if now.timestamp() - latest > LOG_SILENT_SECONDS:
            self.log_down(datetime.fromtimestamp(latest, UTC), "the broker does not answer")
        else:
            self.log_since = None
            self._health.up("log")
        if all(partition in self._until for partition in standings):
            oldest = min(self._until[partition] for partition in standings)
            self.as_of = datetime.fromtimestamp(oldest / 1000, UTC)
            if self._shown:
                metrics.set_gauge("projection_freshness_seconds", self.lag_seconds(now) or 0.0)
