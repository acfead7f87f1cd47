"""What a village clerk of a simulated day sends to hand an application in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.runtime.simulation.plan import CasePlan


def submission(plan: CasePlan, papers: Sequence[Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """Give the body of `POST /v1/applications`; `at` is the present, UTC."""
    body: dict[str, Any] = {
        "item_code": plan.item["code"],
        "applicant": plan.applicant,
        "materials": papers,
        "submit": True,
        # A run with the same seed brings the same people for the same things again.
        "confirm_duplicate": True,
        "duplicate_reason": "经核对，申请人另有其事，不是重复申请。",
    }
    if plan.agent is not None:
        body |= {"agent": plan.agent, "mandate": {"kind": "public_office"}}
    if plan.offline:
        body["captured_at"] = (at - timedelta(days=1)).isoformat()
    return body
