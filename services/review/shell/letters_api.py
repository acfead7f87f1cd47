"""HTTP of review: its documents as PDF, each from the event that it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from fastapi import APIRouter, Request, Response

from schemas.envelope import Envelope
from schemas.events.base import INTAKE, REVIEW, Event
from schemas.events.custody import ResultReissued
from schemas.events.intake import CaseAccepted
from schemas.events.results import ResultIssued
from schemas.events.review import ClockExtended, ClockStopped, OfStep, StepDecided
from services.review.shell.letters import Correspondence, NameOf, as_it_reads
from services.review.shell.seeing import seen
from services.review.shell.steps import StepKey, case_of
from services.runtime.api_document import problem_answers
from services.runtime.case_events import CaseEvents
from services.runtime.command_calls import Shell
from services.runtime.printing import PDF_RESPONSES, Printer, pdf_response
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer

router = APIRouter(prefix="/v1", tags=["review"])
FOLDER: Final = Path(__file__).with_name("documents")
Enough: TypeAlias = Callable[[Envelope[Event]], bool]


@router.get("/steps/{step_id}/decision.pdf", responses=PDF_RESPONSES, response_class=Response)
async def decision(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """决定书: approved or rejected, with reasons and remedy."""
    return await _printed(request, officer, step_id, "decision", StepDecided)


@router.get("/steps/{step_id}/stop.pdf", responses=PDF_RESPONSES, response_class=Response)
async def stop(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """特别程序告知书: the latest, where there were several on the step."""
    return await _printed(request, officer, step_id, "stop", ClockStopped)


@router.get("/steps/{step_id}/extension.pdf", responses=PDF_RESPONSES, response_class=Response)
async def extension(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """延长办理期限告知书."""
    return await _printed(request, officer, step_id, "extension", ClockExtended)


@router.get(
    "/steps/{step_id}/result.pdf",
    responses={**PDF_RESPONSES, **problem_answers(409)},
    response_class=Response,
)
async def result(request: Request, step_id: StepKey, officer: SignedIn) -> Response:
    """结果文书: the certificate, to be checked by its QR code."""
    return await _printed(request, officer, step_id, "result", ResultIssued, ResultReissued)


async def _printed(
    request: Request, officer: SignedInOfficer, step_id: str, kind: str, *wanted: type[OfStep]
) -> Response:
    """Give the latest document of a kind.

    Raises:
        Problem: 404 `document.not_issued`, 409 `document.revoked`, 403, 503.
    """
    told = orjson.loads((await seen(request, officer, step_id)).body)
    issued = [document for document in told.get("documents", ()) if document["kind"] == kind]
    if not issued:
        raise Problem("document.not_issued")
    if kind == "result" and told.get("revoked"):
        raise Problem("document.revoked")
    document = issued[-1]
    events: CaseEvents = request.app.state.case_events
    case_id, begun = case_of(step_id), _instant(told["accepted_at"])
    since = _instant(document["at"]) if document["at"] else begun
    found = await events.find(REVIEW, case_id, since, _is(wanted, step_id, document["at"]))
    accepted = await events.find(INTAKE, case_id, begun, _is_acceptance)
    if found is None or accepted is None:
        raise Problem("document.not_issued")
    if isinstance(found.event, ResultIssued | ResultReissued):
        found = found._replace(event=as_it_reads(found.event, told))
    letter = _correspondence(request, told, accepted.event).of(found, document["ordinal"])
    printer: Printer = request.app.state.printer
    template = FOLDER / f"{letter.template}.typ"
    content = await printer.pdf(template, letter.number, letter.facts, letter.at)
    return pdf_response(content, letter.number)


def _is(wanted: tuple[type[OfStep], ...], step_id: str, at: str | None) -> Enough:
    """Give what knows the event; read from a little too early, its instant tells it apart."""
    since = _instant(at) if at else None

    def enough(envelope: Envelope[Event]) -> bool:
        event = envelope.event
        of_step = isinstance(event, wanted) and event.step_id == step_id
        return of_step and (since is None or envelope.occurred_at >= since)

    return enough


def _is_acceptance(envelope: Envelope[Event]) -> bool:
    return isinstance(envelope.event, CaseAccepted)


def _correspondence(request: Request, told: dict[str, Any], accepted: Event) -> Correspondence:
    shell: Shell = request.app.state.shell
    name_of: NameOf = request.app.state.name_of
    book = shell.reference.book
    assert isinstance(accepted, CaseAccepted)
    item = book.item(told["item_code"], told["item_version"])
    return Correspondence(
        accepted=accepted,
        item=item,
        reference=book,
        name_of=name_of,
        seals=tuple(told.get("seals") or ()),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
