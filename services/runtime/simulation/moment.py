"""A step on an officer's desk: what an act of the simulation sees, and how it acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.runtime.clock import now
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.staff import Staff


@dataclass(slots=True)
class Moment:
    """One step that `officer` has claimed and will close with `outcome`."""

    item: Mapping[str, Any]
    """As `GET /v1/items` gives it."""
    step: Mapping[str, Any]
    """As its route gives it."""
    outcome: str
    officer: Desk
    clerk: Desk
    """Who took the case in."""
    channel: str
    staff: Staff
    random: Random
    """The same seed, the same choices."""
    send: Callable[[Desk, str, dict[str, Any]], Awaitable[Answer]]
    """Post a body to a path below the step; whoever was refused raises."""
    heard: tuple[str, ...]
    """Departments that the route asks."""
    disagreed: list[str]
    """Departments that have to be overruled by name; an act may change it."""
    version: int | None
    """Of the step, after the last act."""
    done: list[str]
    """What was done on the case, for the report: `stopped:survey`, `delivered:courier`."""

    async def act(self, act: str, body: dict[str, Any], by: Desk | None = None) -> Answer:
        """Do it as the officer, or as somebody else."""
        answer = await self.send(by or self.officer, act, body)
        self.version = answer.version
        return answer

    def note(self, what: str, which: str = "") -> None:
        """Write down what was done."""
        self.done.append(f"{what}:{which}" if which else what)

    def chance(self, share: float) -> bool:
        """Draw."""
        return self.random.random() < share

    @property
    def soon(self) -> str:
        """An hour from now, as a body tells it."""
        return told(now() + timedelta(hours=1))

    @property
    def is_final(self) -> bool:
        """Whether the case ends here, approved."""
        return bool(self.step["duty"] == "decide") and self.outcome == "approved"


def told(instant: datetime) -> str:
    """Give an instant as a body tells it."""
    return instant.isoformat()
