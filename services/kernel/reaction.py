"""What a service does because of another's event."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.decider import Command


@dataclass(frozen=True, slots=True)
class Reaction:
    """A command that follows from an event. Everything in it comes from that event, so that the
    same event always gives the same bytes."""

    name: str
    """`<service>.<effect>`, unique among the reactions to one event: the shell makes the command
    id `uuid5(event_id, name)`."""
    command: Command
