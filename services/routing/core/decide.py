"""What each command brings about, state by state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, assert_never

from schemas.events.base import Event
from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed, StepOpened
from schemas.facts import Limit
from schemas.values import Duty, PlannedStep, StepOutcome, Term
from services.kernel.competence import require_system
from services.kernel.decider import Decider, Reference, Refused
from services.kernel.terms import term
from services.routing.core.commands import CloseStep, Command, LayRoute
from services.routing.core.evolve import evolve
from services.routing.core.route import planned_steps
from services.routing.core.state import (
    Closed,
    Completed,
    Laid,
    NotLaid,
    Open,
    Planned,
    State,
    Step,
    UnderWay,
)

_NOTHING: Final[Sequence[Event]] = ()
_OUTCOMES: Final[dict[Duty, frozenset[StepOutcome]]] = {
    "decide": frozenset({"approved", "rejected"}),
    "forward": frozenset({"forwarded", "rejected"}),
    "opinion": frozenset({"agreed", "disagreed"}),
}


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of routing under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        require_system(command.actor)
        match state:
            case NotLaid():
                return _not_laid(command, reference)
            case Laid():
                return _laid(command)
            case UnderWay():
                return _under_way(state, command, reference)
            case Completed():
                return _completed(state, command)
            case _:
                assert_never(state)

    return Decider(NotLaid(), decide, evolve)


def _not_laid(command: Command, reference: Reference) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _lay(command, reference)
        case CloseStep():
            raise Refused("routing.not_found", "该办件尚未生成办理路线。")
        case _:
            assert_never(command)


def _laid(command: Command) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _NOTHING  # delivered twice
        case CloseStep():
            raise _not_open(command)
        case _:
            assert_never(command)


def _under_way(state: UnderWay, command: Command, reference: Reference) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _NOTHING  # delivered twice
        case CloseStep():
            step = _step(state.steps, command)
            if isinstance(step, Closed):
                return _closed_before(step, command)
            if isinstance(step, Planned):
                raise _not_open(command)
            return _close(state, step, command, reference)
        case _:
            assert_never(command)


def _completed(state: Completed, command: Command) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _NOTHING  # delivered twice
        case CloseStep():
            step = _step(state.steps, command)
            if isinstance(step, Closed):
                return _closed_before(step, command)
            raise Refused("routing.already_completed", "该办件已办结，环节不再流转。")
        case _:
            assert_never(command)


def _lay(command: LayRoute, reference: Reference) -> list[Event]:
    item = reference.item(command.item_code, command.item_version)
    steps = planned_steps(item, command.organisation, reference)
    laid = RouteLaid(
        item_code=item.code,
        item_version=item.version,
        shape=item.shape,
        steps=steps,
        accepted_by=command.organisation,
    )
    clocks = command.legal, command.promised
    first = (step for step in steps if step.stage == 1)
    of_item = item.code, item.version, command.organisation
    opened = (_open(step, command, of_item, clocks, reference) for step in first)
    return [laid, *opened]


def _close(
    state: UnderWay, step: Open, command: CloseStep, reference: Reference
) -> Sequence[Event]:
    if command.outcome not in _OUTCOMES[step.duty]:
        raise Refused(
            "routing.outcome_unfit", f"环节 {step.number} 不能以“{command.outcome}”结束。"
        )
    closed = StepClosed(
        step_id=command.step_id,
        number=step.number,
        organisation=step.organisation,
        outcome=command.outcome,
        officer_id=command.officer_id,
    )
    if command.outcome == "rejected":
        # Whoever decides, or may withhold consent to forwarding, ends the case at once.
        return [closed, CaseCompleted(outcome="rejected")]
    if any(isinstance(s, Open) and s.number != step.number for s in state.steps):
        return [closed]
    if opened := list(_next_stage(state, command, reference)):
        return [closed, *opened]
    return [closed, CaseCompleted(outcome="approved")]


def _next_stage(state: UnderWay, command: CloseStep, reference: Reference) -> Iterator[StepOpened]:
    planned = [step.step for step in state.steps if isinstance(step, Planned)]
    stage = min((step.stage for step in planned), default=0)
    clocks = state.legal, state.promised
    of_item = state.item_code, state.item_version, state.accepted_by
    for step in planned:
        if step.stage == stage:
            yield _open(step, command, of_item, clocks, reference)


def _open(
    step: PlannedStep,
    command: Command,
    of_item: tuple[str, int | None, str | None],
    clocks: tuple[Term, Term],
    reference: Reference,
) -> StepOpened:
    item_code, item_version, accepted_by = of_item
    legal, promised = clocks
    return StepOpened(
        step_id=f"{command.key}.{step.number}",
        number=step.number,
        stage=step.stage,
        title=step.title,
        organisation=step.organisation,
        duty=step.duty,
        role=step.role,
        item_code=item_code,
        term=_step_term(step, command.at, legal.calendar_version, reference),
        legal=legal,
        promised=promised,
        item_version=item_version,
        accepted_by=accepted_by,
    )


def _step_term(
    step: PlannedStep, at: datetime, calendar_version: str, reference: Reference
) -> Term:
    limit = Limit(limit=step.limit, unit=step.unit)
    return term(limit, at, step.organisation, calendar_version, reference)


def _step(steps: Sequence[Step], command: CloseStep) -> Step:
    case_id, _, number = command.step_id.rpartition(".")
    for step in steps:
        if step.number == int(number) and case_id == command.key:
            return step
    raise Refused("routing.step_unknown", f"该办件没有环节 {command.step_id}。")


def _closed_before(step: Closed, command: CloseStep) -> Sequence[Event]:
    if step.outcome == command.outcome:
        return _NOTHING  # delivered twice
    raise Refused("routing.step_already_closed", f"环节 {step.number} 已以“{step.outcome}”结束。")


def _not_open(command: CloseStep) -> Refused:
    return Refused("routing.step_not_open", f"环节 {command.step_id} 尚未开始。")
