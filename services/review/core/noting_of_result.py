"""The bill, the result document and where it is, after an event. Total, as `evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from schemas.codec import instant_text
from schemas.events.custody import DeliveryFailed, ResultDispatched, ResultReissued
from schemas.events.results import (
    DeliveryClockStarted,
    FeeAssessed,
    FeePaid,
    FeeWaived,
    ReadyNotified,
    RecordCorrected,
    ResultCorrected,
    ResultDelivered,
    ResultIssued,
    ResultReady,
    ResultRevoked,
)
from schemas.events.review import OfStep
from schemas.events.seals import SealUsed
from services.kernel.identifiers import fingerprint, text_mark
from services.review.core.clocks import clock_of_act
from services.review.core.state import Case
from services.review.core.state_of_result import (
    Bill,
    Correction,
    Issued,
    Parcel,
    Revoked,
    Setback,
)

_COME_TO_REST: Final = (ResultDelivered, ResultRevoked)
"""After which nothing is to be delivered any more."""


def settled(case: Case, event: OfStep) -> Case:
    """Give the case after an event of its bill, its result, or a correction."""
    match event:
        case FeeAssessed():
            bill = Bill(total_fen=event.total_fen, words=fingerprint(event))
            return replace(case, bill=bill)
        case FeePaid() | FeeWaived() if case.bill is not None:
            return replace(case, bill=replace(case.bill, settled=fingerprint(event)))
        case DeliveryClockStarted():
            started = clock_of_act(event.term, event.step_id)
            return replace(case, deliver_by=instant_text(event.term.due_at), delivery=started)
        case ResultIssued():
            return replace(case, issued=_issued(event))
        case RecordCorrected() | ResultCorrected():
            return _corrected(case, event)
        case _ if case.issued is not None:
            running = None if isinstance(event, _COME_TO_REST) else case.delivery
            return replace(case, issued=_held(case.issued, event), delivery=running)
        case _:
            return case


def _issued(event: ResultIssued) -> Issued:
    return Issued(
        document_number=event.document_number,
        at=instant_text(event.issued_at),
        name=event.name,
        valid_from=event.valid_from.isoformat(),
        valid_until=None if event.valid_until is None else event.valid_until.isoformat(),
    )


def _reissued(event: ResultReissued) -> Issued:
    return Issued(
        document_number=event.document_number,
        at=instant_text(event.reissued_at),
        name=event.name,
        valid_from=event.valid_from.isoformat(),
        valid_until=None if event.valid_until is None else event.valid_until.isoformat(),
        duplicate=event.duplicate,
    )


def _held(issued: Issued, event: OfStep) -> Issued:
    match event:
        case ResultReady():
            return replace(issued, ready=event.organisation)
        case ResultDispatched():
            return replace(issued, ready=None, told=None, parcel=_parcel(event))
        case DeliveryFailed():
            return _failed(issued, event)
        case ResultReissued():
            return _reissued(event)
        case ReadyNotified():
            return replace(issued, told=fingerprint(event))
        case ResultDelivered():
            return replace(issued, delivered=fingerprint(event))
        case SealUsed():
            return replace(issued, seals=_sealed(issued.seals, event))
        case ResultRevoked():
            at = instant_text(event.revoked_at)
            revoked = Revoked(how=event.how, at=at, words=fingerprint(event))
            return replace(issued, revoked=revoked)
        case _:
            return issued


def _sealed(seals: tuple[str, ...], event: SealUsed) -> tuple[str, ...]:
    return seals if event.name in seals else (*seals, event.name)


def _parcel(event: ResultDispatched) -> Parcel:
    return Parcel(
        by=event.by,
        carrier=event.carrier,
        tracking_number=event.tracking_number,
        handed_at=instant_text(event.handed_at),
        words=fingerprint(event),
    )


def _failed(issued: Issued, event: DeliveryFailed) -> Issued:
    setback = Setback(at=instant_text(event.found_at), words=fingerprint(event))
    if event.how == "returned":
        return replace(issued, ready=event.organisation, told=None, parcel=None, back=setback)
    if issued.parcel is None:
        return issued
    return replace(issued, parcel=replace(issued.parcel, lost=setback))


def _corrected(case: Case, event: RecordCorrected | ResultCorrected) -> Case:
    correction = Correction(
        what=event.what,
        survey=event.survey if isinstance(event, RecordCorrected) else None,
        old=event.old,
        new=event.new,
        officer_id=event.officer_id,
        at=instant_text(event.corrected_at),
    )
    case = replace(case, corrections=(*case.corrections, correction))
    match event.what:
        case "meeting_minutes":
            return replace(case, minutes=text_mark(event.new))
        case "survey_findings":
            surveys = tuple(
                replace(known, findings=text_mark(event.new))
                if known.survey == correction.survey
                else known
                for known in case.surveys
            )
            return replace(case, surveys=surveys)
        case _ if case.issued is not None:
            return replace(case, issued=_reading(case.issued, event))
        case _:
            return case


def _reading(issued: Issued, event: RecordCorrected | ResultCorrected) -> Issued:
    match event.what:
        case "name":
            return replace(issued, name=event.new)
        case "valid_from":
            return replace(issued, valid_from=event.new)
        case "valid_until":
            return replace(issued, valid_until=event.new)
        case _:
            return issued
