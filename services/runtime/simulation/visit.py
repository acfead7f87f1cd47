"""A visit to the window: what an act of the simulation sees of it, and how it acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final, TypeAlias

from services.runtime.simulation.desk import Answer, Desk

Json: TypeAlias = dict[str, Any]
CLERK: Final = "clerk"
"""Whoever sits at the window, as `desk_of` knows them."""


@dataclass(slots=True)
class Visit:
    """Somebody at the window of `organisation`, for one item."""

    item: Mapping[str, Any]
    """As `GET /v1/items` gives it."""
    applicant: Mapping[str, str]
    organisation: str
    channel: str
    today: date
    """Local day."""
    random: Random
    """The same seed, the same choices."""
    ask: Callable[[str], Awaitable[Answer]]
    """Get a path of intake."""
    post: Callable[[str, Json, Sequence[int]], Awaitable[Answer]]
    """Post a body to a path of intake; an answer of another status raises."""
    put: Callable[[str, bytes], Awaitable[Answer]]
    """Put a file of this name to the application."""
    take_off: Callable[[str], Awaitable[Answer]]
    """Take the file of this name off the draft."""
    rewrite: Callable[[Json, Sequence[int]], Awaitable[Answer]]
    """Put the draft down anew, as a whole."""
    post_as: Callable[[str, str, Json, Sequence[int]], Awaitable[Answer]]
    """Post as somebody of this role, otherwise like `post`."""
    desk_of: Callable[[str], Desk]
    """Give the desk of somebody of this role, for what is no command: questions, erasures."""
    done: list[str]
    case_id: str = ""
    """Once there is a case."""
    version: int | None = None
    """Of the application, after the last act."""
    appointment: str = ""
    """Its id, while a place is kept."""
    on: date | None = None
    """For when."""
    free: list[str] = field(default_factory=list)
    """Slots of that day which had places left, but the one that was taken."""
    called: bool = False
    """Whether the number was called to a desk."""
    body: Json = field(default_factory=dict)
    """Of the application, as it was put down last."""
    restriction: str = ""
    """Path of the credit restriction that is in force, while there is one."""
    papers: int = 0
    """Files that were attached, those taken off again included."""

    def note(self, what: str, which: str = "") -> None:
        """Write down what was done."""
        self.done.append(f"{what}:{which}" if which else what)

    async def person(self, told: Mapping[str, str]) -> str:
        """Look somebody up by number, as the clerk; give the pseudonym, empty where unknown."""
        sought = {name: told[name] for name in ("id_number", "kind")}
        clerk = self.desk_of(CLERK)
        answer = await clerk.act("intake", "/v1/people/lookup", sought)
        return str(answer.json()["applicant_ref"]) if answer.ok else ""

    async def of_appointment(self, act: str, body: Json, *expected: int) -> Answer:
        """Do something with the place that is kept."""
        return await self.post(f"/v1/appointments/{self.appointment}/{act}", body, expected)
