"""Steps and officers that the tests of a step's forms look at."""

from __future__ import annotations

from typing import Any, Final

from services.portal.session import Session
from tests.portal.site import CLERK, REVIEWER
from tests.review.core.situations import FULL_ITEM

CASE: Final = "0195573a-8d6b-7c11-9a4e-0c5b3f2a1d77"
STEP: Final = f"{CASE}.2"
LAND: Final = "/qingyun/d-land"
WATER: Final = "/qingyun/d-water"
SINGLE: Final = FULL_ITEM.model_copy(update={"shape": "straight_to_county"}).model_dump(mode="json")
LEADER: Final = Session("token-040", "o-040", "高建军", "/qingyun", ("leader",))
COLLEAGUE: Final = Session("token-017", "o-017", "郭志远", LAND, ("department_clerk",))
WATER_MAN: Final = Session("token-020", "o-020", "何水", WATER, ("department_reviewer",))
FAR: Final = Session("token-021", "o-021", "远", "/qingyun/t-far", ("village_clerk",))


def step(status: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": CASE,
        "step_id": STEP,
        "status": status,
        "version": 2,
        "organisation": LAND,
        "duty": "decide",
        "due_at": "2026-03-09T09:30:00.000Z",
        "claimed_by": None,
        "item_code": "full",
        "item_version": 1,
        "accepted_by": CLERK.organisation,
        **more,
    }


MINE: Final = step("claimed", claimed_by=REVIEWER.officer_id)
CLOSED: Final = step("closed", closed_by=REVIEWER.officer_id, outcome="approved")
OWED: Final = {"fee": {"total_fen": 11100, "settled": False}}
PAID: Final = {"fee": {"total_fen": 11100, "settled": True}}
STOPPED: Final = {"stopped_for": "survey", "runs_again_at": "2026-03-10T09:30:00.000Z"}
ASKED: Final = {"organisation": WATER, "by": "request", "due_at": "2026-03-09T09:30:00Z"}
DOCUMENT: Final = {"name": "批准书", "valid_from": "2026-03-09", "valid_until": "2028-03-08"}
PARCEL: Final = {
    **{"by": "courier", "carrier": "邮政EMS", "tracking_number": "EM1CN"},
    **{"handed_at": "2026-03-09T09:30:00.000Z", "lost": False},
}
ISSUED: Final = {
    "document_number": "4103222025",
    "document": DOCUMENT,
    "ready_place": None,
    "told": False,
    "delivered": False,
    "revoked": None,
}
