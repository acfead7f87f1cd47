"""Who sees a step, its pictures, and the documents that it has brought forth."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request

from schemas.codec import instant_text
from services.kernel.competence import may
from services.review.shell.steps import case_of
from services.runtime import clock
from services.runtime.command_calls import view
from services.runtime.problems import Problem
from services.runtime.results import Result
from services.runtime.tokens import SignedInOfficer


async def seen(request: Request, officer: SignedInOfficer, step_id: str) -> Result:
    """Give a step as it stands now, to its organisation, to those that were asked, to who stands
    in on it, and to the desk where the case came in: there the result is collected (村级领取).

    Raises:
        Problem: 403 `rights.denied`, 404, 503.
    """
    result = await view(request, officer, case_of(step_id), step_id)
    told = orjson.loads(result.body)
    if not (_may(officer, _places(told)) or _stands_in(officer, told)):
        raise Problem("rights.denied")
    return result


def _places(told: dict[str, Any]) -> list[str]:
    asked = [consulted["organisation"] for consulted in told.get("consulted", ())]
    return [told["organisation"], *asked, told.get("accepted_by", told["organisation"])]


def _stands_in(officer: SignedInOfficer, told: dict[str, Any]) -> bool:
    """A stand-in may be of another unit of the same body, which does not see this one's steps."""
    named, now = told.get("stand_in"), instant_text(clock.now())
    return bool(
        named
        and named["officer_id"] == officer.actor.officer_id
        and named["since"] <= now < named["until"]
    )


def _may(officer: SignedInOfficer, places: list[str]) -> bool:
    return any(may(officer.actor, "review.view", place) for place in places)
