"""HTTP of credit restrictions, and the service beside intake's own that keeps them (ADR 0022)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import TypeAdapter

from schemas.events.base import CREDIT
from schemas.values import (
    ApplicantRef,
    Label,
    OrganisationPath,
    RestrictionId,
    RestrictionKind,
    Text,
)
from services.intake.core.credit.commands import COMMANDS, Impose, Lift
from services.intake.core.credit.rules import (
    State,
    answer,
    decider,
    version,
    version_of_view,
    view,
)
from services.intake.shell.bodies import Body
from services.intake.shell.told import RestrictionsTold
from services.kernel.calendar import ZONE
from services.kernel.competence import may
from services.kernel.rules_in_force import credit_rules_in_force
from services.runtime import clock
from services.runtime.command_calls import Call, Head
from services.runtime.command_calls import view as asked
from services.runtime.problems import Problem
from services.runtime.service import Service, adapters
from services.runtime.tokens import SignedIn

NAME: Final = "credit"
router = APIRouter(prefix="/v1", tags=["credit"])
Who = Annotated[ApplicantRef, Path(description="办事人代号 pseudonym of the subject")]
Which = Annotated[RestrictionId, Path(description="限制编号 id of the restriction")]
Calling = Annotated[Call, Depends(Head(NAME))]
_STATE: TypeAdapter[Any] = TypeAdapter(State)

CREDIT_SERVICE: Service[Any] = Service(
    name=NAME,
    events_topic=CREDIT,
    state=_STATE,
    decider=decider,
    commands=adapters(COMMANDS),
    view=view,
    answer=answer,
    version=version,
    version_of_view=version_of_view,
    beside=True,
)


class Imposition(Body):
    """A decided fact and what it restricts."""

    kind: RestrictionKind
    subject: Literal["applicant", "agent", "intermediary"] = "applicant"
    basis: Label
    reason: Text
    imposed_by: OrganisationPath | None = None
    """By whose decision; the officer's own organisation if left out."""
    source: Label
    since: date
    until: date
    appeal: Text


class Lifting(Body):
    """By which decision, and why, it ends before its day."""

    basis: Label
    reason: Text


@router.get("/people/{applicant_ref}/restrictions", responses={200: {"model": RestrictionsTold}})
async def of_person(request: Request, applicant_ref: Who, officer: SignedIn) -> Response:
    """Give all restrictions of a subject, lapsed and lifted ones too, and whether each binds."""
    if not may(officer.actor, "credit.view", officer.actor.organisation):
        raise Problem("rights.denied")
    result = await asked(request, officer, applicant_ref, None, NAME)
    body, today = orjson.loads(result.body), _today().isoformat()
    for found in body["restrictions"]:
        found["in_force"] = not found["lifted"] and found["since"] <= today <= found["until"]
    etag = {"ETag": f'"{result.version}"'}
    return Response(orjson.dumps(body), 200, etag, media_type="application/json")


@router.post(
    "/people/{applicant_ref}/restrictions",
    status_code=201,
    responses={201: {"model": RestrictionsTold}},
)
async def impose(applicant_ref: Who, body: Imposition, call: Calling) -> Response:
    """登记信用限制. It meets its subject at every window from then on."""
    rule = credit_rules_in_force(call.shell.reference.book, _today()).get(body.kind)
    if rule is None:
        detail = f"没有信用规则 {body.kind}，请核对规则目录。"
        raise Problem("credit.rule_not_in_force", 404, detail=detail)
    command = Impose(
        key=applicant_ref,
        actor=call.actor,
        at=call.at,
        kind=body.kind,
        rule_version=rule.version,
        subject=body.subject,
        basis=body.basis,
        reason=body.reason,
        imposed_by=body.imposed_by or call.actor.organisation,
        source=body.source,
        since=body.since,
        until=body.until,
        appeal=body.appeal,
    )
    return await call.carry_out(command, 201)


@router.post(
    "/people/{applicant_ref}/restrictions/{restriction_id}/lift",
    responses={200: {"model": RestrictionsTold}},
)
async def lift(applicant_ref: Who, restriction_id: Which, body: Lifting, call: Calling) -> Response:
    """解除信用限制. It binds nowhere any more."""
    return await call.carry_out(
        Lift(
            key=applicant_ref,
            actor=call.actor,
            at=call.at,
            restriction_id=restriction_id,
            basis=body.basis,
            reason=body.reason,
        )
    )


def _today() -> date:
    return clock.now().astimezone(ZONE).date()
