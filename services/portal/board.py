"""监察看板: timeliness and attendance side by side, moving while the county works."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.kernel.calendar import ZONE
from services.portal.figures import By, Window, desks
from services.portal.gate import PageRoute, Reach, Visitor
from services.portal.session import Session
from services.portal.templating import Portal, address, page
from services.runtime import clock

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Short = Annotated[str, Query(max_length=200)]


def window(
    by: By = "organisation",
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    source: Short = "",
) -> Window:
    """Give what is asked for: today where no day is named; a dependency."""
    today = clock.now().astimezone(ZONE).date()
    begin = first or last or today
    return Window(by, begin, last or max(begin, today), source)


Asked = Annotated[Window, Depends(window)]


@router.get("/board")
async def board(request: Request, asked: Asked, session: Visitor, portal: Reach) -> Response:
    """监察看板."""
    values = await _figures(portal, session, asked)
    return page(request, "board.html", values, session=session)


@router.get("/board/figures")
async def figures(request: Request, asked: Asked, session: Visitor, portal: Reach) -> Response:
    """Give the figures alone; the open board asks for them whenever the stream says so."""
    values = await _figures(portal, session, asked, unattended=True)
    return page(request, "board_figures.html", values, session=session)


@router.get("/officers")
async def officers(
    request: Request,
    session: Visitor,
    portal: Reach,
    organisation: Short = "",
    status: Short = "",
) -> Response:
    """在岗情况. The officers behind a figure of the board, each with status and since when."""
    found = await portal.apis.get("supervision", "/v1/attendance/board", session.token)
    portal.names.learn(found.body["items"])
    lines = [
        line
        for line in found.body["items"]
        if line["status"] == (status or line["status"])
        and line["organisation"] == (organisation or line["organisation"])
    ]
    values = {"found": found.body, "lines": lines, "organisation": organisation, "status": status}
    return page(request, "officers.html", values, session=session)


async def _figures(
    portal: Portal, session: Session, asked: Window, *, unattended: bool = False
) -> dict[str, Any]:
    query = asked.query(by=asked.by)
    get, token = portal.apis.get, session.token
    timeliness, attendance = await asyncio.gather(
        get("supervision", "/v1/timeliness", token, query, unattended=unattended),
        get("supervision", "/v1/attendance/board", token, unattended=unattended),
    )
    portal.names.learn(attendance.body["items"])
    whole, by_organisation = desks(attendance.body["items"])
    return {
        "asked": asked,
        "query": query,
        "figures_address": address("/board/figures", query),
        "timeliness": timeliness.body,
        "rows": timeliness.body["items"],
        "total": timeliness.body["total"],
        "attendance": attendance.body,
        "whole": whole,
        "desks": by_organisation,
    }
