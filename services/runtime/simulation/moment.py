"""A step on an officer's desk: what an act of the simulation sees, and how it acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.runtime.clock import now
from services.runtime.simulation.desk import Answer, Desk
from services.runtime.simulation.staff import Staff


@dataclass(slots=True)
class Moment:
    """One step that `officer` answers for and will close with `outcome`."""

    item: Mapping[str, Any]
    """As `GET /v1/items` gives it."""
    step: Mapping[str, Any]
    """As its route gives it; another organisation where it was taken over."""
    role: str
    """By which it is closed."""
    outcome: str
    officer: Desk
    """An act may lay it to another."""
    clerk: Desk
    """Who took the case in."""
    channel: str
    staff: Staff
    random: Random
    """The same seed, the same choices."""
    send: Callable[[Desk, str, dict[str, Any]], Awaitable[Answer]]
    """Post a body to a path below the step; whoever was refused raises."""
    on_route: Callable[[Desk, str, dict[str, Any]], Awaitable[Answer]]
    """The same below the route of the case."""
    until: Callable[[Desk, Callable[[Answer], bool]], Awaitable[Answer]]
    """Ask for the step until it is as wanted; raises where it never is."""
    procedures: Sequence[Mapping[str, Any]]
    """Special procedures that the item allows, in the order in which this case would use them."""
    heard: tuple[str, ...]
    """Departments that the route asks."""
    disagreed: list[str]
    """Departments that have to be overruled by name; an act may change it."""
    version: int | None
    """Of the step, after the last act."""
    lot: int
    """Drawn once for the case: among whom it is laid to."""
    done: list[str]
    """What was done on the case, for the report: `stopped:survey`, `delivered:courier`."""
    seals: Callable[[Desk], Awaitable[Sequence[str]]]
    """Ask which seals the organisation where the step lies now puts on its results, by code."""
    absent: Desk | None = None
    """For whom `officer` stands in."""
    gone: str = ""
    """How the step left the desk undecided: `returned`, `uploaded`."""

    async def act(self, act: str, body: dict[str, Any], by: Desk | None = None) -> Answer:
        """Do it as the officer, or as somebody else."""
        answer = await self.send(by or self.officer, act, body)
        self.version = answer.version
        return answer

    async def send_on(self, act: str, body: dict[str, Any], by: Desk | None = None) -> None:
        """Do it with the route of the case; the step itself follows by and by."""
        await self.on_route(by or self.officer, act, {"step_id": self.step["step_id"], **body})

    async def look(self, by: Desk, wanted: Callable[[Answer], bool]) -> None:
        """Wait until the step is as wanted, and go on from there."""
        self.version = (await self.until(by, wanted)).version

    def note(self, what: str, which: str = "") -> None:
        """Write down what was done."""
        self.done.append(f"{what}:{which}" if which else what)

    def chance(self, share: float) -> bool:
        """Draw."""
        return self.random.random() < share

    def draw(self, among: Sequence[object]) -> int:
        """Draw a place in what is not empty; the same for the step, however often it is asked."""
        return int(self.step["number"] + self.lot) % len(among)

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
