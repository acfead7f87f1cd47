"""用印台账 over HTTP: which seal was put on which document, when and by whose hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.supervision.shell.answers import Looked
from services.supervision.shell.api_cases import AsOf, Limit, require_told
from services.supervision.shell.names_of import item_name, organisation_name
from services.supervision.shell.queries_seals import SealFilter, seal_uses
from services.supervision.shell.told import SealUsesTold

router = APIRouter(prefix="/v1", tags=["cases"])
Name = Annotated[str, Query(max_length=200)]


@router.get("/seal-uses", responses={200: {"model": SealUsesTold}})
async def uses(
    reading: Looked,
    organisation: Name = "",
    seal: Name = "",
    as_of: AsOf = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50,
) -> Response:
    """用印台账. Give the uses of seals of one's own organisation and those below it, the latest
    first; with `as_of` as the ledger stood at that instant."""
    if as_of is not None:
        require_told(reading, as_of)
    wanted, until = SealFilter(organisation, seal), as_of or reading.as_of
    page = await reading.read(seal_uses, reading.scope, wanted, until, cursor, limit)
    items = [
        {
            **asdict(found),
            "organisation_name": organisation_name(reading.book, found.organisation),
            "item_name": item_name(reading.book, found.item),
        }
        for found in page.items
    ]
    return reading.answer({"items": items, "next": page.next})
