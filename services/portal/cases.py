"""办件查询: the list of cases, one case with its explained clocks and trace, and an officer's day."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from services.portal.gate import PageRoute, Reach, Visitor
from services.portal.templating import page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
CaseKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
OfficerKey = Annotated[str, Path(pattern=r"^[^/?#]{1,200}$")]
Short = Annotated[str, Query(max_length=200)]
FILTERS: Final = (
    "q",
    "status",
    "state",
    "organisation",
    "officer",
    "item",
    "division",
    "day",
    "source",
    "from",
    "to",
    "cursor",
)
"""What supervision's list of cases filters by; the address of the page carries the same."""


@router.get("/cases")
async def cases(request: Request, session: Visitor, portal: Reach) -> Response:
    """办件查询. Least time left first; all filters stand in the address."""
    asked = {name: request.query_params.get(name, "")[:300] for name in FILTERS}
    found = await portal.apis.get("supervision", "/v1/cases", session.token, asked)
    values = {"found": found.body, "asked": asked}
    return page(request, "cases.html", values, session=session)


@router.get("/cases/{case_id}")
async def case(request: Request, case_id: CaseKey, session: Visitor, portal: Reach) -> Response:
    """办件. Steps, clocks day by day, and every operation to the second."""
    found = await portal.apis.get("supervision", f"/v1/cases/{case_id}", session.token)
    return page(request, "case.html", {"case": found.body}, session=session)


@router.get("/officers/{officer_id}")
async def officer(
    request: Request, officer_id: OfficerKey, session: Visitor, portal: Reach, date: Short = ""
) -> Response:
    """履职. What an officer did on a day, second by second."""
    path = f"/v1/officers/{officer_id}/activity"
    found = await portal.apis.get("supervision", path, session.token, {"date": date})
    values = {"found": found.body, "officer_id": officer_id, "date": date}
    return page(request, "officer.html", values, session=session)
