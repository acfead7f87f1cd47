"""What may be reused: an applicant's earlier papers and licences, for the window that asks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from services.kernel.competence import RIGHTS
from services.kernel.decider import UnknownReference
from services.kernel.reference_book import ReferenceBook
from services.runtime.problems import Problem
from services.supervision.shell.answers import Looked
from services.supervision.shell.queries_papers import EarlierCase, earlier_cases
from services.supervision.shell.told import PapersTold

router = APIRouter(prefix="/v1", tags=["people"])
PersonKey = Annotated[str, Path(pattern=r"^p-[0-9a-f]{24}$", description="办事人化名 pseudonym")]


@router.get("/people/{applicant_ref}/papers", responses={200: {"model": PapersTold}})
async def papers(reading: Looked, applicant_ref: PersonKey) -> Response:
    """材料复用. Give the papers that the applicant handed in to accepted cases and that may be
    reused, and the results issued, the latest case first. For whoever takes applications in.

    `reused_from` of a paper that is handed in again is the `case_id` told here.
    """
    if not any(p.role in RIGHTS["people.prefill"] for p in reading.officer.actor.posts):
        raise Problem("rights.denied")
    found = await reading.read(earlier_cases, applicant_ref)
    items = [offered(reading.book, case) for case in found]
    return reading.answer({"items": [item for item in items if item["papers"] or item["results"]]})


def offered(book: ReferenceBook, case: EarlierCase) -> dict[str, Any]:
    """Give what of a case may be reused: each paper as it came last, and every result."""
    try:
        item = book.item(case.item, case.item_version)
    except UnknownReference:
        name, reusable = case.item, dict[str, str]()
    else:
        name = item.name
        reusable = {m.code: m.name for m in item.materials if m.reusable}
    latest = {
        material["code"]: {
            "code": material["code"],
            "name": reusable[material["code"]],
            "form": material["form"],
            "attachment": material.get("attachment"),
            "handed_in_at": at,
        }
        for at, material in case.materials
        if material["code"] in reusable and material["form"] != "reused"
    }
    return {
        "case_id": case.case_id,
        "case_number": case.case_number,
        "item": case.item,
        "item_name": name,
        "organisation": case.organisation,
        "accepted_at": case.accepted_at,
        "papers": list(latest.values()),
        "results": [
            {
                name: result[name]
                for name in ("document_number", "name", "valid_from", "valid_until")
            }
            for result in case.results
        ],
    }
