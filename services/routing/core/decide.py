"""What each command brings about, state by state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from schemas.events.base import Event
from schemas.events.routing import CaseCompleted, RouteLaid, StepClosed
from schemas.values import Duty, Role, StepOutcome
from services.kernel.actor import Actor
from services.kernel.competence import StandIn, holds, require, require_system, standing_in
from services.kernel.decider import Decider, Reference, Refused
from services.routing.core.commands import (
    Act,
    Asked,
    CloseStep,
    Command,
    DelegateStep,
    Followed,
    HearExternalResult,
    LayRoute,
    OfStep,
    RecordExternalResult,
    RerouteStep,
    ReturnStep,
    TakeBackStep,
    TakeOverStep,
    TransferStep,
    UploadStep,
)
from services.routing.core.evolve import evolve
from services.routing.core.moving import delegate, take_over, transfer
from services.routing.core.opening import next_stage, placed
from services.routing.core.recalling import recall, take_back
from services.routing.core.route import plan_of, planned_steps
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
from services.routing.core.timers import reroute
from services.routing.core.upward import record_result, report_up, result_again

_NOTHING: Final[Sequence[Event]] = ()
_OUTCOMES: Final[dict[Duty, frozenset[StepOutcome]]] = {
    "decide": frozenset({"approved", "rejected"}),
    "forward": frozenset({"forwarded", "rejected"}),
    "opinion": frozenset({"agreed", "disagreed"}),
}


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of routing under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        if isinstance(command, LayRoute | Followed | HearExternalResult | RerouteStep):
            require_system(command.actor)
        if isinstance(command, RerouteStep):
            return reroute(state, command)
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


def _not_laid(command: Asked, reference: Reference) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _lay(command, reference)
        case OfStep() | RecordExternalResult():
            raise Refused("routing.not_found", "该办件尚未生成办理路线。")
        case _:
            assert_never(command)


def _laid(command: Asked) -> Sequence[Event]:
    match command:
        case LayRoute():
            return _NOTHING  # delivered twice
        case OfStep():
            raise _not_open(command)
        case RecordExternalResult():
            raise Refused("routing.not_reported_up", "该办件未上报。")
        case _:
            assert_never(command)


def _under_way(state: UnderWay, command: Asked, reference: Reference) -> Sequence[Event]:
    if isinstance(command, LayRoute):
        return _NOTHING  # delivered twice
    if isinstance(command, RecordExternalResult):
        return record_result(state, command)
    step = _step(state.steps, command)
    match step:
        case Closed():
            _require_right(step, command)
            return _closed(step, command)
        case Planned():
            _require_right(step, command)
            raise _not_open(command)
        case Open():
            return _open(state, step, command, reference)
        case _:
            assert_never(step)


def _completed(state: Completed, command: Asked) -> Sequence[Event]:
    if isinstance(command, LayRoute):
        return _NOTHING  # delivered twice
    if isinstance(command, RecordExternalResult):
        return result_again(state, command)
    step = _step(state.steps, command)
    _require_right(step, command)
    if isinstance(step, Closed):
        return _closed(step, command)
    raise Refused("routing.already_completed", "该办件已办结，环节不再流转。")


def _open(
    state: UnderWay, step: Open, command: Followed | Act, reference: Reference
) -> Sequence[Event]:
    match command:
        case CloseStep():
            return _close(state, step, command, reference)
        case TakeBackStep():
            return take_back(state, step, command, reference)
        case TakeOverStep():
            require(command.actor, command.action, step.organisation)
            _require_reason(command)
            _require_not_recalled(step)
            return take_over(step, command)
        case TransferStep() | DelegateStep():
            require(command.actor, command.action, step.organisation)
            _require_reason(command)
            _require_not_recalled(step)
            if isinstance(command, DelegateStep):
                return delegate(state, step, command, reference)
            return transfer(state, step, command, reference)
        case ReturnStep() | UploadStep():
            _require_to_end(state, step, command, reference)
            _require_reason(command)
            return recall(state, step, command, reference)
        case _:
            assert_never(command)


def _lay(command: LayRoute, reference: Reference) -> list[Event]:
    item = reference.item(command.item_code, command.item_version)
    steps = placed(planned_steps(item, command.organisation, reference), command.at, reference)
    laid = RouteLaid(
        item_code=item.code,
        item_version=item.version,
        shape=item.shape,
        steps=steps,
        accepted_by=command.organisation,
    )
    return [laid, *next_stage(steps, command, command, reference)]


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
    ahead = (s.step for s in state.steps if isinstance(s, Planned))
    if opened := list(next_stage(ahead, state, command, reference)):
        return [closed, *opened]
    if (reported := report_up(state, step, command, reference)) is not None:
        return [closed, reported]
    return [closed, CaseCompleted(outcome="approved")]


def _step(steps: Sequence[Step], command: OfStep) -> Step:
    case_id, _, number = command.step_id.rpartition(".")
    for step in steps:
        if step.number == int(number) and case_id == command.key:
            return step
    raise Refused("routing.step_unknown", f"该办件没有环节 {command.step_id}。")


def _closed(step: Closed, command: OfStep) -> Sequence[Event]:
    if isinstance(command, CloseStep) and step.outcome == command.outcome:
        return _NOTHING  # delivered twice
    if isinstance(command, TakeBackStep) and step.outcome in ("returned", "uploaded"):
        return _NOTHING  # delivered twice
    raise Refused("routing.step_already_closed", f"环节 {step.number} 已以“{step.outcome}”结束。")


def _not_open(command: OfStep) -> Refused:
    return Refused("routing.step_not_open", f"环节 {command.step_id} 尚未开始。")


def _require_not_recalled(step: Open) -> None:
    if step.recalled is not None:
        raise Refused(
            "routing.step_recalled", f"该环节正由 {step.recalled.officer_id} 收回，请稍候刷新。"
        )


def _require_reason(command: Act) -> None:
    if not command.reason.strip():
        raise Refused("routing.reason_missing", "须写明理由。")


def _require_right(step: Step, command: OfStep) -> None:
    if isinstance(command, Act):
        place = step.step if isinstance(step, Planned) else step
        require(command.actor, command.action, place.organisation)


def _require_to_end(
    state: UnderWay, step: Open, command: ReturnStep | UploadStep, reference: Reference
) -> None:
    """Only who may close the step, or stands in for them, may have it taken off its desk."""
    role = plan_of(state, step, reference).role
    actor = _acting(step, role, command)
    require(actor, command.action, step.organisation)
    if not holds(actor, role, step.organisation):
        raise Refused(
            "rights.denied", f"该环节须由岗位 {role} 办理，请由该岗位人员操作。", kind="forbidden"
        )


def _acting(step: Open, role: Role, command: ReturnStep | UploadStep) -> Actor:
    if (named := step.delegated) is None:
        return command.actor
    granted = StandIn(
        officer_id=named.stand_in,
        role=role,
        organisation=step.organisation,
        since=datetime.fromisoformat(named.since),
        until=datetime.fromisoformat(named.until),
    )
    return standing_in(command.actor, granted, command.at)
