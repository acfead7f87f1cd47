"""Who sees a step, and who the documents that it has brought forth."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request

from services.kernel.competence import may
from services.review.shell.steps import case_of
from services.runtime.command_calls import view
from services.runtime.problems import Problem
from services.runtime.results import Result
from services.runtime.tokens import SignedInOfficer


async def seen(request: Request, officer: SignedInOfficer, step_id: str) -> Result:
    """Give a step as it stands now, to its organisation and to those that were asked.

    Raises:
        Problem: 403 `rights.denied`, 404, 503.
    """
    result = await view(request, officer, case_of(step_id), step_id)
    if not _may(officer, _places(orjson.loads(result.body))):
        raise Problem("rights.denied")
    return result


async def seen_for_document(
    request: Request, officer: SignedInOfficer, step_id: str
) -> dict[str, Any]:
    """Give a step as JSON, also to the desk that accepted the case: it hands documents over.

    Raises:
        Problem: 403 `rights.denied`, 404, 503.
    """
    result = await view(request, officer, case_of(step_id), step_id)
    told: dict[str, Any] = orjson.loads(result.body)
    if not _may(officer, [*_places(told), told.get("accepted_by", "")]):
        raise Problem("rights.denied")
    return told


def _places(told: dict[str, Any]) -> list[str]:
    return [told["organisation"], *(c["organisation"] for c in told.get("consulted", ()))]


def _may(officer: SignedInOfficer, places: list[str]) -> bool:
    return any(may(officer.actor, "review.view", place) for place in places)
