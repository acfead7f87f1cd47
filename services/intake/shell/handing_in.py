"""From what a window sends to the command that puts an application down or hands it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from fastapi import Response

from schemas.facts import Item
from schemas.values import Material
from services.intake.core.appointments.places import Places
from services.intake.core.commands import Draft, EarlierCase, Likeness, Submit
from services.intake.core.credit.in_force import Restrictions
from services.intake.core.prior_results import PriorResults
from services.intake.shell.bodies import Application, Confirmation, HandedIn
from services.intake.shell.met_restrictions import met_restrictions
from services.intake.shell.open_cases import OpenCases
from services.intake.shell.people import People, Telling
from services.intake.shell.prior import prior_of
from services.kernel.calendar import local
from services.kernel.competence import may
from services.kernel.decider import UnknownReference
from services.runtime import clock
from services.runtime.command_calls import Call, Shell, viewed
from services.runtime.problems import Problem

_DUPLICATE: Final = "intake.duplicate"


@dataclass(frozen=True, slots=True)
class Window:
    """What handing in reaches out with; on `app.state.window`."""

    people: People
    open_cases: OpenCases
    ready: Callable[[], bool]
    """Whether all that is followed has been read to its end once."""
    restrictions: Restrictions = field(default_factory=Restrictions)
    places: Places = field(default_factory=Places)
    results: PriorResults | None = None
    """None: none is known here, preconditions are shown by papers."""

    def require_ready(self) -> None:
        """Pass where what is known may be answered from: a process just started knows nobody.

        Raises:
            Problem: 503 `server.unavailable`.
        """
        if not self.ready():
            raise Problem("server.unavailable", headers={"Retry-After": "1"})


async def hand_in(
    call: Call, window: Window, body: Application, key: str, status: int = 201
) -> Response:
    """Put the application `key` down, or hand it in; answers `status`.

    Raises:
        Problem: 404 `intake.item_not_in_force`, as `People.remember`, and as `Call.carry_out`;
            409 `intake.duplicate` tells `possible_duplicates`.
    """
    window.require_ready()
    item = item_in_force(call.shell, body.item_code)
    known = await known_of(call, window, body, item, key)
    if not body.submit:
        return await call.carry_out(Draft(**known), status)
    return await submit(call, window, known, body, status)


async def submit(
    call: Call, window: Window, known: Mapping[str, Any], said: Confirmation, status: int = 200
) -> Response:
    """Hand in what is `known` of an application, and tell number and query code.

    Raises:
        Problem: as `hand_in`.
    """
    return await send(call, window, submission(call, window, known, said), status)


def submission(call: Call, window: Window, known: Mapping[str, Any], said: Confirmation) -> Submit:
    """Give the command that hands in what is `known` of an application."""
    alike = window.open_cases.alike(
        known["applicant_ref"], known["item_code"], call.at, known["key"]
    )
    item = known["item_code"], known["item_version"]
    book, applicant = call.shell.reference.book, known["applicant_ref"]
    return Submit(
        **known,
        prior=prior_of(book, window.results, item, applicant),
        calendar_version=call.calendar_version,
        alike=alike,
        duplicate_reason=said.duplicate_reason,
    )


async def send(call: Call, window: Window, command: Submit, status: int) -> Response:
    """Have an application handed in, and tell number and query code.

    Raises:
        Problem: as `hand_in`.
    """
    try:
        answer = await call.carry_out(command, status)
    except Problem as problem:
        if problem.code == _DUPLICATE:
            told = [likeness_view(case) for case in command.alike]
            problem.telling(possible_duplicates=told)
        raise
    return with_query_code(answer, window.people)


async def known_of(
    call: Call, window: Window, body: HandedIn, item: Item, key: str
) -> dict[str, Any]:
    """Give what draft and submission have in common; whoever applies is remembered, where the
    officer may take applications in.

    Raises:
        Problem: 409 `intake.organisation_unknown`, and as `People.remember`.
    """
    place = body.organisation or call.actor.organisation
    _require_known_place(call.shell, place)
    if body.taken_in_at is not None:
        _require_known_place(call.shell, body.taken_in_at)
    here = body.taken_in_at or place
    today, allowed = local(call.at).date(), may(call.actor, Submit.action, here)
    telling = Telling(here, today, body.confirm_changed_person, allowed)
    people = window.people
    applicant_ref = await people.remember(body.applicant, telling, "applicant")
    agent_ref = await people.remember(body.agent, telling, "agent") if body.agent else None
    return {
        "key": key,
        "actor": call.actor,
        "at": call.at,
        "item_code": item.code,
        "item_version": item.version,
        "organisation": place,
        "taken_in_at": body.taken_in_at,
        "channel": body.channel,
        "applicant_ref": applicant_ref,
        "materials": body.materials,
        "agent_ref": agent_ref,
        "mandate": body.mandate,
        "captured_at": body.captured_at,
        "barred": barred(call.shell, item.code, body.channel),
        "earlier": await earlier_cases(call, body.materials),
        **met_restrictions(
            call.shell.reference.book, window.restrictions, item.code, applicant_ref, agent_ref
        ),
    }


async def earlier_cases(call: Call, materials: Iterable[Material]) -> tuple[EarlierCase, ...]:
    """Ask the loop for the cases that papers are reused from; those not there are left out.

    Raises:
        Problem: 503.
    """
    named = sorted({paper.reused_from for paper in materials if paper.reused_from is not None})
    found = []
    for case_id in named:
        try:
            told = orjson.loads((await viewed(call.shell, call.officer, case_id, None)).body)
        except Problem as problem:
            if problem.status in (404, 409):
                continue
            raise
        if "applicant_ref" in told:
            papers = tuple(told.get("papers", ()))
            accepted = told["status"] == "accepted"
            found.append(
                EarlierCase(
                    case_id=case_id,
                    applicant_ref=told["applicant_ref"],
                    accepted=accepted,
                    papers=papers,
                )
            )
    return tuple(found)


def barred(shell: Shell, item: str, channel: Any) -> str | None:
    """Give why the negative list in force keeps the item away from the channel; None where none
    does."""
    negative = shell.reference.book.current_negative_list(channel, local(clock.now()).date())
    entries = negative.entries if negative is not None else ()
    return next((entry.reason for entry in entries if entry.item == item), None)


def item_in_force(shell: Shell, code: str) -> Item:
    """Give the item as it is in force today.

    Raises:
        Problem: 404 `intake.item_not_in_force`.
    """
    found = shell.reference.book.current_item(code, local(clock.now()).date())
    if found is None:
        raise Problem("intake.item_not_in_force", 404, detail=f"没有事项 {code}，请核对事项目录。")
    return found


def likeness_view(case: Likeness) -> dict[str, str]:
    """Give a case that is like another as JSON."""
    return {
        "case_id": case.case_id,
        "case_number": case.case_number,
        "status": case.status,
        "organisation": case.organisation,
        "submitted_at": case.at.isoformat(),
    }


def _require_known_place(shell: Shell, place: str) -> None:
    # Beyond this edge an unknown organisation is a fault, which the worker tries again.
    try:
        shell.reference.book.organisation(place)
    except UnknownReference:
        told = f"没有机构 {place}，请核对后重新选择。"
        raise Problem("intake.organisation_unknown", 409, detail=told) from None


def with_query_code(response: Response, people: People) -> Response:
    """Add the villager's code. It is derived, so a repeat is told the same."""
    body = orjson.loads(bytes(response.body))
    if "case_id" not in body:
        return response
    body["query_code"] = people.query_code(body["case_id"])
    headers = {"ETag": response.headers["etag"], "Location": f"/v1/applications/{body['case_id']}"}
    return Response(
        orjson.dumps(body), response.status_code, headers, media_type="application/json"
    )
