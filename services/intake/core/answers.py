"""What an application that was handed in can come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.events.base import Event
from schemas.events.intake import (
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
    MaterialsSupplemented,
)
from schemas.facts import Item
from services.intake.core.commands import Accept, NotifyDeficiency, Refuse, Supplement, Withdraw
from services.intake.core.papers import require_complete, require_listed, short_of
from services.intake.core.reuse import require_reusable
from services.intake.core.state import (
    Accepted,
    Application,
    AwaitingSupplement,
    Ended,
    NotAccepted,
    Submitted,
)
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import fingerprint, notice_number
from services.kernel.terms import ANSWER, term


def answered(
    state: Submitted, command: NotifyDeficiency | Accept | Refuse, reference: Reference
) -> DeficiencyNotified | CaseAccepted | CaseNotAccepted:
    """Give the answer. After its days, silence has answered already, whether or not its timer has
    been carried out: an acceptance is that one, from the day of submission (ALL 32).

    Raises:
        Refused: `intake.answer_late`, and as `deficiency_notified` and `accepted`.
    """
    if (answer := state.answer).due_at < command.at:
        if isinstance(command, Accept):
            began, version = answer.started_at, answer.calendar_version
            return acceptance(state.application, began, version, reference, deemed=True)
        raise Refused(
            "intake.answer_late",
            "五个工作日的期限已过，依法自收到材料之日起视为受理，不能再告知补正或不予受理。",
        )
    match command:
        case NotifyDeficiency():
            return deficiency_notified(state, command, reference)
        case Accept():
            return accepted(state, command, reference)
        case Refuse():
            return not_accepted(command)


def deficiency_notified(
    state: Submitted, command: NotifyDeficiency, reference: Reference
) -> DeficiencyNotified:
    """Give the notice. A later one is legal only for what the supplement itself newly shows.

    Raises:
        Refused: `intake.material_not_listed`, `intake.second_notice`, `intake.found_fine`.
    """
    wanting = {defect.material for defect in command.defects}
    item = _item(state.application, reference)
    require_listed(item, wanting)
    if state.notices and (said_late := sorted(wanting.difference(state.supplemented))):
        raise Refused(
            "intake.second_notice",
            f"{'、'.join(said_late[:8])} 不在本次补正材料内，应在首次一并告知，不得再次告知。",
        )
    _require_said_at_precheck(state, command, item)
    return _notice(state, command, state.notices + 1)


def _require_said_at_precheck(state: Submitted, command: NotifyDeficiency, item: Item) -> None:
    """What was found fine before it was handed in stays so (ADR 0025); what is short in form or
    number, such as an original, may always be asked for."""
    vouched = set(state.sound).difference(short_of(item, state.papers))
    again = {d.material for d in command.defects if d.despite_precheck is None} & vouched
    if again:
        raise Refused(
            "intake.found_fine",
            f"{'、'.join(sorted(again)[:8])} 预审时已认定无误，此后没有改动，不得再要求补正；"
            "情况确有变化的，请逐项写明变化（despite_precheck）。",
        )


def require_same_notice(state: AwaitingSupplement, command: NotifyDeficiency) -> None:
    """Pass where the notice that is out says exactly this.

    Raises:
        Refused: `intake.already_notified`.
    """
    if fingerprint(_notice(state, command, state.notices)) != state.notice:
        raise Refused(
            "intake.already_notified",
            f"补正告知 {state.notice_number} 已发出；全部问题只能一次告知，请等待申请人补正。",
        )


def supplemented(
    state: AwaitingSupplement, command: Supplement, reference: Reference
) -> MaterialsSupplemented:
    """Give the supplement; the days of the answer begin anew.

    Raises:
        Refused: `intake.material_not_listed`, and as `require_reusable`.
    """
    require_listed(
        _item(state.application, reference), (material.code for material in command.materials)
    )
    require_reusable(
        _item(state.application, reference),
        command.materials,
        state.application.applicant_ref,
        command.earlier,
    )
    place = state.application.organisation
    return MaterialsSupplemented(
        materials=command.materials,
        answer=term(ANSWER, command.at, place, command.calendar_version, reference),
    )


def accepted(state: Submitted, command: Accept, reference: Reference) -> CaseAccepted:
    """Give the acceptance with the legal and the promised clock, started at `command.at`.

    Raises:
        Refused: `intake.materials_missing`.
    """
    require_complete(_item(state.application, reference), state.papers)
    return acceptance(state.application, command.at, command.calendar_version, reference)


def acceptance(
    application: Application,
    started_at: datetime,
    calendar_version: str,
    reference: Reference,
    *,
    deemed: bool = False,
) -> CaseAccepted:
    """Give the acceptance with the legal and the promised clock, started at `started_at`."""
    item = _item(application, reference)
    legal, promised = (
        term(limit, started_at, application.organisation, calendar_version, reference)
        for limit in (item.legal, item.promised)
    )
    return CaseAccepted(
        case_number=application.case_number,
        item_code=application.item_code,
        item_version=application.item_version,
        kind=item.kind,
        organisation=application.organisation,
        department=item.department,
        applicant_ref=application.applicant_ref,
        legal=legal,
        promised=promised,
        deemed=deemed,
        family=application.family,
    )


def not_accepted(command: Refuse) -> CaseNotAccepted:
    """Give the refusal with its reason, basis and remedy (ALL 32, 38)."""
    return CaseNotAccepted(reason=command.reason, basis=command.basis, remedy=command.remedy)


def withdrawn(command: Withdraw) -> ApplicationWithdrawn:
    """Give the withdrawal."""
    return ApplicationWithdrawn(reason=command.reason)


def nothing_more(state: Ended, command: Accept | Refuse | Withdraw) -> Sequence[Event]:
    """Give no event where `command` is the one that brought the end about, come twice.

    Raises:
        Refused: as `ended`.
    """
    match command:
        case Accept():
            same = isinstance(state, Accepted) and state.legal.started_at == command.at
        case Refuse():
            told = fingerprint(not_accepted(command))
            same = isinstance(state, NotAccepted) and state.refusal == told
        case Withdraw():
            told = fingerprint(withdrawn(command))
            same = not isinstance(state, Accepted | NotAccepted) and state.withdrawal == told
    if not same:
        raise ended(state)
    return ()


def ended(state: Ended) -> Refused:
    """Give the refusal of anything more: `intake.already_accepted`, `intake.already_refused` or
    `intake.already_withdrawn`."""
    match state:
        case Accepted():
            number = state.application.case_number
            return Refused("intake.already_accepted", f"办件 {number} 已受理，正在办理。")
        case NotAccepted():
            number = state.application.case_number
            return Refused(
                "intake.already_refused", f"办件 {number} 已决定不予受理；材料变更后请另行申请。"
            )
        case _:
            return Refused("intake.already_withdrawn", "该申请已撤回；如需办理请另行申请。")


def _notice(
    state: Submitted | AwaitingSupplement, command: NotifyDeficiency, ordinal: int
) -> DeficiencyNotified:
    # A notice that is out does not count as one before itself.
    told = state.told if isinstance(state, Submitted) else state.told_before
    return DeficiencyNotified(
        notice_number=notice_number(state.application.case_number, ordinal),
        ordinal=ordinal,
        defects=command.defects,
        repeated=tuple(sorted({d.material for d in command.defects}.intersection(told))),
    )


def _item(application: Application, reference: Reference) -> Item:
    return reference.item(application.item_code, application.item_version)
