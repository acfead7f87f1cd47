"""What a service does because of another's event, or because an instant has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.facts import Organisation
from services.kernel.decider import Command


@dataclass(frozen=True, slots=True)
class Reaction:
    """A command that follows from an event. Everything in it comes from that event, so that the
    same event always gives the same bytes."""

    name: str
    """`<service>.<effect>`, unique among the reactions to one event: the shell makes the command
    id `uuid5(event_id, name)`."""
    command: Command


@dataclass(frozen=True, slots=True)
class Facts:
    """What timers are told of the reference facts; where it differs, all states are read anew."""

    calendar_version: str
    closed: Mapping[str, Organisation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and with what one looks at a state for its timers."""

    at: datetime
    """UTC; `at` of commands that are due at once."""
    calendar_version: str
    """The newest."""
    closed: Mapping[str, Organisation] = field(default_factory=dict)
    """Organisations with a day on which they are abolished, gone by or to come; by path."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A command that follows if nothing else happens to its key before."""

    due_at: datetime
    """Its command is never given before; one that has passed is due at once."""
    parent: str
    """UUID; the command id is `uuid5(parent, reaction.name)`."""
    reaction: Reaction
    """Its name holds what sets the timer, so that a timer set anew has another command id."""
