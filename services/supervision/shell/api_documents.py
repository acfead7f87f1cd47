"""文书核验: everybody may check a document by its number and the code printed beside it."""

from __future__ import annotations

import hmac
import math
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from services.kernel.calendar import local
from services.kernel.identifiers import document_code, is_document_number, paper_of
from services.kernel.reference_book import ReferenceBook
from services.runtime import clock
from services.runtime.api_document import problem_answers
from services.runtime.people_names import PeopleNames
from services.runtime.problems import Problem
from services.runtime.rate_limit import TokenBuckets
from services.runtime.settings import Settings
from services.supervision.core.verifying import masked, verified
from services.supervision.shell.answers import fresh_answer, read, tables_of
from services.supervision.shell.documents_told import DocumentTold
from services.supervision.shell.names_of import item_name, organisation_name
from services.supervision.shell.queries_cases import case_by_number
from services.supervision.shell.queries_documents import case_of_document

router = APIRouter(prefix="/v1", tags=["public"])
BURST: Final = 20
PER_MINUTE: Final = 20.0
_HTML: Final = "text/html"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": DocumentTold},
    303: {"description": "浏览器转到核验页面 a browser is led to the page for people"},
    **problem_answers(429),
}


@router.get("/public/documents/{number}", responses=_ANSWERS)
async def document(
    request: Request,
    number: Annotated[str, Path(max_length=40, description="文书编号 number of the document")],
    code: Annotated[str, Query(min_length=4, max_length=20, description="核验码")],
) -> Response:
    """核验. Say what was issued under a number, to whom (masked), and whether it still holds.

    A wrong number and a wrong code are answered alike. A browser is led to the page for people.
    """
    _require_attempt(request, number)
    if _HTML in request.headers.get("accept", ""):
        settings: Settings = request.app.state.settings
        page = f"{settings.documents.pages_url}/verify/{quote(number)}?code={quote(code)}"
        return Response(status_code=303, headers={"Location": page})
    secret: bytes = request.app.state.code_secret
    expected = document_code(secret, number)
    # Before anything is asked of the store: who guesses costs nothing.
    if not hmac.compare_digest(expected.encode(), code.upper().encode()):
        raise Problem("document.not_verified")
    return await _answer(request, number)


async def _answer(request: Request, number: str) -> Response:
    tables, whole = tables_of(request), None
    if (paper := paper_of(number)) is not None:
        whole = await read(tables, case_by_number, paper[0])
    elif is_document_number(number):
        whole = await read(tables, case_of_document, number)
    today = local(clock.now()).date()
    found = verified(number, whole.trace, today) if whole else None
    if whole is None or found is None:
        raise Problem("document.not_verified")
    book: ReferenceBook = request.app.state.shell.reference.book
    names: PeopleNames = request.app.state.people_names
    name = names.name_of(whole.case.applicant_ref)
    body: dict[str, Any] = {
        "number": number,
        "kind": found.kind,
        "name": found.name,
        "case_number": whole.case.case_number,
        "item_name": item_name(book, whole.case.item),
        "holder": masked(name) if name else None,
        "issued_by": organisation_name(book, found.issued_by),
        "issued_at": found.issued_at,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "standing": found.standing,
        "revoked_at": found.revoked_at,
        "replaced_at": found.replaced_at,
    }
    return fresh_answer(tables, body)


def _require_attempt(request: Request, number: str) -> None:
    """Pass where this number may be asked for once more from there.

    Raises:
        Problem: 429 `request.too_many` with `Retry-After` in whole seconds.
    """
    buckets: TokenBuckets = request.app.state.verifications
    address = request.client.host if request.client else ""
    wait = buckets.take((number, address), clock.now())
    if wait > 0:
        raise Problem("request.too_many", headers={"Retry-After": str(math.ceil(wait))})
