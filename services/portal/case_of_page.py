"""The case behind a page of one of its parts: its trace with names, and its papers."""

from __future__ import annotations

from typing import Any, Final

from services.portal.apis import ApiProblem
from services.portal.session import Session
from services.portal.templating import Portal

_AWAY: Final = (403, 404, 503)
_PLACES: Final = 6
"""Organisations whose officers are asked for by one page, at most."""


async def case_if_there(portal: Portal, session: Session, case_id: str) -> Any:
    """Give the case as supervision has it; None where its events are still on their way there,
    or where supervision is away: acts must go on without it."""
    found = await _if_there(portal, session, "supervision", f"/v1/cases/{case_id}")
    if found is not None:
        await learn_officers(portal, session, found)
    return found


async def learn_officers(portal: Portal, session: Session, whole: Any) -> None:
    """Learn the names of those who acted on a case and are not known yet; where nobody tells
    them, their ids are shown."""
    strange = {
        act["organisation"]: None
        for act in whole["trace"] or ()
        if str(act["officer_id"]).startswith("o-") and not portal.names.knows(act["officer_id"])
    }
    for place in [path for path in strange if path][:_PLACES]:
        query = {"organisation": place}
        try:
            told = await portal.apis.get("review", "/v1/officers", session.token, query)
        except ApiProblem:
            return
        portal.names.learn(told.body)


async def papers_if_seen(portal: Portal, session: Session, case_id: str) -> dict[str, Any] | None:
    """Give what was handed in: `papers` by name, each whether it is in, with its files; None
    where intake does not show it to the officer, or is away."""
    told = await _if_there(portal, session, "intake", f"/v1/applications/{case_id}")
    if told is None or not told["item_code"]:
        return None
    query = {"version": str(told["item_version"])}
    item = await portal.apis.get("intake", f"/v1/items/{told['item_code']}", query=query)
    handed_in = set(told["papers"] or ()) | {paper["code"] for paper in told["materials"] or ()}
    files: dict[str, list[Any]] = {}
    for file in told["attachments"] or ():
        files.setdefault(file["material"], []).append(file)
    papers = [
        {
            "name": wanted["name"],
            "required": wanted["required"],
            "handed_in": wanted["code"] in handed_in,
            "files": files.pop(wanted["code"], []),
        }
        for wanted in item.body["materials"]
    ]
    others = [
        {"name": code, "required": False, "handed_in": True, "files": found}
        for code, found in files.items()
    ]
    return {"case_id": case_id, "papers": papers + others}


async def _if_there(portal: Portal, session: Session, service: Any, path: str) -> Any:
    try:
        return (await portal.apis.get(service, path, session.token)).body
    except ApiProblem as problem:
        if problem.status in _AWAY:
            return None
        raise
