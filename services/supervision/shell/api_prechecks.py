"""Pre-checks over HTTP: which drafts wait for somebody to look at their papers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.supervision.shell.answers import Looked
from services.supervision.shell.api_cases import Limit
from services.supervision.shell.names_of import item_name, organisation_name
from services.supervision.shell.queries_prechecks import pending_prechecks
from services.supervision.shell.told import PrechecksTold

router = APIRouter(prefix="/v1", tags=["cases"])


@router.get("/prechecks", responses={200: {"model": PrechecksTold}})
async def prechecks(
    reading: Looked,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50,
) -> Response:
    """待预审. Give the drafts whose pre-check is not answered yet, the soonest due first."""
    page = await reading.read(pending_prechecks, reading.scope, reading.as_of, cursor, limit)
    items = [
        {
            **asdict(found),
            "item_name": item_name(reading.book, found.item),
            "organisation_name": organisation_name(reading.book, found.organisation),
            "overdue": found.due_at < reading.as_of,
        }
        for found in page.items
    ]
    return reading.answer({"items": items, "next": page.next})
