"""What officers do with a route, and its events, every field filled."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, Final

from schemas.events.base import Event
from schemas.events.moves import (
    StepDelegated,
    StepRecalled,
    StepRerouted,
    StepReturned,
    StepTakenOver,
    StepTransferred,
    StepUploaded,
)
from schemas.events.routing import StepOpened
from schemas.events.upward import CaseReportedUp, ExternalResultRecorded
from schemas.values import CaseOutcome, PlannedStep, Recall
from services.kernel.actor import Actor
from services.routing.core.commands import (
    DelegateStep,
    HearExternalResult,
    RecordExternalResult,
    RerouteStep,
    ReturnStep,
    TakeBackStep,
    TakeOverStep,
    TransferStep,
    UploadStep,
)
from tests.routing.core.situations import closed, laid, opened, planned
from tests.support.builders import (
    CASE,
    COUNTY,
    FORESTRY,
    LAND,
    TOWNSHIP,
    VILLAGE,
    at,
    later,
    officer,
    system,
    term,
)

SHAPE: Final = "township_forwards"
CLERK: Final = officer("village_clerk", VILLAGE, "o-li")
TOWN: Final = officer("township_approver", TOWNSHIP, "o-wang")
CHIEF: Final = officer("chief_representative", FORESTRY, "o-lin")
REVIEWER: Final = officer("department_reviewer", LAND, "o-land")
HEIR: Final = "/qingyun/t-anle"
"""Does the work of the township from `CLOSED_ON`."""
CLOSED_ON: Final = date(2025, 3, 5)
CLOSING: Final = at("2025-03-05 00:00")
REASON: Final = "需补充现场核实"

AT_VILLAGE: Final[tuple[Event, ...]] = (laid("village_decides"), opened("village_decides", 1))
AT_TOWNSHIP: Final[tuple[Event, ...]] = (laid(), opened(SHAPE, 1))
AT_DEPARTMENT: Final[tuple[Event, ...]] = (
    *AT_TOWNSHIP,
    closed(SHAPE, 1, "forwarded"),
    opened(SHAPE, 2),
)
AT_LAND: Final[tuple[Event, ...]] = (laid("straight_to_county"), opened("straight_to_county", 1))


def _step(number: int, actor: Actor, **changes: Any) -> dict[str, Any]:
    known = {"key": CASE, "actor": actor, "at": later(), "step_id": f"{CASE}.{number}"}
    return {**known, "reason": REASON, **changes}


def transfer(number: int = 1, actor: Actor = TOWN, **changes: Any) -> TransferStep:
    return TransferStep(**_step(number, actor, **{"to_officer": "o-wu", **changes}))


def delegate(number: int = 1, actor: Actor = TOWN, **changes: Any) -> DelegateStep:
    period = {"since": later(), "until": at("2025-03-07 17:30")}
    who = {"absent": "o-wang", "stand_in": "o-xu"}
    return DelegateStep(**_step(number, actor, **{**who, **period, **changes}))


def take_over(number: int = 1, actor: Actor = TOWN, **changes: Any) -> TakeOverStep:
    return TakeOverStep(**_step(number, actor, **changes))


def send_back(number: int = 2, actor: Actor = CHIEF, **changes: Any) -> ReturnStep:
    return ReturnStep(**_step(number, actor, **changes))


def upload(number: int = 1, actor: Actor = TOWN, **changes: Any) -> UploadStep:
    return UploadStep(**_step(number, actor, **changes))


def hear(actor: Actor = CHIEF, **changes: Any) -> RecordExternalResult:
    known = {
        "key": CASE,
        "actor": actor,
        "at": later(3),
        "authority": "恩施州林业局",
        "document_number": "州林审〔2025〕7号",
        "decided_on": date(2025, 3, 3),
        "outcome": "approved",
    }
    return RecordExternalResult(**{**known, **changes})


def heard(**changes: Any) -> HearExternalResult:
    known = {field.name: getattr(hear(), field.name) for field in fields(hear())}
    return HearExternalResult(**{**known, "actor": system(COUNTY), **changes})


def reroute(number: int = 1, organisation: str = TOWNSHIP, **changes: Any) -> RerouteStep:
    known = {
        "key": CASE,
        "actor": system(organisation),
        "at": CLOSING,
        "step_id": f"{CASE}.{number}",
        "organisation": organisation,
        "to_organisation": HEIR,
        "closed_on": CLOSED_ON,
        "reference_version": f"organisation{organisation}#0c5e11ad",
        "reason": "机构撤并",
    }
    return RerouteStep(**{**known, **changes})


def rerouted(number: int = 1, organisation: str = TOWNSHIP, **changes: Any) -> StepRerouted:
    known = {
        **_place(number, organisation),
        "to_organisation": HEIR,
        "move": 1,
        "moved_at": CLOSING,
        "closed_on": CLOSED_ON,
        "reference_version": f"organisation{organisation}#0c5e11ad",
        "reason": "机构撤并",
    }
    return StepRerouted.model_validate({**known, **changes})


def reported_up(number: int = 2, organisation: str = FORESTRY) -> CaseReportedUp:
    return CaseReportedUp(
        step_id=f"{CASE}.{number}",
        organisation=organisation,
        officer_id="o-wang",
        external=term(15, "2025-03-24 17:30", later()),
    )


def result_recorded(outcome: CaseOutcome = "approved") -> ExternalResultRecorded:
    return ExternalResultRecorded(
        step_id=f"{CASE}.2",
        organisation=FORESTRY,
        officer_id="o-lin",
        authority="恩施州林业局",
        document_number="州林审〔2025〕7号",
        decided_on=date(2025, 3, 3),
        received_at=later(3),
        outcome=outcome,
    )


def take_back(number: int = 2, **changes: Any) -> TakeBackStep:
    known = {"key": CASE, "actor": system(), "at": later(2), "step_id": f"{CASE}.{number}"}
    return TakeBackStep(**{**known, **changes})


def _place(number: int, organisation: str) -> dict[str, Any]:
    return {"step_id": f"{CASE}.{number}", "number": number, "organisation": organisation}


def transferred(number: int = 1, organisation: str = TOWNSHIP, **changes: Any) -> StepTransferred:
    known = {
        **_place(number, organisation),
        "to_organisation": organisation,
        "move": 1,
        "moved_at": later(),
        "officer_id": "o-wang",
        "to_officer": "o-wu",
        "reason": REASON,
    }
    return StepTransferred.model_validate({**known, **changes})


def taken_over(number: int = 1, organisation: str = VILLAGE, **changes: Any) -> StepTakenOver:
    known = {
        **_place(number, organisation),
        "to_organisation": TOWNSHIP,
        "move": 1,
        "moved_at": later(),
        "officer_id": "o-wang",
        "role": "township_approver",
        "reason": REASON,
    }
    return StepTakenOver.model_validate({**known, **changes})


def delegated(number: int = 1, organisation: str = TOWNSHIP, **changes: Any) -> StepDelegated:
    known = {
        **_place(number, organisation),
        "officer_id": "o-wang",
        "absent": "o-wang",
        "stand_in": "o-xu",
        "role": "township_approver",
        "since": later(),
        "until": at("2025-03-07 17:30"),
        "reason": REASON,
    }
    return StepDelegated.model_validate({**known, **changes})


def recalled(
    number: int = 2,
    organisation: str = FORESTRY,
    why: Recall = "returned",
    by: str = "o-lin",
    reason: str = REASON,
) -> StepRecalled:
    return StepRecalled(**_place(number, organisation), why=why, officer_id=by, reason=reason)


def returned(
    *ahead: PlannedStep, number: int = 2, organisation: str = FORESTRY, **changes: Any
) -> StepReturned:
    known = {
        **_place(number, organisation),
        "officer_id": "o-lin",
        "reason": REASON,
        "ahead": ahead,
        "returns": 1,
    }
    return StepReturned.model_validate({**known, **changes})


def uploaded(*ahead: PlannedStep, number: int = 1, **changes: Any) -> StepUploaded:
    known = {**_place(number, TOWNSHIP), "officer_id": "o-wang", "reason": REASON}
    return StepUploaded.model_validate({**known, "ahead": ahead, **changes})


def again(shape: str, number: int, as_number: int, stage: int, **changes: Any) -> PlannedStep:
    """A planned step in a later round."""
    first = planned(shape)[number - 1]
    return first.model_copy(
        update={"number": as_number, "stage": stage, "repeats": number, **changes}
    )


def opened_as(step: PlannedStep, **changes: Any) -> StepOpened:
    """A step of a later round, opened two minutes after the route was laid."""
    like = opened(SHAPE, 1, later(2))
    told = {
        "step_id": f"{CASE}.{step.number}",
        "number": step.number,
        "stage": step.stage,
        "title": step.title,
        "organisation": step.organisation,
        "duty": step.duty,
        "role": step.role,
    }
    return like.model_copy(update={**told, **changes})


TOWN_AGAIN: Final = again(SHAPE, 1, 3, 3)
COUNTY_AGAIN: Final = again(SHAPE, 2, 4, 4)
RETURNED: Final[tuple[Event, ...]] = (
    *AT_DEPARTMENT,
    recalled(),
    returned(TOWN_AGAIN, COUNTY_AGAIN),
    opened_as(TOWN_AGAIN),
)
"""Sent back by the department; the township does it once more."""
