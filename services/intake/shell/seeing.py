"""Who sees an application: the desk where it lies, and those through whose hands the case goes."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request

from services.kernel.competence import may
from services.kernel.way import way_of
from services.runtime.command_calls import Shell, view
from services.runtime.problems import Problem
from services.runtime.results import Result
from services.runtime.tokens import SignedInOfficer


async def seen(request: Request, officer: SignedInOfficer, case_id: str) -> Result:
    """Give the application as it stands now, to those who may see it.

    Raises:
        Problem: 403 `rights.denied`, 404 `intake.not_found`, 503.
    """
    result = await view(request, officer, case_id, None)
    shell: Shell = request.app.state.shell
    places = _places(orjson.loads(result.body), shell)
    if places and not any(may(officer.actor, "intake.view", place) for place in places):
        raise Problem("rights.denied")
    return result


def _places(told: dict[str, Any], shell: Shell) -> set[str]:
    place = told.get("organisation")
    if place is None:
        return set()
    here = {place, told["taken_in_at"]} if told.get("taken_in_at") else {place}
    if told["status"] != "accepted":
        return here
    book = shell.reference.book
    item = book.item(told["item_code"], told["item_version"])
    way = way_of(item, place, book) or ()
    return {*here, item.department, *(path for _, path in way)}
