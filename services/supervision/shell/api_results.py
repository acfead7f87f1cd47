"""Results over HTTP: what was approved and has not come to the applicant yet."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.supervision.shell.answers import Looked
from services.supervision.shell.api_cases import Limit, item_name
from services.supervision.shell.queries_results import waiting_results
from services.supervision.shell.told import ResultsTold

router = APIRouter(prefix="/v1", tags=["cases"])


@router.get("/results", responses={200: {"model": ResultsTold}})
async def results(
    reading: Looked,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50,
) -> Response:
    """统一出件. Give results to be issued, told or collected, the soonest due first."""
    page = await reading.read(waiting_results, reading.scope, reading.as_of, cursor, limit)
    items = [
        {
            **asdict(found),
            "item_name": item_name(reading.book, found.item),
            "overdue": found.due_at < reading.as_of,
        }
        for found in page.items
    ]
    return reading.answer({"items": items, "next": page.next})
