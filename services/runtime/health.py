"""What a process needs before it may take work, and since when it lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.runtime import clock, metrics


@dataclass(frozen=True, slots=True)
class Missing:
    """A dependency that is not there."""

    name: str
    since: datetime
    """UTC; of the whole outage, even where its description changed meanwhile."""
    what: str
    """For the operator: what is wrong."""


class Health:
    """The named checks of one process (`kafka`, `store`, `lag`, `reference`, …).

    Safe to set from any thread; a check never named is not waited for.
    """

    def __init__(self, now: Callable[[], datetime] = clock.now) -> None:
        self._now = now
        self._checks: dict[str, Missing | None] = {}

    def expect(self, *names: str) -> None:
        """Name what must come up before the process is ready."""
        for name in names:
            if name not in self._checks:
                self.down(name, "启动中 starting")

    def up(self, name: str) -> None:
        """Say that `name` is there. Cheap: may be said with every batch."""
        if name not in self._checks or self._checks[name] is not None:
            self._checks[name] = None
            metrics.gauge("ready", check=name).set(1)

    def down(self, name: str, what: str) -> None:
        """Say that `name` is missing; the instant of the first such word is kept."""
        before = self._checks.get(name)
        since = before.since if before is not None else self._now()
        self._checks[name] = Missing(name, since, what)
        metrics.gauge("ready", check=name).set(0)

    def missing(self) -> tuple[Missing, ...]:
        """Give what is missing, longest first; empty where the process is ready."""
        found = [check for check in list(self._checks.values()) if check is not None]
        return tuple(sorted(found, key=lambda check: (check.since, check.name)))

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing()
