"""The result document: issued in its time, numbered, in force for as long (ALL 39, 44)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from schemas.codec import instant_text
from schemas.events.base import Event
from schemas.events.results import DeliveryClockStarted, ResultIssued
from services.kernel.calendar import local
from services.kernel.decider import Reference, Refused
from services.kernel.identifiers import document_number
from services.kernel.terms import DELIVERY, term
from services.review.core.commands import Decide
from services.review.core.commands_of_result import Issue
from services.review.core.commands_of_route import RestartClock
from services.review.core.item import item_of
from services.review.core.sealing import sealed
from services.review.core.state import Closed, State, Step


def issue(state: State, step: Step, command: Issue, reference: Reference) -> Sequence[Event]:
    """Give the document with a number derived from the case, and the seals on it; nothing where
    it was just issued.

    Raises:
        Refused: `review.item_not_recorded`, `review.not_approved`, `review.no_document`,
            `review.already_issued`, `review.fee_unsettled`, `review.superior_outstanding`,
            and those of `sealed`.
    """
    case, item = item_of(state, reference)
    if not isinstance(step, Closed) or step.outcome != "approved":
        raise Refused("review.not_approved", "尚未批准，不能颁发结果。")
    if item.external is not None and case.superior != "approved":
        raise Refused("review.superior_outstanding", "上级尚未批准，不能颁发结果。")
    if (document := item.document) is None:
        raise Refused("review.no_document", f"事项“{item.name}”没有结果文书。")
    if case.issued is not None:
        if case.issued.at == instant_text(command.at):
            return ()
        raise Refused("review.already_issued", f"已颁发 {case.issued.document_number}。")
    if case.bill is not None and case.bill.settled is None:
        raise Refused("review.fee_unsettled", f"尚有 {case.bill.total_fen} 分未缴清或免缴。")
    today = local(command.at).date()
    division = reference.organisation(step.organisation).division
    months = document.valid_months
    number = document_number(command.key, division, today.year)
    return [
        ResultIssued(
            step_id=step.step_id,
            organisation=step.organisation,
            officer_id=command.actor.officer_id,
            document_number=number,
            name=document.name,
            issued_at=command.at,
            valid_from=today,
            valid_until=None if months is None else last_day(today, months),
        ),
        *sealed(step, command, number, "issue", reference),
    ]


def delivery_clock(
    state: State, step: Step, command: Decide | RestartClock, reference: Reference
) -> Sequence[Event]:
    """Give the clock within which the result is issued and delivered (ALL 44), where the decision
    approves what has a document; nothing else has one. Of a case that went up it is the
    superior's decision.

    Raises:
        UnknownReference: the version of the item is not (yet) known here.
    """
    if state.case is None or command.outcome != "approved":
        return ()
    case, item = item_of(state, reference)
    by_superior = isinstance(command, RestartClock)
    if item.document is None or by_superior != (item.external is not None):
        return ()
    running = term(DELIVERY, command.at, step.organisation, case.calendar_version, reference)
    return [
        DeliveryClockStarted(step_id=step.step_id, organisation=step.organisation, term=running)
    ]


def last_day(first: date, months: int) -> date:
    """Give the last day of a validity of `months` that begins on `first`: the day before the same
    day of the month, or the end of a month that has no such day."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    if first.day > (last := monthrange(year, month)[1]):
        return date(year, month, last)
    return date(year, month, first.day) - timedelta(1)
