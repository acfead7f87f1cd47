"""What the loop, the gateway and the reactions must know of one service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from schemas.events.base import Event
from schemas.topics import commands_topic, results_topic, snapshots_topic
from services.kernel.decider import Command, Decider, Reference

State = TypeVar("State")
Json: TypeAlias = dict[str, Any]
"""A JSON object, as a core's `view` and `answer` give it."""


@dataclass(frozen=True)
class Service(Generic[State]):
    """One service's rules and the names of its topics. Built once, in its `shell/wiring.py`."""

    name: str
    events_topic: str
    state: TypeAdapter[State]
    decider: Callable[[Reference], Decider[State, Any]]
    commands: Mapping[str, TypeAdapter[Any]]
    """By class name."""
    view: Callable[[str, State, str | None], Json]
    answer: Callable[[str, State, Sequence[Event]], Json]
    version: Callable[[State, Any], int]
    """What `If-Match` of a command is compared with."""
    version_of_view: Callable[[State, str | None], int]
    remember: timedelta | None = None
    """How long a command's result is kept in the snapshot; without it the last 200."""
    beside: bool = False
    """Carried out in the process of another service, with topics of its own (ADR 0021)."""
    group: str = field(init=False)
    commands_topic: str = field(init=False)
    results_topic: str = field(init=False)
    snapshots_topic: str = field(init=False)

    def check(self, name: str) -> str:
        """Give how a check of this service is named in the health of its process."""
        return f"{name} {self.name}" if self.beside else name

    def __post_init__(self) -> None:
        for name, value in (
            ("group", f"{self.name}.worker"),
            ("commands_topic", commands_topic(self.name)),
            ("results_topic", results_topic(self.name)),
            ("snapshots_topic", snapshots_topic(self.name)),
        ):
            object.__setattr__(self, name, value)


def adapters(commands: Iterable[type[Command]]) -> dict[str, TypeAdapter[Any]]:
    """Give the JSON form of each command by its class name."""
    return {c.__name__: TypeAdapter(c) for c in commands}
