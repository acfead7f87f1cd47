"""监察看板: timeliness and attendance side by side, moving while the county works."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.portal.gate import PageRoute, Reach, Visitor
from services.portal.session import Session
from services.portal.templating import Portal, page
from services.portal.words import BY

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/board")
async def board(request: Request, session: Visitor, portal: Reach) -> Response:
    """监察看板."""
    values = await _figures(request, portal, session)
    return page(request, "board.html", values, session=session)


@router.get("/board/figures")
async def figures(request: Request, session: Visitor, portal: Reach) -> Response:
    """Give the figures alone; the open board asks for them whenever the stream says so."""
    values = await _figures(request, portal, session)
    return page(request, "board_figures.html", values, session=session)


async def _figures(request: Request, portal: Portal, session: Session) -> dict[str, Any]:
    raise NotImplementedError
