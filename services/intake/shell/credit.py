"""HTTP of credit restrictions, and the service beside intake's own that keeps them (ADR 0022)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import TypeAdapter

from schemas.events.base import CREDIT
from schemas.facts import Topic
from schemas.values import (
    ApplicantRef,
    Label,
    OrganisationPath,
    Restriction,
    RestrictionId,
    RestrictionKind,
    Text,
)
from services.intake.core.credit.commands import COMMANDS, Impose, Lift
from services.intake.core.credit.in_force import Restrictions
from services.intake.core.credit.rules import (
    State,
    answer,
    decider,
    version,
    version_of_view,
    view,
)
from services.intake.shell.bodies import Body
from services.kernel.calendar import ZONE
from services.kernel.competence import may
from services.kernel.reference_book import ReferenceBook
from services.kernel.rules_in_force import credit_rules_in_force
from services.runtime import clock
from services.runtime.command_calls import Call, Head
from services.runtime.command_calls import view as asked
from services.runtime.followed_events import FollowedEvents
from services.runtime.problems import Problem
from services.runtime.roles import Host
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


@asynccontextmanager
async def restrictions(host: Host) -> AsyncIterator[None]:
    """Follow the restrictions, for what comes with a submission."""
    followed = FollowedEvents(host.bootstrap, CREDIT, Restrictions, host.health)
    host.app.state.restrictions = followed
    host.go(followed.follow(), "restrictions")
    yield


@router.get("/people/{applicant_ref}/restrictions")
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


@router.post("/people/{applicant_ref}/restrictions", status_code=201)
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


@router.post("/people/{applicant_ref}/restrictions/{restriction_id}/lift")
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


def known_restrictions(
    request: Request, item_code: str, applicant_ref: str, agent_ref: str | None = None
) -> dict[str, Any]:
    """Give what a draft or submission carries of credit: restrictions in force today of applicant
    and agent, each with its rule's version, and the topics of the item.

    Raises:
        Problem: 503 `server.unavailable`; the stream has not been read to its end once.
    """
    followed: FollowedEvents[Restrictions] = request.app.state.restrictions
    book: ReferenceBook = request.app.state.shell.reference.book
    today = _today()
    rules = credit_rules_in_force(book, today)
    roles: tuple[tuple[Literal["applicant", "agent"], str | None], ...] = (
        ("applicant", applicant_ref),
        ("agent", agent_ref),
    )
    found = tuple(
        Restriction(
            restriction_id=held.restriction_id,
            of=of,
            kind=held.kind,
            rule_version=rules[held.kind].version,
            basis=held.basis,
            imposed_by=held.imposed_by,
            since=held.since,
            until=held.until,
        )
        for of, ref in roles
        if ref is not None
        for held in followed.fold.in_force(ref, today)
        if held.kind in rules
    )
    return {"restrictions": found, "item_topics": _topics_of(book, item_code, today)}


def _topics_of(book: ReferenceBook, item_code: str, today: date) -> tuple[str, ...]:
    codes = sorted({topic.code for topic in book.topics()})
    current: list[Topic | None] = [book.current_topic(code, today) for code in codes]
    return tuple(t.code for t in current if t is not None and item_code in t.items)


def _today() -> date:
    return clock.now().astimezone(ZONE).date()
