"""HTTP of the windows' queues: how long people waited, and where."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.supervision.shell.answers import Looked
from services.supervision.shell.queries_waiting import WaitingBy, waiting
from services.supervision.shell.told import WaitingTold

router = APIRouter(prefix="/v1", tags=["figures"])


@router.get("/waiting", responses={200: {"model": WaitingTold}})
async def waiting_by(
    reading: Looked,
    by: WaitingBy = "organisation",
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> Response:
    """Give how many booked, came, were served or missed, and how long they waited for the first
    call; the last thirty days where no days are named."""
    until = last or reading.today
    # Somebody may ask for the days before the first year that there is.
    since = first or until - min(timedelta(days=30), until - date.min)
    rows = await reading.read(waiting, reading.scope, by, since, until)
    return reading.answer(
        {
            "by": by,
            "from": since.isoformat(),
            "to": until.isoformat(),
            "items": [asdict(row) for row in rows],
            "next": None,
        }
    )
