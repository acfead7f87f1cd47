"""What each command brings about, by the state of its step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from schemas.events.base import Event
from schemas.events.review import StepClaimed, StepReceived, StepReleased
from services.kernel.competence import holds, may, require, require_system
from services.kernel.decider import Decider, Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.charging import assess_fee, record_payment, waive_fee
from services.review.core.checking import check, require_checked
from services.review.core.closing import decision, opinion, require_to_be_heard, require_to_decide
from services.review.core.commands import (
    AnswerOpinion,
    Check,
    Claim,
    Command,
    Convene,
    Decide,
    DeskAct,
    Extend,
    GiveOpinion,
    HeldAct,
    ReceiveStep,
    RecordMeeting,
    RecordSurvey,
    Release,
    RequestOpinion,
    ResultAct,
    ResumeClock,
    ScheduleSurvey,
    StepAct,
    StopClock,
    TimedAct,
)
from services.review.core.commands_of_result import (
    AssessFee,
    Issue,
    RecordDelivery,
    RecordPayment,
    WaiveFee,
)
from services.review.core.consulting import answer_opinion, request_opinion
from services.review.core.evolve import evolve
from services.review.core.issuing import issue, record_delivery
from services.review.core.meeting import convene, record_meeting
from services.review.core.state import Claimed, Closed, State, Step, UnderReview, Waiting
from services.review.core.surveying import require_surveyed, survey
from services.review.core.timers import by_itself
from services.review.core.timing import extend, require_running, resume, stop

_NOTHING: Final[Sequence[Event]] = ()


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of review under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        if isinstance(command, TimedAct):
            require_system(command.actor)
            return by_itself(state, command, reference)
        step = state.step(command.step_id)
        _require_right(state, step, command)
        match step:
            case None:
                return _unknown(command)
            case Waiting():
                return _waiting(state, step, command, reference)
            case Claimed():
                return _claimed(state, step, command, reference)
            case Closed():
                if isinstance(command, ResultAct):
                    return _result(state, step, command, reference)
                return _closed(step, command)
            case _:
                assert_never(step)

    return Decider(UnderReview(), decide, evolve)


def _require_right(state: State, step: Step | None, command: StepAct) -> None:
    if isinstance(command, ReceiveStep):
        require_system(command.actor)
    elif isinstance(command, AnswerOpinion):
        require(command.actor, command.action, command.organisation)
    elif isinstance(command, RecordDelivery) and _delivers_elsewhere(state, command):
        return
    elif step is not None:  # what never came has no organisation
        require(command.actor, command.action, step.organisation)
        if isinstance(command, Claim | GiveOpinion | Decide):
            # Who may not close a step must not keep it from those who may.
            _require_role(step, command)


def _delivers_elsewhere(state: State, command: RecordDelivery) -> bool:
    """Where the case came in, its result may be collected (村级领取)."""
    case = state.case
    return case is not None and may(command.actor, command.action, case.accepted_by)


def _require_role(step: Step, command: Claim | GiveOpinion | Decide) -> None:
    if step.role is not None and not holds(command.actor, step.role, step.organisation):
        raise Refused(
            "rights.denied",
            f"该环节须由岗位 {step.role} 办理，请由该岗位人员认领。",
            kind="forbidden",
        )


def _unknown(command: StepAct) -> Sequence[Event]:
    match command:
        case ReceiveStep():
            received = StepReceived(
                step_id=command.step_id,
                organisation=command.organisation,
                duty=command.duty,
                role=command.role,
                term=command.term,
                case=command.case,
            )
            return [received]
        case _:
            raise Refused("review.step_unknown", f"没有环节 {command.step_id}，请刷新待办列表。")


def _waiting(
    state: State, step: Waiting, command: StepAct, reference: Reference
) -> Sequence[Event]:
    if isinstance(command, ReceiveStep):
        return _NOTHING  # delivered twice
    if isinstance(command, Claim):
        officer_id = command.actor.officer_id
        return [StepClaimed(step_id=command.step_id, officer_id=officer_id)]
    if isinstance(command, DeskAct):
        return _on_desk(state, step, command, reference)
    if isinstance(command, ResultAct):
        return _result(state, step, command, reference)
    raise Refused("review.not_claimed", "该环节尚未认领，请先认领再办理。")


def _claimed(
    state: State, step: Claimed, command: StepAct, reference: Reference
) -> Sequence[Event]:
    if isinstance(command, ReceiveStep):
        return _NOTHING  # delivered twice
    if isinstance(command, Claim):
        _require_free(step, command)
        return _NOTHING  # one's own already
    if isinstance(command, DeskAct):
        return _on_desk(state, step, command, reference)
    if isinstance(command, ResultAct):
        return _result(state, step, command, reference)
    _require_own(step, command)
    return _held(state, step, command, reference)


def _on_desk(
    state: State, step: Waiting | Claimed, command: DeskAct, reference: Reference
) -> Sequence[Event]:
    match command:
        case Check():
            return check(state, step, command, reference)
        case Extend():
            return extend(state, step, command, reference)
        case AnswerOpinion():
            return answer_opinion(state, command)
        case _:
            assert_never(command)


def _held(state: State, step: Claimed, command: HeldAct, reference: Reference) -> Sequence[Event]:
    match command:
        case Release():
            officer_id = command.actor.officer_id
            return [
                StepReleased(step_id=step.step_id, officer_id=officer_id, reason=command.reason)
            ]
        case StopClock():
            return stop(state, step, command, reference)
        case ResumeClock():
            return resume(state, step, command, reference)
        case RequestOpinion():
            return request_opinion(state, step, command, reference)
        case ScheduleSurvey() | RecordSurvey():
            return survey(state, step, command, reference)
        case Convene():
            return convene(state, step, command, reference)
        case RecordMeeting():
            return record_meeting(state, step, command, reference)
        case GiveOpinion():
            require_to_be_heard(step)
            require_running(state, step, command)
            return [opinion(step, command)]
        case Decide():
            require_to_decide(state, step, command)
            require_running(state, step, command)
            require_checked(state, command, reference)
            require_surveyed(state, command, reference)
            return [decision(step, command)]
        case _:
            assert_never(command)


def _result(state: State, step: Step, command: ResultAct, reference: Reference) -> Sequence[Event]:
    if step.duty != "decide":
        raise Refused("review.wrong_duty", "收费、颁证、送达在作出决定的环节办理。")
    match command:
        case AssessFee():
            return assess_fee(state, step, command, reference)
        case RecordPayment():
            return record_payment(state, step, command)
        case WaiveFee():
            return waive_fee(state, step, command)
        case Issue():
            return issue(state, step, command, reference)
        case RecordDelivery():
            return record_delivery(state, step, command, reference)
        case _:
            assert_never(command)


def _closed(step: Closed, command: StepAct) -> Sequence[Event]:
    match command:
        case ReceiveStep():
            return _NOTHING  # delivered twice
        case GiveOpinion():
            words = fingerprint(opinion(step, command))
        case Decide():
            words = fingerprint(decision(step, command))
        case _:
            words = ""
    if words != step.words:
        raise Refused(
            "review.already_closed",
            f"该环节已由 {step.officer_id} 以“{step.outcome}”办结，不能再次办理。",
        )
    return _NOTHING  # the very same words, come twice


def _require_free(step: Claimed, command: Claim) -> None:
    if step.officer_id != command.actor.officer_id:
        raise Refused(
            "review.already_claimed", f"该环节已由 {step.officer_id} 认领，如需接手请其先退回。"
        )


def _require_own(step: Claimed, command: HeldAct) -> None:
    if step.officer_id != command.actor.officer_id:
        raise Refused("review.not_yours", f"该环节由 {step.officer_id} 认领，只能由其本人办理。")
