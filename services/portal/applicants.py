"""Whom an application is for: what is known already, and what may be handed in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.datastructures import FormData

from services.portal.acts import texts_of
from services.portal.apis import ApiProblem
from services.portal.sending import Typed
from services.portal.session import Session
from services.portal.templating import Portal


async def looked_up(portal: Portal, session: Session, form: FormData) -> dict[str, Any]:
    """Ask who holds the number that was typed; give the values that the form is shown with.

    What was typed stays; what is known fills the rest, each field with its source and day.

    Raises:
        ApiProblem: 401 only; any other is told on the page.
    """
    typed = texts_of(form)
    sought = {"id_number": typed["id_number"].strip(), "kind": typed["kind"] or "person"}
    try:
        found = await portal.apis.post("intake", "/v1/people/lookup", sought, session.token)
    except ApiProblem as problem:
        if problem.status == 401:
            raise
        return {"typed": typed, "problem": problem, "known": {}, "offered": {}}
    fields: Mapping[str, Any] = found.body["fields"]
    known = {name: field for name, field in fields.items() if name != "kind"}
    filled = Typed({**{name: field["value"] for name, field in fields.items()}, **_told(typed)})
    offered = await papers_of(portal, session, found.body["applicant_ref"])
    return {"typed": filled, "problem": None, "known": known, "offered": offered}


async def papers_of(portal: Portal, session: Session, ref: str) -> dict[str, list[Any]]:
    """Give the earlier papers of an applicant by code, each with its case; none where supervision
    is away: handing in goes on without."""
    try:
        path = f"/v1/people/{ref}/papers"
        found = (await portal.apis.get("supervision", path, session.token)).body
    except ApiProblem as problem:
        if problem.status in (403, 404, 503):
            return {}
        raise
    offered: dict[str, list[Any]] = {}
    for case in found["items"]:
        for paper in case["papers"]:
            offered.setdefault(paper["code"], []).append({**paper, "case": case})
    return offered


def _told(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if text.strip()}
