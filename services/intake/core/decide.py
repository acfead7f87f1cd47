"""What each command brings about, state by state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from schemas.events.base import Event
from services.intake.core import answers, applications, attaching, prechecking
from services.intake.core.anywhere import require_here
from services.intake.core.commands import (
    Accept,
    AnswerPrecheck,
    AttachPaper,
    Command,
    CorrectDueDates,
    DeemAccepted,
    DeskAct,
    DetachPaper,
    Draft,
    NotifyDeficiency,
    Refuse,
    RequestPrecheck,
    Submit,
    Supplement,
    TimedAct,
    Withdraw,
)
from services.intake.core.competent import require_not_abolished
from services.intake.core.evolve import evolve
from services.intake.core.state import (
    Accepted,
    AwaitingSupplement,
    Drafted,
    Ended,
    NotAccepted,
    NotSubmitted,
    State,
    Submitted,
    Withdrawn,
)
from services.intake.core.timers import correct_due_dates, deem_accepted
from services.kernel.competence import require, require_system
from services.kernel.decider import Decider, Reference, Refused

_NOTHING: Final[Sequence[Event]] = ()


def decider(reference: Reference) -> Decider[State, Command]:
    """Give the rules of intake under these reference facts."""

    def decide(state: State, command: Command) -> Sequence[Event]:
        if isinstance(command, TimedAct):
            require_system(command.actor)
            return _in_time(state, command, reference)
        match state:
            case NotSubmitted():
                return _not_submitted(command, reference)
            case Drafted():
                return _drafted(state, command, reference)
            case Submitted():
                return _submitted(state, command, reference)
            case AwaitingSupplement():
                return _awaiting_supplement(state, command, reference)
            case Accepted() | NotAccepted() | Withdrawn():
                return _ended(state, command)
            case _:
                assert_never(state)

    return Decider(NotSubmitted(), decide, evolve)


def _in_time(state: State, command: TimedAct, reference: Reference) -> Sequence[Event]:
    if isinstance(state, Drafted) and isinstance(command, CorrectDueDates):
        return correct_due_dates(state, command, reference)
    if not isinstance(state, Submitted):
        return _NOTHING  # answered in the meantime, or the applicant has the word
    match command:
        case DeemAccepted():
            return deem_accepted(state, command, reference)
        case CorrectDueDates():
            return correct_due_dates(state, command, reference)
        case _:
            assert_never(command)


def _not_submitted(command: DeskAct, reference: Reference) -> Sequence[Event]:
    match command:
        case Draft():
            drafted = applications.drafted(command, reference)
            require_not_abolished(command.organisation, command.at, reference)
            return [drafted]
        case Submit():
            submitted = applications.submitted(command, reference)
            require_not_abolished(command.organisation, command.at, reference)
            return [submitted]
        case (
            NotifyDeficiency()
            | Supplement()
            | AttachPaper()
            | DetachPaper()
            | RequestPrecheck()
            | AnswerPrecheck()
            | Accept()
            | Refuse()
            | Withdraw()
        ):
            raise Refused("intake.not_found", "没有这份申请，请核对办件编号。")
        case _:
            assert_never(command)


def _drafted(state: Drafted, command: DeskAct, reference: Reference) -> Sequence[Event]:
    require_here(command, state)
    match command:
        case Draft():
            _require_same_place(state, command)
            drafted = applications.drafted(command, reference)
            if drafted == state.draft:
                return _NOTHING
            return [*_taken_off(state, command, reference), drafted]
        case Submit():
            _require_same_place(state, command)
            files = [paper.name for paper in state.attached]
            submitted = applications.submitted(command, reference, files)
            return [*_taken_off(state, command, reference), submitted]
        case Withdraw():
            return [answers.withdrawn(command)]
        case AttachPaper():
            return attaching.attached(state, command, reference)
        case DetachPaper():
            return attaching.detached(state, command)
        case RequestPrecheck():
            return prechecking.requested(state, command, reference)
        case AnswerPrecheck():
            return prechecking.answered(state, command, reference)
        case NotifyDeficiency() | Supplement() | Accept() | Refuse():
            raise Refused("intake.not_submitted", "申请尚在草稿，请先提交（收件）。")
        case _:
            assert_never(command)


def _taken_off(state: Drafted, command: Draft | Submit, reference: Reference) -> Sequence[Event]:
    return attaching.not_asked_for(state, command.item_code, command.item_version, reference)


def _submitted(state: Submitted, command: DeskAct, reference: Reference) -> Sequence[Event]:
    require_here(command, state)
    if isinstance(command, NotifyDeficiency | Accept | Refuse):
        return [answers.answered(state, command, reference)]
    match command:
        case Withdraw():
            return [answers.withdrawn(command)]
        case AttachPaper():
            return attaching.attached(state, command, reference)
        case DetachPaper():
            return attaching.detached(state, command)
        case Submit() | Supplement() if _set_this_clock(state, command):
            return _NOTHING  # delivered twice
        case Supplement():
            raise Refused("intake.nothing_to_supplement", "没有待补正的告知，无需补正。")
        case Draft() | Submit() | RequestPrecheck() | AnswerPrecheck():
            raise _already_submitted(state)
        case _:
            assert_never(command)


def _awaiting_supplement(
    state: AwaitingSupplement, command: DeskAct, reference: Reference
) -> Sequence[Event]:
    require_here(command, state)
    match command:
        case Supplement():
            return [answers.supplemented(state, command, reference)]
        case Refuse():
            return [answers.not_accepted(command)]
        case Withdraw():
            return [answers.withdrawn(command)]
        case AttachPaper():
            return attaching.attached(state, command, reference)
        case DetachPaper():
            return attaching.detached(state, command)
        case NotifyDeficiency():
            answers.require_same_notice(state, command)
            return _NOTHING  # delivered twice
        case Accept():
            raise Refused(
                "intake.supplement_outstanding",
                f"已告知补正（{state.notice_number}），补正材料收到后方可受理。",
            )
        case Draft() | Submit() | RequestPrecheck() | AnswerPrecheck():
            raise _already_submitted(state)
        case _:
            assert_never(command)


def _ended(state: Ended, command: DeskAct) -> Sequence[Event]:
    if isinstance(state, Withdrawn):
        require(command.actor, command.action, state.organisation)
    else:
        require_here(command, state)
    match command:
        case Accept() | Refuse() | Withdraw():
            return answers.nothing_more(state, command)
        case (
            Draft()
            | Submit()
            | NotifyDeficiency()
            | Supplement()
            | AttachPaper()
            | DetachPaper()
            | RequestPrecheck()
            | AnswerPrecheck()
        ):
            raise answers.ended(state)
        case _:
            assert_never(command)


def _set_this_clock(state: Submitted, command: Submit | Supplement) -> bool:
    first = isinstance(command, Submit)
    return first != bool(state.supplemented) and command.at == state.answer.started_at


def _require_same_place(state: Drafted, command: Draft | Submit) -> None:
    there = state.draft.organisation, state.draft.taken_in_at
    if (command.organisation, command.taken_in_at) != there:
        raise Refused(
            "intake.drafted_elsewhere",
            f"草稿存于 {state.draft.organisation}，请在该机构修改或提交，或另起一件。",
        )


def _already_submitted(state: Submitted | AwaitingSupplement) -> Refused:
    return Refused(
        "intake.already_submitted",
        f"该申请已收件（{state.application.case_number}），不能再次提交；补材料请用补正。",
    )
