"""Cases over HTTP: lists, one case with trace and explained clocks, the worklist, the public."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from schemas.events.base import INTAKE
from schemas.values import CaseId
from services.kernel.identifiers import is_case_number, query_code
from services.kernel.reference_book import ReferenceBook
from services.runtime.ids import is_uuid
from services.runtime.problems import Problem
from services.supervision.core.parcels import latest_parcel
from services.supervision.core.timeliness import Deadline, Figure
from services.supervision.shell.answers import Looked, Reading, fresh_answer, read, tables_of
from services.supervision.shell.clocks import explained_clocks
from services.supervision.shell.families import told_family
from services.supervision.shell.names_of import item_name, organisation_name
from services.supervision.shell.past import past_clocks, past_steps, shares_of
from services.supervision.shell.prechecks import told_precheck
from services.supervision.shell.public_told import to_collect, to_supplement
from services.supervision.shell.queries import CaseFilter
from services.supervision.shell.queries_cases import (
    Case,
    WholeCase,
    case_by_number,
    count_cases,
    list_cases,
    whole_case,
)
from services.supervision.shell.queries_superior import at_superior, cases_at_superior
from services.supervision.shell.queries_worklist import worklist
from services.supervision.shell.told import CasesTold, CaseTold, PublicCaseTold, WorklistTold

router = APIRouter(prefix="/v1", tags=["cases"])
CaseKey = Annotated[CaseId, Path(description="办件标识 case id")]
Limit = Annotated[int, Query(ge=1, le=500)]
AsOf = Annotated[
    AwareDatetime | None, Query(description="那一刻的结论 the verdict as of that instant, RFC 3339")
]
Text = Annotated[str | None, Query(max_length=200)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
"""Before any log that was ever kept, to where the store's times end."""
Name = Annotated[str | None, Field(max_length=200)]
QueryCode = Annotated[str, Query(alias="query_code", min_length=4, max_length=20)]


class CaseQuery(BaseModel):
    """Which cases are asked for; what is left out does not filter. Figures and lists share it."""

    subtree: Name = None
    organisation: Name = None
    officer: Name = None
    item: Name = None
    division: Name = None
    source: Name = None
    status: Name = None
    family: Name = None
    taken_in_at: Name = None
    text: Name = None
    day: Day | None = None
    first_day: Day | None = Field(default=None, alias="from")
    last_day: Day | None = Field(default=None, alias="to")
    figure: Figure | None = None
    deadline: Deadline = "promised"


def case_filter(query: Annotated[CaseQuery, Query()]) -> CaseFilter:
    """Read the filter; a FastAPI dependency."""
    return CaseFilter(**query.model_dump())


_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No case is older; what is far before has no form in UTC."""
Wanted = Annotated[CaseFilter, Depends(case_filter)]
"""For a route's parameter: `async def cases(wanted: Wanted, …)`."""


@router.get("/cases", responses={200: {"model": CasesTold}})
async def cases(
    reading: Looked, wanted: Wanted, cursor: Text = None, limit: Limit = 50
) -> Response:
    """Give cases, least time left first, and how many there are in all."""
    page = await reading.read(list_cases, reading.scope, wanted, reading.as_of, cursor, limit)
    total = await reading.read(count_cases, reading.scope, wanted, reading.as_of)
    away = await reading.read(cases_at_superior, page.items)
    items = []
    for case in page.items:
        held = [
            {
                "step_id": step.step_id,
                "title": step.title,
                "organisation": step.organisation,
                "claimed_by": step.claimed_by,
                "due_at": step.due_at,
            }
            for step in page.holders.get(case.case_id, ())
        ]
        up = away.get(case.case_id)
        told = {"holders": held, "at_superior": up and asdict(up)}
        items.append({**_named(reading.book, case), **told})
    return reading.answer({"items": items, "next": page.next, "total": total})


@router.get("/cases/{case_id}", responses={200: {"model": CaseTold}})
async def case(reading: Looked, case_id: CaseKey, as_of: AsOf = None) -> Response:
    """Give one case: state, steps, clocks with their explanation, days laid to those who held it,
    and the trace to the second.

    With `as_of` steps, clocks, shares and trace are as they stood at that instant, each clock with
    its verdict then and the corrections that came later; `case` and `family` are as they stand
    now.
    """
    whole = await reading.read(whole_case, case_id)
    if whole is None:
        raise Problem("request.not_found")
    if not _may_see(reading, whole):
        raise Problem("rights.denied")
    body: dict[str, Any] = {"case": _named(reading.book, whole.case)}
    body["precheck"] = told_precheck(reading.book, whole)
    body["family"] = await told_family(reading, whole.trace)
    if as_of is None:
        body |= {
            "steps": [asdict(step) for step in whole.steps],
            "clocks": explained_clocks(reading.book, whole, reading.as_of),
        }
    else:
        require_told(reading, as_of)
        body |= {
            "asked_as_of": as_of,
            "steps": past_steps(whole.steps, as_of),
            "clocks": past_clocks(reading.book, whole.trace, as_of),
        }
    until = as_of or reading.as_of
    trace = [act for act in whole.trace if as_of is None or act.occurred_at <= as_of]
    shares = shares_of(reading.book, whole.trace, until)
    away = at_superior(trace)
    body["at_superior"] = away and asdict(away)
    return reading.answer({**body, "shares": shares, "trace": [asdict(act) for act in trace]})


