"""What a route comes to by itself: an organisation at which it lies is abolished."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.moves import StepRerouted
from services.kernel.actor import SYSTEM, Actor
from services.kernel.calendar import local
from services.kernel.reaction import Occasion, Reaction, Timer
from services.kernel.succession import closing_instant, content_version, heir
from services.routing.core.commands import RerouteStep
from services.routing.core.moving import move_of
from services.routing.core.state import Open, State, UnderWay

_NOTHING: Sequence[Event] = ()


def timers(key: str, state: State, occasion: Occasion) -> Sequence[Timer]:
    """Give, for each open step at an organisation with a day on which it is abolished, the move to
    its successor: when that day begins, at once where it has begun."""
    if not isinstance(state, UnderWay):
        return ()
    opened = (step for step in state.steps if isinstance(step, Open))
    found = (_to_successor(key, step, occasion) for step in opened)
    return [timer for timer in found if timer is not None]


def reroute(state: State, command: RerouteStep) -> Sequence[Event]:
    """Give the move to the successor, whoever holds the step; nothing where it is closed, lies
    elsewhere by now, or the day has not come. Its clock runs on, as by any move."""
    if not isinstance(state, UnderWay) or local(command.at).date() < command.closed_on:
        return _NOTHING
    return [
        StepRerouted(
            **move_of(step, command, command.to_organisation),
            closed_on=command.closed_on,
            reference_version=command.reference_version,
            reason=command.reason,
        )
        for step in state.steps
        if isinstance(step, Open)
        and f"{command.key}.{step.number}" == command.step_id
        and step.organisation == command.organisation
    ]


def sign_of_closed(path: str) -> bytes:
    """Give what stands in the JSON of a state with a step at `path`."""
    return f'"organisation":"{path}"'.encode()


def _to_successor(key: str, step: Open, occasion: Occasion) -> Timer | None:
    former = occasion.closed.get(step.organisation)
    if former is None or former.closed_on is None:
        return None
    due_at = max(closing_instant(former.closed_on), occasion.at)
    to = heir(former.path, local(due_at).date(), occasion.closed.get)
    if to == former.path:
        return None  # nobody follows it; `cunban reference check` does not let it come so far
    closed_on = former.closed_on
    command = RerouteStep(
        key=key,
        actor=Actor(SYSTEM, former.path),
        at=due_at,
        step_id=f"{key}.{step.number}",
        organisation=former.path,
        to_organisation=to,
        closed_on=closed_on,
        reference_version=content_version(former),
        reason=f"{former.name}自 {closed_on} 起撤销，由 {to} 承接"
        f" {former.name_en} is abolished, its work is done by {to}",
    )
    moves = step.moved.times if step.moved else 0
    name = f"routing.reroute.{step.number}.{moves}.{former.path}.{closed_on}.{to}"
    return Timer(due_at, key, Reaction(name, command))
