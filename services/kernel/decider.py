"""The rules of one subject: what a command brings about, and what an event changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, Literal, Protocol, TypeVar

from schemas.events.base import Event
from schemas.facts import Item, Officer, Organisation
from services.kernel.actor import Actor
from services.kernel.calendar import Calendar

State = TypeVar("State")
CommandT = TypeVar("CommandT", bound="Command")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody wants done. Time and actor come with it: a rule reads no clock."""

    action: ClassVar[str]
    """Key of the table of rights, `review.claim`; names the attempt where it is refused."""

    key: str
    """The case id; for presence the officer id."""
    actor: Actor
    at: datetime
    """When it was asked for, UTC, milliseconds, by the server's clock."""


class Refused(Exception):
    """An attempt that a rule does not allow. Nothing happened; the attempt is recorded."""

    def __init__(
        self, code: str, detail: str, kind: Literal["conflict", "forbidden"] = "conflict"
    ) -> None:
        super().__init__(code)
        self.code = code
        """Stable, dotted, lower case: `review.already_concluded`."""
        self.detail = detail
        """For the officer, zh-CN: what is wrong and what to do."""
        self.kind = kind
        """`forbidden` answers 403, `conflict` 409."""


class UnknownReference(Exception):
    """A version that the reference facts (not yet) hold: a fault, not a refusal."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name}")
        self.kind = kind
        self.name = name


class Reference(Protocol):
    """Versioned reference facts; the same version always gives the same content."""

    def item(self, code: str, version: int) -> Item:
        """Give one version of an item.

        Raises:
            UnknownReference: not (yet) known here.
        """

    def organisation(self, path: str) -> Organisation:
        """Give an organisation. Raises `UnknownReference`."""

    def officer(self, officer_id: str) -> Officer | None:
        """Give an officer with the posts of now; None where unknown or retired."""

    def calendar(self, version: str) -> Calendar:
        """Give the calendar of that version. Raises `UnknownReference`."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, CommandT]):
    """`decide` may refuse, `evolve` never does; both are pure."""

    start: State
    decide: Callable[[State, CommandT], Sequence[Event]]
    evolve: Callable[[State, Event], State]