@router.get("/worklist", responses={200: {"model": WorklistTold}})
async def work(reading: Looked, cursor: Text = None, limit: Limit = 50) -> Response:
    """Give the open steps that the caller may close, soonest due first."""
    actor = reading.officer.actor
    page = await reading.read(worklist, actor, reading.as_of, cursor, limit)
    items = [
        {
            **asdict(found.step),
            "case_number": found.case_number,
            "item_name": item_name(reading.book, found.step.item),
            "overdue": found.step.due_at is not None and found.step.due_at < reading.as_of,
        }
        for found in page.items
    ]
    return reading.answer({"items": items, "next": page.next})


@router.get("/public/cases/{number}", responses={200: {"model": PublicCaseTold}})
async def public_case(
    request: Request, number: Annotated[str, Path(max_length=40)], code: QueryCode
) -> Response:
    """公众查询. Give a villager's case by number and query code: each step, who holds it, by when.

    A draft, which has no number yet, is asked for by its case id. No name and no identity number
    is in it. A wrong number and a wrong code are answered alike.
    """
    tables = tables_of(request)
    whole = None
    if is_case_number(number):
        whole = await read(tables, case_by_number, number)
    elif is_uuid(number):
        whole = await read(tables, whole_case, number)
    secret: bytes = request.app.state.code_secret
    expected = query_code(secret, whole.case.case_id if whole else number)
    if not hmac.compare_digest(expected.encode(), code.upper().encode()) or whole is None:
        raise Problem("public.not_found")
    book: ReferenceBook = request.app.state.shell.reference.book
    return fresh_answer(tables, _public(book, whole))


def require_told(reading: Reading, as_of: datetime) -> None:
    """Pass where the tables can tell of `as_of`.

    Raises:
        Problem: 422 `request.invalid`, it is later than they reach, or before there was anything.
    """
    if not _FIRST <= as_of <= reading.as_of:
        raise Problem(
            "request.invalid", detail="as_of 不在数据所及的时段内，没有结论；请改为更早的时刻。"
        )


def _may_see(reading: Reading, whole: WholeCase) -> bool:
    if whole.case.source != "cunban":
        return reading.scope.imported
    places = {whole.case.organisation, whole.case.department}
    places.update(step.organisation for step in whole.steps)
    # 通办: the office that took it in for another place hands out its receipt.
    places.update(act.fact.get("taken_in_at") or "" for act in whole.trace if act.topic == INTAKE)
    return any(reading.covers(place) for place in places if place)


def _named(book: ReferenceBook, case: Case) -> dict[str, Any]:
    return {
        **asdict(case),
        "item_name": item_name(book, case.item),
        "organisation_name": organisation_name(book, case.organisation),
        "officer_name": _officer_name(book, case.officer_id),
    }


def _public(book: ReferenceBook, whole: WholeCase) -> dict[str, Any]:
    case, away = whole.case, at_superior(whole.trace)
    parcel = latest_parcel(whole.trace)
    return {
        "case_number": case.case_number,
        "item_name": item_name(book, case.item),
        "status": case.status,
        "outcome": case.outcome,
        "submitted_at": case.submitted_at,
        "accepted_at": case.accepted_at,
        "completed_at": case.completed_at,
        "promised_due_at": case.promised_due_at,
        "provisional": case.provisional,
        "at_superior_since": away and away.since,
        "parcel": parcel and asdict(parcel),
        "supplement": to_supplement(book, whole),
        "collect": to_collect(book, whole),
        "precheck": told_precheck(book, whole),
        "steps": [
            {
                "title": step.title,
                "organisation_name": organisation_name(book, step.organisation),
                "opened_at": step.opened_at,
                "due_at": step.due_at,
                "closed_at": step.closed_at,
                "outcome": step.outcome,
            }
            for step in whole.steps
        ],
    }


def _officer_name(book: ReferenceBook, officer_id: str) -> str:
    officer = book.officer(officer_id)
    return officer.name if officer else officer_id
