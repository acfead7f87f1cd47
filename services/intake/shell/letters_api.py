"""HTTP of intake: its documents as PDF, each from the event that it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from fastapi import APIRouter, Request, Response

from schemas.envelope import Envelope
from schemas.events.base import INTAKE, Event
from schemas.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseAccepted,
    CaseNotAccepted,
    DeficiencyNotified,
)
from services.intake.shell.api import CaseKey
from services.intake.shell.handing_in import Window
from services.intake.shell.letters import Correspondence, NameOf
from services.intake.shell.seeing import seen
from services.runtime.case_events import CaseEvents
from services.runtime.command_calls import Shell
from services.runtime.printing import PDF_RESPONSES, Printer, pdf_response
from services.runtime.problems import Problem
from services.runtime.tokens import SignedIn, SignedInOfficer

router = APIRouter(prefix="/v1", tags=["intake"])
FOLDER: Final = Path(__file__).with_name("documents")
_ENDS: Final = (CaseAccepted, CaseNotAccepted, ApplicationWithdrawn)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
Wanted: TypeAlias = type[Event]


@router.get("/applications/{case_id}/receipt.pdf", responses=PDF_RESPONSES, response_class=Response)
async def receipt(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """收件凭证（受理单）: what was handed in, and by when it will be answered."""
    return await _printed(request, officer, case_id, ApplicationSubmitted)


@router.get(
    "/applications/{case_id}/acceptance.pdf", responses=PDF_RESPONSES, response_class=Response
)
async def acceptance(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """受理通知书: by when the case will be done."""
    return await _printed(request, officer, case_id, CaseAccepted)


@router.get(
    "/applications/{case_id}/deficiency.pdf", responses=PDF_RESPONSES, response_class=Response
)
async def deficiency(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """一次性补正告知书: the latest, where there were several."""
    return await _printed(request, officer, case_id, DeficiencyNotified)


@router.get("/applications/{case_id}/refusal.pdf", responses=PDF_RESPONSES, response_class=Response)
async def refusal(request: Request, case_id: CaseKey, officer: SignedIn) -> Response:
    """不予受理通知书: why, by which law, and the remedy."""
    return await _printed(request, officer, case_id, CaseNotAccepted)


async def _printed(
    request: Request, officer: SignedInOfficer, case_id: str, wanted: Wanted
) -> Response:
    """Give the document of the latest event of its kind.

    Raises:
        Problem: 404 `document.not_issued`, 403, 503.
    """
    told = orjson.loads((await seen(request, officer, case_id)).body)
    if "case_number" not in told or "applicant_ref" not in told:
        raise Problem("document.not_issued")  # a draft, or withdrawn
    if wanted is CaseNotAccepted and told["status"] != "not_accepted":
        raise Problem("document.not_issued")
    envelope = await _event(request, case_id, told, wanted)
    if envelope is None:
        raise Problem("document.not_issued")
    letter = _correspondence(request, case_id, told).of(envelope)
    printer: Printer = request.app.state.printer
    template = FOLDER / f"{letter.kind}.typ"
    content = await printer.pdf(template, letter.number, letter.facts, letter.at)
    return pdf_response(content, letter.number)


async def _event(
    request: Request, case_id: str, told: dict[str, Any], wanted: Wanted
) -> Envelope[Event] | None:
    events: CaseEvents = request.app.state.case_events
    since = told["submitted_at"]
    if wanted is CaseAccepted:
        if "legal" not in told:
            return None
        since = told["legal"]["started_at"]
    begin = datetime.fromisoformat(since) if since else _LONG_AGO
    found = await events.read(INTAKE, case_id, begin, _enough(wanted))
    of_kind = [envelope for envelope in found if isinstance(envelope.event, wanted)]
    return of_kind[-1] if of_kind else None


def _enough(wanted: Wanted) -> Callable[[Envelope[Event]], bool]:
    if wanted is not DeficiencyNotified:
        return lambda envelope: isinstance(envelope.event, wanted)
    return lambda envelope: isinstance(envelope.event, _ENDS)


def _correspondence(request: Request, case_id: str, told: dict[str, Any]) -> Correspondence:
    shell: Shell = request.app.state.shell
    window: Window = request.app.state.window
    name_of: NameOf = request.app.state.name_of
    book = shell.reference.book
    return Correspondence(
        case_number=told["case_number"],
        place=told["organisation"],
        item=book.item(told["item_code"], told["item_version"]),
        applicant_ref=told["applicant_ref"],
        query_code=window.people.query_code(case_id),
        reference=book,
        name_of=name_of,
    )
