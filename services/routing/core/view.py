"""A route as JSON, for those who ask."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from services.kernel.decider import Refused
from services.kernel.terms import term_view
from services.routing.core.commands import Command
from services.routing.core.state import (
    Closed,
    Completed,
    NotLaid,
    Open,
    Planned,
    State,
    Step,
    UnderWay,
    returns_of,
)


def view(key: str, state: State, part: str | None) -> dict[str, object]:
    """Give the whole route with its steps, by stage and number; it has no parts.

    Raises:
        Refused: `routing.not_found`.
    """
    if isinstance(state, NotLaid) or part is not None:
        raise Refused("routing.not_found", "该办件尚未生成办理路线。")
    found = answer(key, state, ())
    found["item_code"] = state.item_code
    found["accepted_by"] = state.accepted_by
    if isinstance(state, UnderWay):
        found["legal"] = term_view(state.legal)
        found["promised"] = term_view(state.promised)
        found["returns"] = returns_of(state)
        if (away := state.away) is not None:
            found["reported_up"] = {
                "organisation": away.organisation,
                "since": away.since,
                "due_at": away.due_at,
            }
    found["steps"] = [_step(key, step) for step in state.steps]
    return found


def answer(key: str, state: State, events: Sequence[Event]) -> dict[str, object]:
    """Give case, status, version and, of a completed case, the outcome."""
    head: dict[str, object] = {"case_id": key, "status": state.kind, "version": state.version}
    if isinstance(state, Completed):
        head["outcome"] = state.outcome
    return head


def version(state: State, command: Command) -> int:
    """Give what `If-Match` of a command is compared with: events that took effect."""
    return state.version


def version_of_view(state: State, part: str | None) -> int:
    """Give the `ETag` of a view."""
    return state.version


def _step(key: str, step: Step) -> dict[str, object]:
    place = step.step if isinstance(step, Planned) else step
    found: dict[str, object] = {
        "step_id": f"{key}.{step.number}",
        "number": step.number,
        "stage": step.stage,
        "organisation": place.organisation,
        "duty": place.duty,
        "status": step.kind,
    }
    if (repeats := place.repeats) is not None:
        found["repeats"] = repeats
    if isinstance(step, Open):
        found["due_at"] = step.due_at
        found |= _acts(step)
    elif isinstance(step, Closed):
        found["outcome"] = step.outcome
    return found


def _acts(step: Open) -> dict[str, object]:
    found: dict[str, object] = {}
    if (moved := step.moved) is not None:
        found["moved"] = {"times": moved.times, "at": moved.at, "to_officer": moved.holder}
    if (named := step.delegated) is not None:
        found["stand_in"] = {
            "officer_id": named.stand_in,
            "acting_for": named.absent,
            "since": named.since,
            "until": named.until,
        }
    if (asked := step.recalled) is not None:
        found["recalled"] = {"why": asked.why, "officer_id": asked.officer_id}
    return found
