"""What each command brings about, by the state of its step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from schemas.events.base import Event
from schemas.events.review import StepClaimed, StepReceived, StepReleased
from services.kernel.competence import require_system
from services.kernel.decider import Decider, Reference, Refused
from services.kernel.identifiers import fingerprint
from services.review.core.charging import assess_fee, record_payment, waive_fee
from services.review.core.checking import check, require_checked
from services.review.core.closing import decision, opinion, require_to_be_heard, require_to_decide
from services.review.core.collecting import hand_over
from services.review.core.commands import (
    Check,
    Claim,
    Command,
    Decide,
    DeskAct,
    Extend,
    GiveOpinion,
    HeldAct,
    ReceiveStep,
    Release,
    ResultAct,
    ResumeClock,
    StepAct,
    StopClock,
    TimedAct,
)
from services.review.core.commands_of_consulting import (
    AnswerOpinion,
    Convene,
    RecordMeeting,
    RecordSurvey,
    RequestOpinion,
    ScheduleSurvey,
)
from services.review.core.commands_of_custody import Dispatch, RecordUndelivered, Reissue
from services.review.core.commands_of_result import (
    AssessFee,
    Correct,
    Issue,
    MarkReady,
    NotifyReady,
    RecordDelivery,
    RecordPayment,
    Revoke,
    WaiveFee,
)
from services.review.core.commands_of_route import (
    Followed,
    MoveStep,
    NameStandIn,
    Upward,
    YieldStep,
)
from services.review.core.consulting import answer_opinion, request_opinion
from services.review.core.correcting import correct
from services.review.core.custody import send
from services.review.core.evolve import evolve
from services.review.core.following import acting_for, follow, may_be_claimed_from
from services.review.core.internal_checks import require_checked_internally
from services.review.core.issuing import delivery_clock, issue
from services.review.core.meeting import convene, record_meeting
from services.review.core.revoking import revoke
from services.review.core.rights import require_right
from services.review.core.state import Claimed, Closed, State, Step, UnderReview, Waiting
from services.review.core.surveying import require_surveyed, survey
from services.review.core.timers import by_itself
from services.review.core.timing import extend, require_running, resume, stop
from services.review.core.upward import follow_upward

_NOTHING: Final[Sequence[Event]] = ()
_UNDECIDED: Final = frozenset({"returned", "uploaded"})


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of review under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        if isinstance(command, TimedAct):
            require_system(command.actor)
            return by_itself(state, command, reference)
        step = state.step(command.step_id)
        require_right(state, step, command)
        match step:
            case None:
                return _unknown(command)
            case Waiting():
                return _waiting(state, step, command, reference)
            case Claimed():
                return _claimed(state, step, command, reference)
            case Closed():
                if isinstance(command, Upward):
                    return follow_upward(state, step, command, reference)
                if isinstance(command, ResultAct) and step.outcome not in _UNDECIDED:
                    return _result(state, step, command, reference)
                return _closed(state, step, command)
            case _:
                assert_never(step)

    return Decider(UnderReview(), decide, evolve)


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
    if isinstance(command, ReceiveStep | Upward):
        return _NOTHING  # delivered twice, or not decided here
    if isinstance(command, Followed):
        return follow(state, step, command, reference)
    if isinstance(command, Claim):
        return [_claim(step, command)]
    if isinstance(command, DeskAct):
        return _on_desk(state, step, command, reference)
    if isinstance(command, ResultAct):
        return _result(state, step, command, reference)
    raise Refused("review.not_claimed", "该环节尚未认领，请先认领再办理。")


def _claimed(
    state: State, step: Claimed, command: StepAct, reference: Reference
) -> Sequence[Event]:
    if isinstance(command, ReceiveStep | Upward):
        return _NOTHING  # delivered twice, or not decided here
    if isinstance(command, Followed):
        return follow(state, step, command, reference)
    if isinstance(command, Claim):
        return _claim_of_another(step, command)
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
            require_checked_internally(state, command, reference)
            decided = decision(state, step, command)
            return [decided, *delivery_clock(state, step, command, reference)]
        case _:
            assert_never(command)


def _result(state: State, step: Step, command: ResultAct, reference: Reference) -> Sequence[Event]:
    if isinstance(command, Correct) and step.duty != "opinion":
        return correct(state, step, command, reference)  # a survey of a forwarding step, too
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
        case MarkReady() | NotifyReady() | RecordDelivery():
            return hand_over(state, step, command, reference)
        case Dispatch() | RecordUndelivered() | Reissue():
            return send(state, step, command, reference)
        case Revoke():
            return revoke(state, step, command)
        case Correct():
            return correct(state, step, command, reference)
        case _:
            assert_never(command)


def _closed(state: State, step: Closed, command: StepAct) -> Sequence[Event]:
    match command:
        case ReceiveStep():
            return _NOTHING  # delivered twice
        case MoveStep() | NameStandIn() | YieldStep():
            return _NOTHING  # decided before, or delivered twice
        case GiveOpinion():
            words = fingerprint(opinion(step, command))
        case Decide():
            words = fingerprint(decision(state, step, command))
        case _:
            words = ""
    if words != step.words:
        raise Refused(
            "review.already_closed",
            f"该环节已由 {step.officer_id} 以“{step.outcome}”办结，不能再次办理。",
        )
    return _NOTHING  # the very same words, come twice


def _claim(step: Waiting | Claimed, command: Claim) -> StepClaimed:
    return StepClaimed(
        step_id=command.step_id,
        officer_id=command.actor.officer_id,
        acting_for=acting_for(command.actor, step),
    )


def _claim_of_another(step: Claimed, command: Claim) -> Sequence[Event]:
    if step.officer_id == command.actor.officer_id:
        return _NOTHING  # one's own already
    if may_be_claimed_from(step, command.actor.officer_id, command.at):
        return [_claim(step, command)]  # else nobody could go on with it
    raise Refused(
        "review.already_claimed", f"该环节已由 {step.officer_id} 认领，如需接手请其先退回。"
    )


def _require_own(step: Claimed, command: HeldAct) -> None:
    if step.officer_id != command.actor.officer_id:
        raise Refused("review.not_yours", f"该环节由 {step.officer_id} 认领，只能由其本人办理。")
