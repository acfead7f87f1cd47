"""What the steps of a case share, after an event. Total, as `evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from schemas.codec import instant_text
from schemas.events.clocks import DueDateCorrected
from schemas.events.review import (
    ClockExtended,
    ClockResumed,
    ClockStopped,
    MeetingConvened,
    MeetingHeld,
    OfStep,
    OpinionAnswered,
    OpinionRequested,
    StepChecked,
    SurveyRecorded,
    SurveyScheduled,
)
from schemas.values import Opinion
from services.kernel.identifiers import fingerprint, text_mark
from services.review.core.clocks import clock_of_act
from services.review.core.noting_of_result import settled
from services.review.core.state import (
    Case,
    Checked,
    Consulted,
    Extended,
    Stopped,
    Surveyed,
    number_of,
)


def noted(case: Case, event: OfStep) -> Case:
    """Give the case after an event that leaves its step where it is."""
    match event:
        case StepChecked():
            return replace(case, checked=_checked(event))
        case ClockStopped():
            return replace(case, stops=(*case.stops, _stopped(event)))
        case ClockResumed():
            return replace(case, stops=_resumed(case.stops, event))
        case ClockExtended():
            return replace(case, extended=_extended(event))
        case OpinionRequested():
            asked = Consulted(
                organisation=event.asked,
                by="request",
                due_at=instant_text(event.term.due_at),
                clock=clock_of_act(event.term, event.step_id),
                checks=tuple(check.code for check in event.checks or ()),
            )
            return replace(case, consulted=_with(case.consulted, asked))
        case OpinionAnswered():
            told = {event.organisation: event.opinion}
            heard = _heard(case.consulted, told, fingerprint(event))
            return replace(case, consulted=_found(heard, event))
        case MeetingConvened():
            return replace(case, consulted=_convened(case.consulted, event))
        case MeetingHeld():
            return _met(case, event)
        case SurveyScheduled() | SurveyRecorded():
            return replace(case, surveys=_surveyed(case.surveys, event))
        case _:
            return settled(case, event)


def rescheduled(case: Case, event: DueDateCorrected) -> Case:
    """Give the case after its calendar was amended: who was asked, or has to deliver, may do so
    until another day, and the stop in force may end on another."""
    if event.clock == "opinion":
        return replace(case, consulted=_asked_until(case.consulted, event))
    if event.clock == "delivery":
        due_at, by = instant_text(event.term.due_at), event.term.calendar_version
        running = case.delivery and replace(case.delivery, by=by)
        return replace(case, deliver_by=due_at, delivery=running)
    if event.runs_again_at is None or event.step_id is None:
        return case
    again_at = instant_text(event.runs_again_at)
    return replace(case, stops=_last(case.stops, event.step_id, {"again_at": again_at}))


def _asked_until(
    consulted: tuple[Consulted, ...], event: DueDateCorrected
) -> tuple[Consulted, ...]:
    due_at, by = instant_text(event.term.due_at), event.term.calendar_version
    return tuple(
        replace(known, due_at=due_at, clock=known.clock and replace(known.clock, by=by))
        if known.organisation == event.organisation
        else known
        for known in consulted
    )


def _met(case: Case, event: MeetingHeld) -> Case:
    words, absent = fingerprint(event), event.absent or ()
    told = {said.organisation: said.opinion for said in event.opinions}
    consulted = tuple(
        replace(known, absent=True) if known.organisation in absent else known
        for known in _heard(case.consulted, told, words)
    )
    return replace(case, consulted=consulted, met=words, minutes=text_mark(event.minutes))


def _checked(event: StepChecked) -> Checked:
    unmet = tuple(finding.rule for finding in event.findings if finding.found == "unmet")
    return Checked(officer_id=event.officer_id, unmet=unmet, words=fingerprint(event))


def _stopped(event: ClockStopped) -> Stopped:
    return Stopped(
        number=number_of(event.step_id),
        procedure=event.procedure,
        days=event.announced_days,
        whole=event.legal is not None,
        at=instant_text(event.stopped_at),
        again_at=instant_text(event.runs_again_at),
    )


def _resumed(stops: tuple[Stopped, ...], event: ClockResumed) -> tuple[Stopped, ...]:
    return _last(stops, event.step_id, {"resumed_at": instant_text(event.resumed_at)})


def _last(stops: tuple[Stopped, ...], step_id: str, changes: dict[str, Any]) -> tuple[Stopped, ...]:
    """Change the latest stop of the step."""
    number = number_of(step_id)
    own = [place for place, stop in enumerate(stops) if stop.number == number]
    if not own:
        return stops
    last = own[-1]
    return (*stops[:last], replace(stops[last], **changes), *stops[last + 1 :])


def _extended(event: ClockExtended) -> Extended:
    moved: dict[Literal["step", "legal", "promised"], object] = {
        "legal": event.legal,
        "promised": event.promised,
        "step": event.term,
    }
    return Extended(
        number=number_of(event.step_id),
        days=event.days,
        at=instant_text(event.granted_at),
        clocks=tuple(name for name, term in moved.items() if term is not None),
    )


def _with(consulted: tuple[Consulted, ...], new: Consulted) -> tuple[Consulted, ...]:
    others = (known for known in consulted if known.organisation != new.organisation)
    return (*others, new)


def _convened(consulted: tuple[Consulted, ...], event: MeetingConvened) -> tuple[Consulted, ...]:
    due_at = instant_text(event.planned_at)
    for department in event.departments:
        called = Consulted(organisation=department, by="meeting", due_at=due_at)
        consulted = _with(consulted, called)
    return consulted


def _heard(
    consulted: tuple[Consulted, ...], told: dict[str, Opinion], words: str
) -> tuple[Consulted, ...]:
    return tuple(
        replace(known, opinion=told[known.organisation], words=words, clock=None)
        if known.organisation in told
        else known
        for known in consulted
    )


def _found(consulted: tuple[Consulted, ...], event: OpinionAnswered) -> tuple[Consulted, ...]:
    return tuple(
        replace(known, found=event.found or ())
        if known.organisation == event.organisation
        else known
        for known in consulted
    )


def _surveyed(
    surveys: tuple[Surveyed, ...], event: SurveyScheduled | SurveyRecorded
) -> tuple[Surveyed, ...]:
    result = event.result if isinstance(event, SurveyRecorded) else "planned"
    findings = text_mark(event.findings) if isinstance(event, SurveyRecorded) else ""
    new = Surveyed(survey=event.survey, result=result, words=fingerprint(event), findings=findings)
    return (*(known for known in surveys if known.survey != event.survey), new)
