"""What each event changes. Total: it has happened, so no rule is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.clocks import DueDateCorrected
from schemas.events.intake import (
    ApplicationDrafted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
    MaterialsSupplemented,
    PaperAttached,
    PaperDetached,
    PrecheckAnswered,
    PrecheckRequested,
)
from schemas.values import Material
from services.intake.core.attaching import attached_of, with_paper, without_paper
from services.intake.core.prechecking import draft_mark, sound_papers, still_sound, without
from services.intake.core.state import (
    Accepted,
    Application,
    AwaitingSupplement,
    Drafted,
    NotAccepted,
    NotSubmitted,
    Paper,
    Precheck,
    State,
    Submitted,
    Withdrawn,
)
from services.kernel.identifiers import fingerprint


def evolve(state: State, event: Event) -> State:
    """Give the state after `event`; the very same state where it changes nothing here."""
    match event:
        case ApplicationDrafted():
            return Drafted(
                version=state.version + 1,
                draft=event,
                attached=attached_of(state),
                precheck=state.precheck if isinstance(state, Drafted) else None,
            )
        case PrecheckRequested() | PrecheckAnswered():
            return _precheck(state, event)
        case PaperAttached() | PaperDetached():
            return _attachment(state, event)
        case ApplicationSubmitted():
            return _submitted(state, event)
        case _:
            return _answered(state, event)


def _answered(state: State, event: Event) -> State:
    match state, event:
        case ((Submitted() | AwaitingSupplement()), DeficiencyNotified()):
            return _notified(state, event)
        case ((Submitted() | AwaitingSupplement()), MaterialsSupplemented()):
            return _supplemented(state, event)
        case ((Submitted() | AwaitingSupplement()), CaseAccepted()):
            return Accepted(
                version=state.version + 1,
                application=state.application,
                legal=event.legal,
                promised=event.promised,
                attached=state.attached,
                papers=tuple(sorted({paper.code for paper in state.papers})),
            )
        case ((Submitted() | AwaitingSupplement()), CaseNotAccepted()):
            return NotAccepted(
                version=state.version + 1,
                application=state.application,
                refusal=fingerprint(event),
                attached=state.attached,
            )
        case Drafted(precheck=Precheck() as asked), DueDateCorrected(clock="precheck"):
            asked = replace(asked, term=event.term)
            return replace(state, version=state.version + 1, precheck=asked)
        case Submitted(), DueDateCorrected(clock="answer"):
            return replace(state, version=state.version + 1, answer=event.term)
        case _, ApplicationWithdrawn():
            return _withdrawn(state, event)
        case _:
            return state


def _precheck(state: State, event: PrecheckRequested | PrecheckAnswered) -> State:
    if not isinstance(state, Drafted):
        return state
    match state.precheck, event:
        case _, PrecheckRequested():
            asked = Precheck(ordinal=event.ordinal, term=event.term)
        case Precheck() as before, PrecheckAnswered():
            asked = replace(
                before,
                answer=fingerprint(event),
                looked_at=draft_mark(state.draft, state.attached),
                wanting=tuple(sorted({defect.material for defect in event.defects})),
                sound=sound_papers(state, event.sound),
            )
        case _:
            return state
    return replace(state, version=state.version + 1, precheck=asked)


def _attachment(state: State, event: PaperAttached | PaperDetached) -> State:
    match state, event:
        case ((Submitted() | AwaitingSupplement()), PaperAttached()):
            return replace(
                state,
                version=state.version + 1,
                attached=with_paper(state.attached, event),
                sound=without(state.sound, (event.material,)),
            )
        case Drafted(), PaperAttached():
            attached = with_paper(state.attached, event)
        case Drafted(), PaperDetached():
            attached = without_paper(state.attached, event)
        case _:
            return state
    return replace(state, version=state.version + 1, attached=attached)


def _submitted(state: State, event: ApplicationSubmitted) -> Submitted:
    return Submitted(
        version=state.version + 1,
        application=Application(
            case_number=event.case_number,
            item_code=event.item_code,
            item_version=event.item_version,
            organisation=event.organisation,
            applicant_ref=event.applicant_ref,
            submitted_at=instant_text(event.answer.started_at),
            family=event.family,
            taken_in_at=event.taken_in_at or "",
        ),
        papers=_counted((), event.materials),
        answer=event.answer,
        attached=attached_of(state),
        sound=still_sound(state, event),
    )


def _notified(state: Submitted | AwaitingSupplement, event: DeficiencyNotified) -> State:
    return AwaitingSupplement(
        version=state.version + 1,
        application=state.application,
        papers=state.papers,
        notices=event.ordinal,
        notice_number=event.notice_number,
        wanting=tuple(sorted({defect.material for defect in event.defects})),
        notice=fingerprint(event),
        attached=state.attached,
        told_before=state.told if isinstance(state, Submitted) else state.told_before,
        sound=state.sound,
    )


def _supplemented(state: Submitted | AwaitingSupplement, event: MaterialsSupplemented) -> State:
    return Submitted(
        version=state.version + 1,
        application=state.application,
        papers=_counted(state.papers, event.materials),
        answer=event.answer,
        notices=state.notices,
        supplemented=tuple(sorted({material.code for material in event.materials})),
        attached=state.attached,
        told=_all_told(state),
        sound=without(state.sound, (material.code for material in event.materials)),
    )


def _all_told(state: Submitted | AwaitingSupplement) -> tuple[str, ...]:
    if isinstance(state, Submitted):
        return state.told
    return tuple(sorted({*state.told_before, *state.wanting}))


def _withdrawn(state: State, event: ApplicationWithdrawn) -> State:
    match state:
        case NotSubmitted() | Withdrawn():
            return state
        case Drafted():
            organisation, case_number = state.draft.organisation, None
        case _:
            organisation = state.application.organisation
            case_number = state.application.case_number
    return Withdrawn(
        version=state.version + 1,
        organisation=organisation,
        case_number=case_number,
        withdrawal=fingerprint(event),
    )


def _counted(papers: Iterable[Paper], materials: Iterable[Material]) -> tuple[Paper, ...]:
    """Add up by code and form, in the order in which they first came."""
    counts = {(paper.code, paper.form): paper.count for paper in papers}
    for material in materials:
        kind = material.code, material.form
        counts[kind] = counts.get(kind, 0) + material.count
    return tuple(Paper(code, form, count) for (code, form), count in counts.items())
