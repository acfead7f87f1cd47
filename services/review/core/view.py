"""The steps of a case as JSON, for those who ask and those who acted."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.base import Event
from schemas.events.review import OfStep
from services.kernel.decider import Refused
from services.review.core.commands import Command
from services.review.core.commands_of_time import CorrectDueDates
from services.review.core.documents import documents_of
from services.review.core.state import Case, Claimed, Closed, Consulted, State, Step, Waiting
from services.review.core.state_of_result import Correction, Parcel


def view(key: str, state: State, part: str | None) -> dict[str, object]:
    """Give the step whose id is `part`; without it all steps, in the order they came.

    Raises:
        Refused: `review.not_found`, `review.step_not_found`.
    """
    if part is None:
        if not state.steps:
            raise Refused("review.not_found", "该办件还没有到达任何审批环节。")
        steps = [_step(key, step, state) for step in state.steps]
        return {"case_id": key, "version": version_of_view(state, None), "steps": steps}
    step = state.step(part)
    if step is None:
        raise Refused("review.step_not_found", f"没有环节 {part}，请刷新待办列表。")
    return _step(key, step, state)


def answer(key: str, state: State, events: Sequence[Event]) -> dict[str, object]:
    """Give the step on which something was done; the whole case where nothing was to be done."""
    for event in events:
        if isinstance(event, OfStep):
            return view(key, state, event.step_id)
    return view(key, state, None)


def version(state: State, command: Command) -> int:
    """Give what `If-Match` of a command is compared with: events of its step that took effect."""
    if isinstance(command, CorrectDueDates):
        return version_of_view(state, None)
    step = state.step(command.step_id)
    return 0 if step is None else step.version


def version_of_view(state: State, part: str | None) -> int:
    """Give the `ETag` of a view: of one step, or of all steps together."""
    return sum(step.version for step in state.steps if part in (None, step.step_id))


def _step(key: str, step: Step, state: State) -> dict[str, object]:
    found: dict[str, object] = {
        "case_id": key,
        "step_id": step.step_id,
        "status": step.kind,
        "version": step.version,
        "organisation": step.organisation,
        "duty": step.duty,
        "due_at": step.due_at,
    }
    if step.role is not None:
        found["role"] = step.role
    if state.case is not None:
        found |= _shared(state.case)
        found["accepted_at"] = state.case.legal.started_at
        found["documents"] = documents_of(state, step)
    if (stop := state.open_stop(step.step_id)) is not None and not isinstance(step, Closed):
        found["stopped_for"] = stop.procedure
        found["runs_again_at"] = stop.again_at
    if not isinstance(step, Closed) and (named := step.stand_in) is not None:
        found["stand_in"] = {
            "officer_id": named.officer_id,
            "acting_for": named.acting_for,
            "since": named.since,
            "until": named.until,
        }
    if state.case is not None and state.case.consulted and step.duty != "opinion":
        found["consulted"] = [_asked(each) for each in state.case.consulted]
    if state.case is not None and step.duty == "decide":
        found |= _result(state.case)
    match step:
        case Waiting():
            found["claimed_by"] = None
        case Claimed():
            found["claimed_by"] = step.officer_id
        case Closed():
            found["closed_by"] = step.officer_id
            found["outcome"] = step.outcome
    return found


def _asked(asked: Consulted) -> dict[str, object]:
    found: dict[str, object] = {
        "organisation": asked.organisation,
        "by": asked.by,
        "due_at": asked.due_at,
        "opinion": asked.opinion,
    }
    if asked.checks:
        found["checks"] = list(asked.checks)
        found["found"] = [{"code": one.code, "found": one.found} for one in asked.found]
    return found | {"absent": True} if asked.absent else found


def _shared(case: Case) -> dict[str, object]:
    """Give what every step of the case tells of it."""
    found: dict[str, object] = {
        "item_code": case.item_code,
        "item_version": case.item_version,
        "accepted_by": case.accepted_by,
        "extended": case.extended is not None,
    }
    if (checked := case.checked) is not None:
        found["checked"] = {"officer_id": checked.officer_id, "unmet": list(checked.unmet)}
    if case.corrections:
        found["corrections"] = [_correction(known) for known in case.corrections]
    if case.surveys:
        found["surveys"] = [{"survey": s.survey, "result": s.result} for s in case.surveys]
    return found


def _correction(known: Correction) -> dict[str, object]:
    return {
        "what": known.what,
        "survey": known.survey,
        "old": known.old,
        "new": known.new,
        "officer_id": known.officer_id,
        "at": known.at,
    }


def _result(case: Case) -> dict[str, object]:
    found: dict[str, object] = {}
    if case.bill is not None:
        found["fee"] = {
            "total_fen": case.bill.total_fen,
            "settled": case.bill.settled is not None,
        }
    if case.deliver_by is not None:
        found["deliver_by"] = case.deliver_by
    if (issued := case.issued) is not None:
        found["document_number"] = issued.document_number
        found["document"] = {
            "name": issued.name,
            "issued_at": issued.at,
            "valid_from": issued.valid_from,
            "valid_until": issued.valid_until,
        }
        found["ready_place"] = issued.ready
        found["told"] = issued.told is not None
        if (parcel := issued.parcel) is not None:
            found["parcel"] = _parcel(parcel)
        if issued.seals:
            found["seals"] = list(issued.seals)
        if issued.duplicate:
            found["duplicate"] = issued.duplicate
        found["delivered"] = issued.delivered is not None
        found["revoked"] = None
        if issued.revoked is not None:
            found["revoked"] = {"how": issued.revoked.how, "at": issued.revoked.at}
    return found


def _parcel(parcel: Parcel) -> dict[str, object]:
    return {
        "by": parcel.by,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "handed_at": parcel.handed_at,
        "lost": parcel.lost is not None,
    }
