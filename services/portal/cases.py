"""办件查询: the list of cases, one case with clocks and trace, and what an officer did."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from services.portal.case_of_page import learn_officers
from services.portal.gate import PageRoute, Reach, Visitor
from services.portal.session import Session
from services.portal.templating import Portal, address, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
CaseKey = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
OfficerKey = Annotated[str, Path(pattern=r"^[^/?#]{1,200}$")]
Cursor = Annotated[str, Query(max_length=500)]
Day = Annotated[date | None, Query()]
FILTERS: Final = (
    "text",
    "status",
    "figure",
    "subtree",
    "organisation",
    "officer",
    "item",
    "division",
    "day",
    "source",
    "family",
    "taken_in_at",
    "from",
    "to",
    "cursor",
)
"""What supervision's list of cases filters by; the address of the page carries the same."""
RESULT: Final[dict[str, str]] = {
    "none": "—",
    "to_be_issued": "待颁发",
    "issued": "已颁发，未备好",
    "ready": "可领取",
    "under_way": "在途",
    "delivered": "已送达",
    "revoked": "已撤销",
}
"""How far the result of a case of a family has come."""


@router.get("/cases")
async def cases(request: Request, session: Visitor, portal: Reach) -> Response:
    """办件查询. Least time left first; all filters stand in the address."""
    asked = {name: request.query_params.get(name, "")[:300] for name in FILTERS}
    found = await portal.apis.get("supervision", "/v1/cases", session.token, asked)
    portal.names.learn(found.body["items"])
    following = {**asked, "cursor": found.body["next"]}
    next_address = address("/cases", following) if found.body["next"] else ""
    values = {"found": found.body, "asked": asked, "next_address": next_address}
    return page(request, "cases.html", values, session=session)


@router.get("/cases/{case_id}")
async def case(request: Request, case_id: CaseKey, session: Visitor, portal: Reach) -> Response:
    """办件. Steps, clocks day by day, and every operation to the second."""
    found = await portal.apis.get("supervision", f"/v1/cases/{case_id}", session.token)
    portal.names.learn([found.body["case"]])
    await learn_officers(portal, session, found.body)
    return page(request, "case.html", {"whole": found.body, "results": RESULT}, session=session)


@router.get("/results")
async def results(
    request: Request, session: Visitor, portal: Reach, cursor: Cursor = ""
) -> Response:
    """出件. What was approved and has not come to the applicant yet; overdue first."""
    asked = {"cursor": cursor}
    found = await portal.apis.get("supervision", "/v1/results", session.token, asked)
    following = address("/results", {"cursor": found.body["next"]}) if found.body["next"] else ""
    values = {"found": found.body, "next_address": following}
    return page(request, "results.html", values, session=session)


@router.get("/officers/{officer_id}")
async def officer(
    request: Request, officer_id: OfficerKey, session: Visitor, portal: Reach, day: Day = None
) -> Response:
    """履职. What an officer did, day by day; of one day, or the last, every act to the second."""
    asked = {"from": day.isoformat(), "to": day.isoformat()} if day else {}
    path = f"/v1/officers/{quote(officer_id, safe='')}/activity"
    found = (await portal.apis.get("supervision", path, session.token, asked)).body
    shown_day = day.isoformat() if day else (found["items"][-1]["day"] if found["items"] else "")
    sheet = await _sheet(portal, session, officer_id, shown_day)
    values = {"found": found, "officer_id": officer_id, "day": shown_day, "sheet": sheet}
    return page(request, "officer.html", values, session=session)


async def _sheet(portal: Portal, session: Session, officer_id: str, day: str) -> Any:
    """Give the attendance of an officer of ours on a day; None for a clerk of an imported log."""
    answer = await portal.apis.get("supervision", "/v1/attendance", session.token, {"date": day})
    portal.names.learn(answer.body["items"])
    return next((row for row in answer.body["items"] if row["officer_id"] == officer_id), None)
