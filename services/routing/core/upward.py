"""上报件: the county's part is done, the city or province decides (domain §3, §4.7)."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.routing import CaseCompleted
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from services.kernel.calendar import local
from services.kernel.competence import require
from services.kernel.decider import Reference, Refused
from services.kernel.terms import term
from services.routing.core.commands import CloseStep, HearExternalResult, Result
from services.routing.core.state import Completed, Heard, Open, UnderWay


def report_up(
    state: UnderWay, step: Open, command: CloseStep, reference: Reference
) -> CaseReportedUp | None:
    """Give the report where the item is decided above the county; None where it is not.

    Raises:
        UnknownReference: the item's version is not (yet) known here.
    """
    if state.item_version is None:
        return None
    item = reference.item(state.item_code, state.item_version)
    if item.kind != "report_up" or item.external is None:
        return None
    calendar_version = state.legal.calendar_version
    return CaseReportedUp(
        step_id=command.step_id,
        organisation=step.organisation,
        officer_id=command.officer_id,
        external=term(item.external, command.at, step.organisation, calendar_version, reference),
    )


def record_result(state: UnderWay, command: Result) -> Sequence[Event]:
    """Give what the authority decided, and with it the end of the case.

    Raises:
        Refused: `rights.denied`, `routing.not_reported_up`, `routing.result_in_future`.
    """
    if (away := state.away) is None:
        raise Refused("routing.not_reported_up", "该办件未上报，或上级批复已登记。")
    if not isinstance(command, HearExternalResult):
        require(command.actor, command.action, away.organisation)
    if command.decided_on > local(command.at).date():
        raise Refused("routing.result_in_future", "上级作出决定的日期尚未到，请核对批复文件。")
    result = ExternalResultRecorded(
        step_id=f"{command.key}.{away.number}",
        organisation=away.organisation,
        officer_id=command.actor.officer_id,
        authority=command.authority,
        document_number=command.document_number,
        decided_on=command.decided_on,
        received_at=command.at,
        outcome=command.outcome,
        remarks=command.remarks,
    )
    return [result, CaseCompleted(outcome=command.outcome)]


def result_again(state: Completed, command: Result) -> Sequence[Event]:
    """Give nothing where the authority's system tells once more what ended the case.

    Raises:
        Refused: `routing.result_contradicts`: another document, or another outcome;
            `routing.already_completed`: no authority ended it, or somebody records by hand.
    """
    known = state.result
    if known is None or not isinstance(command, HearExternalResult):
        raise Refused("routing.already_completed", "该办件已办结，批复不再登记。")
    if known != told_by(command):
        raise Refused(
            "routing.result_contradicts",
            f"与已登记的批复 {known.document_number}（{known.outcome}）不符，请向上级核实。",
        )
    return ()


def told_by(result: Result | ExternalResultRecorded) -> Heard:
    """Give by what two tellings of one result are known to agree."""
    return Heard(document_number=result.document_number.strip(), outcome=result.outcome)
