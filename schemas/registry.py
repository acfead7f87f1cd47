"""Which events exist, in every version ever published, and how old forms are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from schemas import credit_facts, facts, window_facts
from schemas.events import (
    appointment,
    clocks,
    credit,
    custody,
    external,
    intake,
    moves,
    presence,
    results,
    review,
    routing,
    seals,
    upward,
)
from schemas.events.base import ActionRefused, Event
from schemas.upcasts import deficiency_notified_v2, due_date_corrected_v2
from schemas.values import Value

EVENTS: Final[tuple[type[Event], ...]] = (
    ActionRefused,
    intake.ApplicationDrafted,
    intake.ApplicationSubmitted,
    intake.DeficiencyNotifiedV1,
    intake.DeficiencyNotified,
    intake.MaterialsSupplemented,
    intake.PaperAttached,
    intake.PaperDetached,
    intake.PrecheckRequested,
    intake.PrecheckAnswered,
    intake.CaseAccepted,
    intake.CaseNotAccepted,
    intake.ApplicationWithdrawn,
    routing.RouteLaid,
    routing.StepOpened,
    routing.StepClosed,
    routing.CaseCompleted,
    upward.CaseReportedUp,
    upward.ExternalResultRecorded,
    moves.StepTransferred,
    moves.StepDelegated,
    moves.StepTakenOver,
    moves.StepRerouted,
    moves.StepRecalled,
    moves.StepReturned,
    moves.StepUploaded,
    review.StepReceived,
    review.StepClaimed,
    review.StepReleased,
    review.StepMoved,
    review.StandInNamed,
    review.StepYielded,
    review.StepChecked,
    review.ClockStopped,
    review.ClockResumed,
    review.ClockExtended,
    upward.ClockSuspended,
    upward.ClockRestarted,
    review.OpinionGiven,
    review.OpinionRequested,
    review.OpinionAnswered,
    review.SurveyScheduled,
    review.SurveyRecorded,
    review.MeetingConvened,
    review.MeetingHeld,
    review.StepDecided,
    clocks.DueDateCorrectedV1,
    clocks.DueDateCorrected,
    results.FeeAssessed,
    results.FeePaid,
    results.FeeWaived,
    results.ResultIssued,
    results.DeliveryClockStarted,
    results.ResultReady,
    results.ReadyNotified,
    results.ResultDelivered,
    custody.ResultDispatched,
    custody.DeliveryFailed,
    custody.ResultReissued,
    seals.SealUsed,
    results.ResultRevoked,
    results.ResultCorrected,
    results.RecordCorrected,
    presence.SignedIn,
    presence.SignedOut,
    presence.WentIdle,
    presence.WentOffline,
    presence.CameBack,
    external.ExternalCaseOpened,
    external.ExternalActRecorded,
    external.ExternalCaseClosed,
    external.ExternalResultReported,
    appointment.AppointmentBooked,
    appointment.AppointmentCancelled,
    appointment.AppointmentMoved,
    appointment.TicketTaken,
    appointment.TicketCalled,
    appointment.TicketPassed,
    appointment.AppointmentServed,
    appointment.AppointmentBound,
    appointment.AppointmentMissed,
    credit.RestrictionImposed,
    credit.RestrictionLifted,
)
"""All forms, old ones too; a form never leaves this list."""

BY_TYPE: Final[Mapping[str, type[Event]]] = MappingProxyType({e.type: e for e in EVENTS})

FACTS: Final[Mapping[str, type[Value]]] = MappingProxyType(
    {
        "reference.facts.v1.item": facts.Item,
        "reference.facts.v1.topic": facts.Topic,
        "reference.facts.v1.negative-list": facts.NegativeList,
        "reference.facts.v1.organisation": facts.Organisation,
        "reference.facts.v1.officer": facts.Officer,
        "reference.facts.v1.account": facts.Account,
        "reference.facts.v1.window-schedule": window_facts.WindowSchedule,
        "reference.facts.v1.credit-rule": credit_facts.CreditRule,
        "people.facts.v1.person": facts.Person,
    }
)
"""Facts by topic and kind; their version is the topic's."""

UPCASTS: Final[Mapping[type[Event], Callable[[Event], Event]]] = MappingProxyType(
    {
        intake.DeficiencyNotifiedV1: deficiency_notified_v2,
        clocks.DueDateCorrectedV1: due_date_corrected_v2,
    }
)
"""Old form → the next one. Readers see the newest only."""


def current(event: Event) -> Event:
    """Give the newest form of `event`; itself where it is the newest."""
    while (upcast := UPCASTS.get(type(event))) is not None:
        event = upcast(event)
    return event
